import type { CommandLine } from "./command-line.ts";
import type { Json } from "./json.ts";
import type { Change } from "./operation.ts";

/**
 * What is still as a run left it. `fence`: no task runs, so that nothing writes to the database. `schedule`: a notice
 * that no end was reported is still to be sent. `protection`: a task is protected
 * against being stopped. `lock`: the target is locked for an execution that no longer runs. `change`: anything else.
 */
export type UnfinishedKind = "size" | "fence" | "scaling" | "mute-rule" | "schedule" | "protection" | "lock" | "change";

/** Something that an execution changed for its run alone, and that is not put back. */
export interface Unfinished {
  readonly kind: UnfinishedKind;
  /** Whose property, in words, e.g. `service vulcan-prod: desired tasks`. */
  readonly what: string;
  /** Before the run, and as it has to be again. */
  readonly before: Json;
  readonly now: Json;
  /** `now` is what the journal says, because it could not be read. */
  readonly isRecorded?: true;
  /** Puts it back. */
  readonly command: CommandLine;
}

/** The entry for one change; `now` is read, or else as the change left it. */
export function unfinishedChange(
  kind: UnfinishedKind,
  { subject, property, before, after }: Change,
  command: CommandLine,
  now?: Json,
): Unfinished {
  const what = `${subject}: ${property}`;
  return now === undefined
    ? { kind, what, before, now: after, isRecorded: true, command }
    : { kind, what, before, now, command };
}

/** Its command as it has to be pasted. */
export const withCommand = (left: Unfinished, asPasted: (line: string) => string): Unfinished => ({
  ...left,
  command: asPasted(left.command),
});

/** `service vulcan-prod: desired tasks 1, before 3` */
export function unfinishedText({ what, before, now, isRecorded }: Unfinished): string {
  const seen = isRecorded === true ? " by the journal" : "";
  return `${what} ${valueText(now)}${seen}, before ${valueText(before)}`;
}

function valueText(value: Json): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((one) => valueText(one as Json)).join(", ");
  return value === null ? "none" : JSON.stringify(value);
}
