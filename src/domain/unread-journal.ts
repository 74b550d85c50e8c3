import { commandLine } from "./command-line.ts";

/** A journal that is on the disk and whose execution is not known. */
export interface UnreadJournal {
  readonly id: string;
  /** `newer`: a newer release wrote it. `unread`: it could not be opened or read this time. */
  readonly kind: "damaged" | "newer" | "unread";
  /** Epoch milliseconds: when its file was last written; undefined if unknown. */
  readonly writtenAt?: number;
  /** For `unread`: the system's own reason, e.g. EACCES. */
  readonly reason?: string;
}

/** For people: one sentence for each kind of journal that was not read, with the command that says more. */
export function unreadJournalsText(
  journals: readonly UnreadJournal[],
): { readonly text: string; readonly next: string }[] {
  return KINDS.flatMap(({ kind, one, many }) => {
    const these = journals.filter((journal) => journal.kind === kind);
    const [first] = these;
    if (first === undefined) return [];
    const reason = first.reason === undefined ? "" : ` (${first.reason})`;
    const text = `${these.length} ${these.length === 1 ? one : many}${reason}`;
    return [{ text, next: commandLine`vulcan-ops show ${first.id}` }];
  });
}

const KINDS = [
  { kind: "damaged", one: "journal is damaged", many: "journals are damaged" },
  {
    kind: "newer",
    one: "journal was written by a newer vulcan-ops",
    many: "journals were written by a newer vulcan-ops",
  },
  { kind: "unread", one: "journal could not be read this time", many: "journals could not be read this time" },
] as const;
