import { OpsError } from "../../../domain/error.ts";
import { block, ok, warn } from "../../../domain/finding.ts";
import type { AppliedMigration } from "../../../domain/migrations/applied.ts";
import type { DataLoss } from "../../../domain/migrations/data-loss.ts";
import type { DownLoss, ProvenMigration } from "../../../domain/migrations/proof.ts";
import type { SchemaReads, SchemaSql, SourceDowns } from "../../../domain/migrations/reads.ts";
import type { DownEffects } from "../../../domain/migrations/schema-object.ts";
import { isPlain, nameOf, objectsCreatedBy, type SchemaObject } from "../../../domain/migrations/schema-object.ts";
import type { Finding } from "../../../domain/operation.ts";

/** What one Down removes, and how that is known. Without `destroyed` it is unknown. */
interface RemovedObjects {
  readonly migration: AppliedMigration;
  readonly destroyed?: DownEffects;
  readonly how: string;
}

/** Downs that were run on a throw-away server. */
interface RunDowns {
  readonly migrations: readonly ProvenMigration[];
  readonly isOfImage: boolean;
}

/** What is lost permanently, in words and as names. */
export interface DataLossEstimate {
  readonly findings: readonly Finding[];
  /** Names of what is lost with rows or values in it, or whose rows could not be counted; empty if nothing is. */
  readonly lost: readonly string[];
  /** What exists now and has to be gone afterwards. */
  readonly gone: readonly SchemaObject[];
}

/**
 * Reads only. Uses what a run of the Downs has shown, else Vulcan's own source if it is given, else the descriptions.
 * Reports what is unknown as unknown.
 */
export async function estimateDataLoss(
  removed: readonly AppliedMigration[],
  schema: SchemaReads,
  proof: RunDowns = { migrations: [], isOfImage: false },
): Promise<DataLossEstimate> {
  const downs = await schema.downs?.();
  const taken = removed.map((migration) => removedByRun(migration, proof) ?? objectsRemovedBy(migration, downs));
  const objects = taken.flatMap(({ destroyed }) => [...(destroyed?.objects ?? []), ...(destroyed?.altered ?? [])]);
  const counted = await count(objects, schema.sql);
  const losses = counted instanceof OpsError ? [] : counted;
  const lossOf = (object: SchemaObject) => losses.find((loss) => nameOf(loss.object) === nameOf(object));
  const isGone = (object: SchemaObject) => lossOf(object)?.present === true;
  return {
    findings: [
      ...taken.flatMap((one) => {
        const contradicted = contradictions(one, lossOf, taken);
        const judged = judge(one, lossOf);
        return contradicted.length > 0 && judged.level === "ok" ? contradicted : [judged, ...contradicted];
      }),
      ...(counted instanceof OpsError
        ? [warn("stakes-uncounted", `what is in it was not counted: ${counted.message}`)]
        : []),
    ],
    lost: objects.filter((object) => isLost(object, lossOf(object))).map(nameOf),
    gone: taken.flatMap(({ destroyed }) => destroyed?.objects ?? []).filter(isGone),
  };
}

/** Undefined where the Down did not run to its end: then its text tells more. */
function removedByRun(migration: AppliedMigration, { migrations, isOfImage }: RunDowns): RemovedObjects | undefined {
  const run = migrations.find(({ version }) => version === migration.version);
  if (run === undefined || run.verdict === "DOWN FAILS" || run.verdict === "CANNOT READ") return undefined;
  const objects = run.destroys.map(({ kind, name }) => ({ kind, object: objectNamed(kind, name) }));
  const of = (isAltered: boolean) =>
    objects.flatMap(({ kind, object }) => ((kind === "rows") === isAltered ? (object ?? []) : []));
  const how = isOfImage ? "by its run" : "by a run of the source, which may be another image's";
  const complete = objects.every(({ object }) => object !== undefined);
  return { migration, destroyed: { objects: of(false), altered: of(true), complete }, how };
}

/** Undefined for a name that a statement would have to quote. */
function objectNamed(kind: DownLoss["kind"], name: string): SchemaObject | undefined {
  const parts = name.split(".");
  if (parts.length > 3 || !parts.every(isPlain)) return undefined;
  if (kind !== "column") return parts.length > 2 ? undefined : { kind: "table", table: name };
  const column = parts.at(-1);
  return column === undefined || parts.length < 2
    ? undefined
    : { kind: "column", table: parts.slice(0, -1).join("."), column };
}

function objectsRemovedBy(migration: AppliedMigration, downs: SourceDowns | undefined): RemovedObjects {
  const known = downs?.effects.get(migration.version);
  if (known !== undefined) return { migration, destroyed: known, how: "by its source" };
  const unread = downs?.unread ?? [];
  const objects = objectsCreatedBy(migration.description);
  const absent = downs === undefined ? "" : `: its source has no migration ${migration.version} that can be read`;
  if (objects === undefined) return { migration, how: `neither its source nor its description tells${shown(unread)}` };
  const destroyed = { objects, altered: [], complete: downs === undefined, unknown: unread };
  return { migration, destroyed, how: `by its description alone${absent}` };
}

