import { defineAction, type Failure, type Verdict } from "../../domain/action.ts";
import { OpsError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import { broughtBy, nameOf } from "../../domain/migrations/schema-object.ts";
import { newestOf, SOURCES } from "../../domain/migrations/signature.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { readLabels } from "../vulcan/image-migrations.ts";
import { readPatiently } from "../vulcan/read-migrations.ts";
import { compare, type Picture, pictureOf } from "./snapshot.ts";

const inputs = {
  baseline: { type: "string", required: false, description: "The picture that database.baseline has kept." },
  taskDefinition: { type: "taskDefinition", description: "The revision that has migrated." },
  version: { type: "version", required: false, description: "The newest migration that has to be there." },
  mayShrink: { type: "string", required: false, description: "Tables that may lose rows meanwhile, with commas." },
} as const;

type Inputs = Values<typeof inputs>;

/** Proves that the migrations were applied, brought what they say, and cost nothing. */
export const compareDatabase = defineAction<World, typeof inputs, null>({
  name: "database.compare",
  summary: "Prove versions, schema objects and integrity after a migration, against the picture kept before it.",
  risk: "read",
  inputs,
  outputs: {},
  observe: async () => ({ kind: "observed", value: null }),
  plan: () => ({
    summary: "versions, schema objects, rows, indexes, constraints and sequences",
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: "the new migrations are there with what they bring, and no row is missing",
  }),
  verify: (given, _attempt, waiting) => prove(given, waiting),
});

async function prove(given: Inputs, waiting: Wait): Promise<Verdict> {
  const { world, clock } = waiting;
  const told = await readPatiently(waiting);
  if (told instanceof OpsError) return failed("migrations-unread", told.message);
  const before = given.baseline === undefined ? undefined : (JSON.parse(given.baseline) as Picture);
  const facts = await world.data?.facts(new Date(clock.now()).toISOString());
  const added = told.applied.filter(({ version }) => !versionsOf(before).has(version));
  const problems = [...(await wrongVersion(given, told.applied, waiting)), ...(await absent(added, waiting))];
  const after = pictureOf(told.applied, facts);
  const shrinking = (given.mayShrink ?? "").split(",").map((name) => name.trim());
  const compared = before === undefined ? { problems: [], remarks: [] } : compare(before, after, shrinking);
  const was = Math.max(0, ...versionsOf(before));
  const text = `migrations ${was} → ${newestOf(told.applied)} (read by ${SOURCES[told.answeredBy]})`;
  const all = [...problems, ...compared.problems];
  if (all.length > 0) return failed("integrity", `${text}: ${all.join("; ")}`, compared.remarks);
  return {
    kind: "true",
    text: [`proven: ${text}`, scopeOf(added, after, facts !== undefined), ...compared.remarks].join("; "),
  };
}

const versionsOf = (picture: Picture | undefined): ReadonlySet<number> =>
  new Set(picture?.migrations.map((row) => Number(row.split("@")[0])));

/** What the operator says, else the image's own label. */
async function wrongVersion(
  { version, taskDefinition }: Inputs,
  applied: readonly AppliedMigration[],
  looking: Look,
): Promise<string[]> {
  const wanted = version ?? (await labelled(taskDefinition, looking));
  const newest = newestOf(applied);
  if (wanted === undefined || wanted === newest) return [];
  return [`migration ${newest} is the newest, and ${taskDefinition} was to bring ${wanted}`];
}

async function labelled(name: string, { world, target }: Look): Promise<number | undefined> {
  const { cluster, service, container: named } = target;
  const { balancers } = await world.aws.ecs.service(cluster, service);
  return (await readLabels(world.aws.ecs, [name], { named, balancers })).get(name);
}

/** A row says that a migration ran; that its table or column is there is another thing. */
async function absent(added: readonly AppliedMigration[], { world }: Look): Promise<string[]> {
  const objects = added.flatMap(({ description }) => broughtBy(description) ?? []);
  const seen = (await world.schema.sql?.present(objects)) ?? [];
  return seen.filter(({ present }) => !present).map(({ object }) => `${nameOf(object)} is not there`);
}

function scopeOf(added: readonly AppliedMigration[], { rows }: Picture, isSetUp: boolean): string {
  const brought = added.flatMap(({ description }) => broughtBy(description) ?? []).map(nameOf);
  const objects = brought.length === 0 ? "" : `${brought.join(", ")} there, `;
  return isSetUp
    ? `${objects}no row missing in ${Object.values(rows).filter((count) => count !== null).length} tables`
    : "rows NOT PROVEN: SQL is not set up";
}

const failed = (reason: string, text: string, evidence: Failure["evidence"] = []): Verdict => ({
  kind: "false",
  failure: { reason, text, evidence, next: ["vulcan-ops migrate status"] },
});
