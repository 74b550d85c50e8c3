import { OpsError } from "../../../domain/error.ts";
import { block, ok, warn } from "../../../domain/finding.ts";
import type { AppliedMigration } from "../../../domain/migrations/applied.ts";
import type { Stake } from "../../../domain/migrations/data-loss.ts";
import type { Schema, SchemaSql } from "../../../domain/migrations/reads.ts";
import type { Destroyed } from "../../../domain/migrations/schema-object.ts";
import { broughtBy, nameOf, type SchemaObject } from "../../../domain/migrations/schema-object.ts";
import type { Finding } from "../../../domain/operation.ts";

/** What one Down takes away, and how that is known; without `destroyed` nobody knows. */
interface Taken {
  readonly migration: AppliedMigration;
  readonly destroyed?: Destroyed;
  readonly how: string;
}

/** What is lost for good, in words and as names. */
export interface Stakes {
  readonly findings: readonly Finding[];
  /** Names of what is lost with rows or values in it, or whose rows nobody could count; empty where nothing is. */
  readonly lost: readonly string[];
  /** What is there now and has to be gone afterwards. */
  readonly gone: readonly SchemaObject[];
}

/** Reads only. By Vulcan's own source where somebody has given it, else by the descriptions; unknown is said as unknown. */
export async function stakesOf(removed: readonly AppliedMigration[], schema: Schema): Promise<Stakes> {
  const downs = await schema.downs?.();
  const taken = removed.map((migration) => takenBy(migration, downs));
  const objects = taken.flatMap(({ destroyed }) => [...(destroyed?.objects ?? []), ...(destroyed?.altered ?? [])]);
  const counted = await count(objects, schema.sql);
  const stakes = counted instanceof OpsError ? [] : counted;
  const of = (object: SchemaObject) => stakes.find((stake) => nameOf(stake.object) === nameOf(object));
  const isGone = (object: SchemaObject) => of(object)?.present === true;
  return {
    findings: [
      ...taken.flatMap((one) => {
        const contradicted = contradictions(one, of, taken);
        const judged = judge(one, of);
        return contradicted.length > 0 && judged.level === "ok" ? contradicted : [judged, ...contradicted];
      }),
      ...(counted instanceof OpsError
        ? [warn("stakes-uncounted", `what is in it was not counted: ${counted.message}`)]
        : []),
    ],
    lost: objects.filter((object) => isLost(object, of(object))).map(nameOf),
    gone: taken.flatMap(({ destroyed }) => destroyed?.objects ?? []).filter(isGone),
  };
}

function takenBy(migration: AppliedMigration, downs: ReadonlyMap<number, Destroyed> | undefined): Taken {
  const known = downs?.get(migration.version);
  if (known !== undefined) return { migration, destroyed: known, how: "by its source" };
  const objects = broughtBy(migration.description);
  if (objects === undefined) return { migration, how: "neither its source nor its description tells" };
  return { migration, destroyed: { objects, altered: [], complete: true }, how: "by its description alone" };
}

const NOT_SET_UP = "SQL is not set up (VULCAN_DATABASE_URL)";

async function count(
  objects: readonly SchemaObject[],
  sql: SchemaSql | undefined,
): Promise<readonly Stake[] | OpsError> {
  if (objects.length === 0) return [];
  const none = new OpsError({ code: "sql-absent", exitCode: 1, fault: "operator", message: NOT_SET_UP });
  if (sql === undefined) return none;
  return sql.atStake(objects).catch((error: unknown) => {
    if (error instanceof OpsError) return error;
    throw error;
  });
}

/** An index holds nothing that its table does not; what was not counted may hold anything. */
function isLost({ kind }: SchemaObject, stake: Stake | undefined): boolean {
  return kind !== "index" && stake?.present !== false && stake?.rows !== 0;
}

function judge({ migration, destroyed, how }: Taken, of: (object: SchemaObject) => Stake | undefined): Finding {
  const name = `the Down of ${migration.version} “${migration.description}”`;
  if (destroyed === undefined) return warn("down-unknown", `what ${name} destroys is unknown: ${how}`);
  const { objects, altered, complete } = destroyed;
  const parts = [
    ...objects.map((object) => `drops ${nameOf(object)} (${figures(object, of(object))})`),
    ...altered.map((object) => `alters ${nameOf(object)} (${figures(object, of(object))})`),
    ...(complete ? [] : ["does more than can be told"]),
  ];
  const isHarmless = complete && ![...objects, ...altered].some((object) => isLost(object, of(object)));
  const text = `${name} ${parts.join(", ") || "takes nothing away"}; ${how}`;
  return isHarmless ? ok("down-harmless", text) : warn("down-destroys", text);
}

/** What a later migration may have taken away already, by the words of its description. */
const TAKES_AWAY = /\b(drop|remove|delete|rename|move|merge|replace)/i;

/** An applied migration has brought what its Down takes: where that is not there, another database or schema was asked. */
function contradictions(
  { migration, destroyed, how }: Taken,
  of: (object: SchemaObject) => Stake | undefined,
  all: readonly Taken[],
): Finding[] {
  const absent = [...(destroyed?.objects ?? []), ...(destroyed?.altered ?? [])].filter(
    (object) => of(object)?.present === false && !mayBeGone(object, migration, all),
  );
  if (absent.length === 0) return [];
  const text = `migration ${migration.version} is applied, and by SQL ${absent.map(nameOf).join(", ")} ${absent.length === 1 ? "is" : "are"} not there (${how}): another database is asked, or another schema of it`;
  return [
    block("down-object-absent", text, [
      "vulcan-ops doctor",
      "the same command with VULCAN_DATABASE_URL of the service's database, or with --migrations-file",
    ]),
  ];
}

function mayBeGone(object: SchemaObject, { version }: AppliedMigration, all: readonly Taken[]): boolean {
  const names = nameOf(object).toLowerCase().split(".");
  return all.some(
    ({ migration: { version: later, description } }) =>
      later > version && TAKES_AWAY.test(description) && names.some((name) => description.toLowerCase().includes(name)),
  );
}

function figures({ kind }: SchemaObject, stake: Stake | undefined): string {
  if (stake === undefined) return "not counted";
  if (!stake.present) return "not there";
  const { rows, isExact, bytes, why } = stake;
  const noun = kind === "table" ? "rows" : "values";
  const count = rows === undefined ? `an unknown number of ${noun}` : `${isExact ? "" : "about "}${rows} ${noun}`;
  const size = bytes === undefined ? [] : [`${bytes} bytes`];
  return [...(kind === "index" ? [] : [count]), ...size, ...(why === undefined ? [] : [why])].join(", ");
}

/** A list of objects as one input of a later step: `column:licences.seats,table:notes`. */
export const written = (objects: readonly SchemaObject[]): string =>
  objects.map((object) => `${object.kind}:${nameOf(object)}`).join(",");

export function readObjects(text: string): SchemaObject[] {
  return text.split(",").flatMap((part): SchemaObject[] => {
    const [kind = "", name = ""] = part.split(":");
    const dot = name.lastIndexOf(".");
    if (kind === "column") return [{ kind, table: name.slice(0, dot), column: name.slice(dot + 1) }];
    if (kind === "table") return [{ kind, table: name }];
    return kind === "index" ? [{ kind, index: name }] : [];
  });
}