const NOT_SET_UP = "SQL is not set up (VULCAN_DATABASE_URL)";

async function count(
  objects: readonly SchemaObject[],
  sql: SchemaSql | undefined,
): Promise<readonly DataLoss[] | OpsError> {
  if (objects.length === 0) return [];
  const none = new OpsError({ code: "sql-absent", exitCode: 1, fault: "operator", message: NOT_SET_UP });
  if (sql === undefined) return none;
  return sql.measureDataLoss(objects).catch((error: unknown) => {
    if (error instanceof OpsError) return error;
    throw error;
  });
}

/** An index holds nothing that its table does not. What was not counted may hold anything. */
function isLost({ kind }: SchemaObject, loss: DataLoss | undefined): boolean {
  return kind !== "index" && loss?.present !== false && loss?.rows !== 0;
}

function judge(
  { migration, destroyed, how }: RemovedObjects,
  lossOf: (object: SchemaObject) => DataLoss | undefined,
): Finding {
  const name = `the Down of ${migration.version} “${migration.description}”`;
  if (destroyed === undefined) return warn("down-unknown", `what ${name} destroys is unknown: ${how}`);
  const { objects, altered, complete, unknown = [] } = destroyed;
  if (destroyed.isMissing === true)
    return block("down-missing", `${name} is missing; ${how}. Vulcan cannot take this migration back`, [
      "vulcan-ops restore --to -15m",
    ]);
  const parts = [
    ...objects.map((object) => `drops ${nameOf(object)} (${figures(object, lossOf(object))})`),
    ...altered.map((object) => `alters ${nameOf(object)} (${figures(object, lossOf(object))})`),
    ...(complete ? [] : [`does more than can be told${shown(unknown)}`]),
  ];
  const isHarmless = complete && ![...objects, ...altered].some((object) => isLost(object, lossOf(object)));
  const text = `${name} ${parts.join(", ") || "takes nothing away"}; ${how}`;
  return isHarmless ? ok("down-harmless", text) : warn("down-destroys", text);
}

/** The first reasons are enough to look at the source. */
function shown(reasons: readonly string[]): string {
  if (reasons.length === 0) return "";
  const more = reasons.length > MOST_REASONS ? `, and ${reasons.length - MOST_REASONS} more` : "";
  return ` (${reasons.slice(0, MOST_REASONS).join("; ")}${more})`;
}

const MOST_REASONS = 2;

/** Words in the description of a later migration that may have removed the object already. */
const TAKES_AWAY = /\b(drop|remove|delete|rename|move|merge|replace)/i;

/** An applied migration has created what its Down removes. If that is absent, SQL reads another database or schema. */
function contradictions(
  { migration, destroyed, how }: RemovedObjects,
  lossOf: (object: SchemaObject) => DataLoss | undefined,
  all: readonly RemovedObjects[],
): Finding[] {
  const absent = [...(destroyed?.objects ?? []), ...(destroyed?.altered ?? [])].filter(
    (object) => lossOf(object)?.present === false && !mayBeGone(object, migration, all),
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

function mayBeGone(object: SchemaObject, { version }: AppliedMigration, all: readonly RemovedObjects[]): boolean {
  const names = nameOf(object).toLowerCase().split(".");
  return all.some(
    ({ migration: { version: later, description } }) =>
      later > version && TAKES_AWAY.test(description) && names.some((name) => description.toLowerCase().includes(name)),
  );
}

function figures({ kind }: SchemaObject, loss: DataLoss | undefined): string {
  if (loss === undefined) return "not counted";
  if (!loss.present) return "not there";
  const { rows, isExact, bytes, why } = loss;
  const noun = kind === "table" ? "rows" : "values";
  const count = rows === undefined ? `an unknown number of ${noun}` : `${isExact ? "" : "about "}${rows} ${noun}`;
  const size = bytes === undefined ? [] : [`${bytes} bytes`];
  return [...(kind === "index" ? [] : [count]), ...size, ...(why === undefined ? [] : [why])].join(", ");
}

/** A list of objects as one input of a later step: `column:licences.seats,table:notes`. */
export const formatObjects = (objects: readonly SchemaObject[]): string =>
  objects.map((object) => `${object.kind}:${nameOf(object)}`).join(",");

export function parseObjects(text: string): SchemaObject[] {
  return text.split(",").flatMap((part): SchemaObject[] => {
    const [kind = "", name = ""] = part.split(":");
    const dot = name.lastIndexOf(".");
    if (kind === "column") return [{ kind, table: name.slice(0, dot), column: name.slice(dot + 1) }];
    if (kind === "table") return [{ kind, table: name }];
    return kind === "index" ? [{ kind, index: name }] : [];
  });
}
