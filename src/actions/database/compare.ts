import { defineAction, type Failure, type Verdict } from "../../domain/action.ts";
import { type DataTables, keptKinds } from "../../domain/database/data-kinds.ts";
import { OpsError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import { nameOf, objectsCreatedBy } from "../../domain/migrations/schema-object.ts";
import { newestOf, SOURCES } from "../../domain/migrations/signature.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { formatDuration } from "../../domain/time.ts";
import { readLabels } from "../vulcan/image-migrations.ts";
import { readMigrationsPatiently } from "../vulcan/read-migrations.ts";
import { compare, type DatabaseSnapshot, snapshotFromOutputs } from "./snapshot.ts";

const inputs = {
  baseline: { type: "string", required: false, description: "Baseline of database.baseline." },
  taskDefinition: { type: "taskDefinition", description: "Revision that migrated." },
  version: { type: "version", required: false, description: "Newest migration expected." },
  image: { type: "string", required: false, description: "Image of a copied revision, whose label tells of another." },
  mayShrink: { type: "string", required: false, description: "Tables where fewer rows are normal, comma-separated." },
  expect: { type: "duration", required: false, description: "Duration of the migrations, by the release notes." },
} as const;

type Inputs = Values<typeof inputs>;

/** Proves that the migrations were applied, created what they describe, and damaged nothing. */
export const compareDatabase = defineAction<ActionServices, typeof inputs, null>({
  name: "database.compare",
  summary: "Compare migrations, schema and data with the baseline.",
  risk: "read",
  inputs,
  outputs: {},
  observe: async () => ({ kind: "observed", value: null }),
  plan: () => ({
    summary: "versions, schema objects, rows, indexes, constraints and sequences",
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: "the new migrations and their objects exist, and no row is missing",
  }),
  verify: (given, _attempt, context) => prove(given, context),
});

/** The document says that they persist, too; neither the database nor AWS's reads tell. */
const UNSEEN = "cannot be seen from here: documents in S3, and whether credentials can be decrypted";

async function prove(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const { services, clock } = context;
  const migrations = await readMigrationsPatiently(context);
  if (migrations instanceof OpsError) return failed("migrations-unread", migrations.message);
  const before = given.baseline === undefined ? undefined : (JSON.parse(given.baseline) as DatabaseSnapshot);
  const facts = await services.data?.facts(new Date(clock.now()).toISOString());
  const added = migrations.applied.filter(({ version }) => !versionsOf(before).has(version));
  const problems = [...(await wrongVersion(given, migrations.applied, context)), ...(await absent(added, context))];
  const after = snapshotFromOutputs(migrations.applied, facts);
  const shrinking = (given.mayShrink ?? "").split(",").map((name) => name.trim());
  const compared = before === undefined ? { problems: [], remarks: [] } : compare(before, after, shrinking);
  const was = Math.max(0, ...versionsOf(before));
  const span = `migrations ${was} → ${newestOf(migrations.applied)}`;
  const text = `${span} (read by ${SOURCES[migrations.answeredBy]})`;
  const all = [...problems, ...compared.problems];
  if (all.length > 0) return failed("integrity", `${text}: ${all.join("; ")}`, compared.remarks);
  const { proof, remarks } = kindsOf(before, facts && after, services.dataTables);
  const took = durationText(added, given.expect);
  const isCompared = took !== undefined && given.expect !== undefined;
  return {
    kind: "true",
    proof: [isCompared ? `${span} in ${took}` : span, ...(facts === undefined ? ["rows not proven"] : proof)].join(
      ", ",
    ),
    text: [
      `proven: ${text}${took === undefined ? "" : ` in ${took}`}`,
      scopeOf(added, after, before, facts !== undefined),
      ...compared.remarks,
      ...remarks,
      UNSEEN,
    ].join("; "),
  };
}

/** What the release notes expect of the migrations, beside what Vulcan itself has measured. Less than a second is no news. */
function durationText(added: readonly AppliedMigration[], expect: number | undefined): string | undefined {
  if (added.length === 0 || added.some(({ durationMs }) => durationMs === undefined)) return undefined;
  const ms = added.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
  if (ms < 1000 && expect === undefined) return undefined;
  const took = ms < 1000 ? `${Math.round(ms)} ms` : formatDuration(Math.round(ms / 1000));
  return expect === undefined ? took : `${took} (expected ${formatDuration(expect)})`;
}

/** Of which documented kinds of data it is shown that no row is missing. */
function kindsOf(
  before: DatabaseSnapshot | undefined,
  after: DatabaseSnapshot | undefined,
  named: DataTables | undefined,
): { readonly proof: readonly string[]; readonly remarks: readonly string[] } {
  if (before === undefined || after === undefined) return { proof: [], remarks: [] };
  if (named === undefined)
    return { proof: [], remarks: ["which tables hold the eight documented kinds is not set (dataTables)"] };
  const { proof, doubts } = keptKinds(named, before.rows, after.rows);
  return { proof: [proof], remarks: [proof, ...doubts.map((doubt) => `NOT PROVEN: ${doubt}`)] };
}

const versionsOf = (snapshot: DatabaseSnapshot | undefined): ReadonlySet<number> =>
  new Set(snapshot?.migrations.map((row) => Number(row.split("@")[0])));

/** The expected version comes from the operator, else from the image's own label. */
async function wrongVersion(
  { version, taskDefinition, image }: Inputs,
  applied: readonly AppliedMigration[],
  context: ActionReadContext,
): Promise<string[]> {
  const wanted = version ?? (image === undefined ? await labelled(taskDefinition, context) : undefined);
  const newest = newestOf(applied);
  if (wanted === undefined || wanted === newest) return [];
  return [`migration ${newest} is the newest, and ${taskDefinition} was to bring ${wanted}`];
}

async function labelled(name: string, { services, target }: ActionReadContext): Promise<number | undefined> {
  const { cluster, service, container: named } = target;
  const { balancers } = await services.aws.ecs.service(cluster, service);
  return (await readLabels(services.aws.ecs, [name], { named, balancers })).get(name);
}

/** A row proves that a migration ran. It does not prove that its table or column exists. */
async function absent(added: readonly AppliedMigration[], { services }: ActionReadContext): Promise<string[]> {
  const objects = added.flatMap(({ description }) => objectsCreatedBy(description) ?? []);
  const observation = (await services.schema.sql?.presentObjects(objects)) ?? [];
  return observation.filter(({ present }) => !present).map(({ object }) => `${nameOf(object)} is not there`);
}

/** The comparison of both schemas names what is new by itself. */
function scopeOf(
  added: readonly AppliedMigration[],
  { rows, structure }: DatabaseSnapshot,
  before: DatabaseSnapshot | undefined,
  isSetUp: boolean,
): string {
  const isCompared = structure !== undefined && before?.structure !== undefined;
  const brought = (isCompared ? [] : added)
    .flatMap(({ description }) => objectsCreatedBy(description) ?? [])
    .map(nameOf);
  const objects = brought.length === 0 ? "" : `${brought.join(", ")} there, `;
  return isSetUp
    ? `${objects}no row missing in ${Object.values(rows).filter((count) => count !== null).length} tables`
    : "rows NOT PROVEN: SQL is not set up";
}

const failed = (reason: string, text: string, evidence: Failure["evidence"] = []): Verdict => ({
  kind: "false",
  failure: { reason, text, evidence, next: ["vulcan-ops migrate status"] },
});
