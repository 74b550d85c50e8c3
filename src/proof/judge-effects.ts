import { isAtLeast } from "./effects.ts";
import { found, heldBefore, type Judgement, lockedBy, namesOf, type Seen } from "./judgement.ts";
import type { Dropped, TableRows } from "./trial.ts";

/** What the run has shown, whatever the words said: a DO block, a function and EXECUTE hide nothing from it. */
export function judgeEffects(seen: Seen): readonly Judgement[] {
  const { effects } = seen.trial;
  if (effects === undefined) return [];
  return [
    ...effects.renamed.map(({ kind, from, to }) => found(`rename-${kind}`, `renames ${from} to ${to}`)),
    ...byDrops(effects.dropped),
    ...effects.json.map((column) => found("json-column", `${column} is of the type json`)),
    ...effects.secured.map((table) => found("row-level-security", `switches it on for ${table}`)),
    ...effects.empty
      .filter((table) => effects.locks.some((lock) => lock.table === table && isAtLeast(lock.mode, "Share")))
      .map((table) => found("not-run", `${table} is empty here: lint could make no row that it accepts`)),
    ...(effects.notices.some((notice) => /will be truncated to/.test(notice)) ? [nameCut(effects.notices)] : []),
    ...ledger(seen),
    ...work(seen),
  ];
}

const nameCut = (notices: readonly string[]): Judgement =>
  found("name-cut", notices.find((notice) => /will be truncated to/.test(notice)) ?? "");

const DROPS: Readonly<Record<string, Judgement["rule"] | undefined>> = {
  table: "drop-table",
  "foreign table": "drop-table",
  "table column": "drop-column",
  view: "drop-view",
  "materialized view": "drop-view",
  index: "drop-index",
};

const bare = (name: string): string => name.replace(/(^|\bon )public\./g, "$1");

function byDrops(dropped: readonly Dropped[]): readonly Judgement[] {
  const named = dropped.filter(({ isNamed }) => isNamed);
  const own = named.flatMap(({ type, name }) => {
    const rule = DROPS[type];
    return rule === undefined ? [] : [found(rule, `drops ${bare(name)}`)];
  });
  const others = dropped.filter((one) => !one.isNamed && !belongs(one, dropped));
  const list = others.map(({ type, name }) => `${type} ${bare(name)}`).join(", ");
  return others.length === 0 ? own : [...own, found("drop-collateral", `drops ${list} as well`)];
}

/** What goes with its own table, or is the index of a constraint that goes. */
function belongs({ type, name }: Dropped, dropped: readonly Dropped[]): boolean {
  if (/RI_ConstraintTrigger|pg_toast/.test(name)) return true;
  const tables = dropped.filter((one) => /table$|view$/.test(one.type)).map((one) => one.name);
  if (tables.some((table) => name === table || name.endsWith(` on ${table}`) || name.startsWith(`${table}.`)))
    return true;
  if (type !== "index") return false;
  const short = name.replace(/^.*\./, "");
  const isOfTable = tables.length > 0;
  return isOfTable || dropped.some((one) => one.type === "table constraint" && one.name.startsWith(`${short} on `));
}

function ledger({ trial: { effects }, intents }: Seen): readonly Judgement[] {
  const isWritten = effects?.locks.some(({ table, mode }) => table === "migrations" && isAtLeast(mode, "RowExclusive"));
  const isSaid = intents.some(({ kind, relation }) => kind === "write" && relation === "migrations");
  return isWritten === true && !isSaid ? [found("touches-migrations-table", "changes or locks it")] : [];
}

/** What takes long, under the locks that it takes itself and that are held from before. */
function work(seen: Seen): readonly Judgement[] {
  const { trial, course, scanned, changed, intents } = seen;
  const touched = [...new Map([...scanned, ...changed].map((one) => [one.table, one])).values()];
  const strong = heldBefore(course, "AccessExclusive");
  const locked = touched.filter(({ table }) => strong.includes(table));
  const writes = changed.length > 0 || intents.some(({ kind }) => kind === "write" || kind === "dynamic");
  if (writes && locked.length > 0)
    return [found("backfill-with-ddl", `works on every row of ${namesOf(locked)}, locked by an earlier statement`)];
  const rewritten = (trial.effects?.rewritten ?? []).filter((name) => course.existing.has(name));
  if (rewritten.length > 0) return [found("rewrite", `writes ${rewritten.join(", ")} anew`)];
  const own = lockedBy(seen, "Share");
  const stopped = scanned.filter(({ table }) => own.includes(table));
  if (stopped.length > 0) return [found("scan-under-lock", `reads every row of ${namesOf(stopped)}`)];
  return touched.length === 0 ? [] : afterLocks(touched, strong, heldBefore(course, "Share"));
}

/** Long work beside tables that are locked for reads, or on tables that are locked for writes. */
function afterLocks(
  touched: readonly TableRows[],
  strong: readonly string[],
  held: readonly string[],
): readonly Judgement[] {
  const waiting = touched.filter(({ table }) => held.includes(table));
  if (strong.length === 0 && waiting.length === 0) return [];
  const lock = strong.length > 0 ? strong.join(", ") : namesOf(waiting);
  return [found("strong-lock-then-more", `works on every row of ${namesOf(touched)} while ${lock} is locked`)];
}
