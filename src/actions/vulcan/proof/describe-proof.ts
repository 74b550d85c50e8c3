import { type LineDifference, partsOf } from "../../../domain/database/line-difference.ts";
import type { LintedMigration } from "../../../domain/lint.ts";
import { lossText, type ProvenMigration, type TableWork } from "../../../domain/migrations/proof.ts";
import { formatDuration } from "../../../domain/time.ts";

/**
 * What one migration does, by its run: `8 PROVEN: adds column jobs.priority; 3 ms here; its Down destroys jobs.priority`.
 * By the source of another image, nothing is proven.
 */
export function describeProof(
  proven: ProvenMigration,
  linted: LintedMigration | undefined,
  isOfImage: boolean,
): string {
  const { version, changes, work, destroys, verdict, why } = proven;
  const judged = verdict === "PROVEN" ? verdict : `${verdict}, ${why}`;
  const state = `${version} ${isOfImage ? judged : "not proven for this image; by the source"}`;
  const parts = [
    ...(changes === undefined ? [] : changeTexts(changes)),
    ...workTexts(work),
    ...timeTexts(proven, linted),
    ...(destroys.length === 0 ? [] : [`its Down destroys ${lossText(destroys)}`]),
  ];
  return `${state}: ${parts.join("; ") || "changes nothing"}`;
}

/** Names of one kind of change that are written out. */
const MOST_NAMED = 4;

/** Kinds of lines by which people name objects; the rest goes with them. */
const OBJECT =
  /^(table|partitioned table|view|materialized view|column|index|constraint|trigger|policy|enum|domain|function|schema|extension|sequence) /;

function changeTexts({ gone, added }: LineDifference): readonly string[] {
  const [was, is] = [new Set(gone.map(objectOf)), new Set(added.map(objectOf))];
  const created = own(added).filter((name) => !was.has(name));
  const changed = [...was].filter((name) => is.has(name) && OBJECT.test(name));
  const dropped = own(gone).filter((name) => !is.has(name));
  return [listed("adds", created), listed("changes", changed), listed("drops", dropped)].filter((text) => text !== "");
}

const objectOf = (line: string): string => partsOf(line)[0];

/** Objects, without those that belong to a table of the same list. */
function own(lines: readonly string[]): readonly string[] {
  const tables = lines.flatMap((line) => /^(?:partitioned )?table ([^:]+): /.exec(line)?.[1] ?? []);
  return lines
    .filter((line) => {
      const [object, facts] = partsOf(line);
      const [, name = ""] = /^\S+ (.*)$/.exec(object) ?? [];
      const isPart = tables.some(
        (table) =>
          name.startsWith(`${table}.`) || name.startsWith(`${table}_`) || facts.includes(` ON public.${table} `),
      );
      return OBJECT.test(object) && (!isPart || /^(partitioned )?table /.test(object));
    })
    .map(objectOf);
}

const listed = (verb: string, names: readonly string[]): string => {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return names.length === 0 ? "" : `${verb} ${names.slice(0, MOST_NAMED).join(", ")}${more}`;
};

function workTexts(work: readonly TableWork[]): readonly string[] {
  return work.flatMap(({ table, lock, isRewritten, scanned, changed, rows }) => {
    const isWhole = (count: number): boolean => rows > 1 && count >= rows;
    const verb = isRewritten
      ? "writes every row of"
      : isWhole(changed)
        ? "changes every row of"
        : isWhole(scanned)
          ? "reads every row of"
          : undefined;
    const locks = lock === undefined ? undefined : LOCKS[lock];
    return [...(verb === undefined ? [] : [`${verb} ${table}`]), ...(locks === undefined ? [] : [`${locks} ${table}`])];
  });
}

/** What waits meanwhile, by the mode of the lock. [D: PostgreSQL, Explicit Locking] */
const LOCKS: Readonly<Record<string, string | undefined>> = {
  Share: "stops writes to",
  ShareRowExclusive: "stops writes to",
  Exclusive: "stops writes to",
  AccessExclusive: "stops reads and writes of",
};

function timeTexts({ seconds }: ProvenMigration, linted: LintedMigration | undefined): readonly string[] {
  const { predicted } = linted ?? {};
  if (predicted?.known === true) {
    const { least, most, tables } = predicted.value;
    const rows = tables.map(({ table, rows: count }) => `${count.toLocaleString("en-US")} rows of ${table}`).join(", ");
    return [`${spanText(least)} to ${spanText(most)} on ${rows}, no promise`];
  }
  if (predicted?.known === false) return [`its time is not known: ${predicted.why}`];
  return seconds === 0 ? [] : [`${Math.max(1, Math.round(seconds * 1000))} ms here`];
}

const spanText = (seconds: number): string => (seconds < 1 ? "under 1 s" : formatDuration(Math.round(seconds)));
