import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import { OpsError } from "../../domain/error.ts";
import { counted, notChecked } from "../../domain/finding.ts";
import type { Wait, World } from "../../domain/services.ts";
import { readPatiently } from "../vulcan/read-migrations.ts";
import { pictureOf } from "./snapshot.ts";

/** Keeps what the database holds before it is migrated: what comes after is compared with it. */
export const takeBaseline = defineAction<World, Record<string, never>, boolean>({
  name: "database.baseline",
  summary: "Keep what the database holds now: migrations, rows of each table, indexes, constraints, sequences.",
  risk: "read",
  inputs: {},
  outputs: {
    baseline: { type: "string", required: false, description: "the picture, for database.compare" },
    version: { type: "version", required: false, description: "the newest migration" },
  },
  observe: async (_given, { world }) => ({ kind: "observed", value: world.data !== undefined }),
  plan: (_given, isSetUp) => planBaseline(isSetUp),
  verify: (_given, _attempt, waiting) => take(waiting),
});

function planBaseline(isSetUp: boolean): StepPlan {
  return {
    summary: isSetUp ? "migrations, rows, indexes, constraints and sequences" : "the list of migrations",
    changes: [],
    findings: isSetUp ? [] : [notChecked("rows and indexes", "SQL is not set up (VULCAN_DATABASE_URL)")],
    outputs: {},
    waitsFor: "what is there has been counted",
  };
}

async function take(waiting: Wait): Promise<Verdict> {
  const { world, clock } = waiting;
  const told = await readPatiently(waiting);
  if (told instanceof OpsError) return unread(told.message);
  const facts = await world.data?.facts(new Date(clock.now()).toISOString()).catch(asOpsError);
  if (facts instanceof OpsError) return unread(facts.message);
  const picture = pictureOf(told.applied, facts);
  const rows = Object.values(picture.rows).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const version = Math.max(0, ...told.applied.map((row) => row.version));
  const tables = counted(Object.keys(picture.rows).length, "table");
  return {
    kind: "true",
    text: `migration ${version}, ${rows} rows in ${tables}`,
    outputs: { baseline: JSON.stringify(picture), version },
  };
}

/** Without a picture of before, nothing could be proven after. */
const unread = (text: string): Verdict => ({
  kind: "false",
  failure: { reason: "baseline-unread", text, evidence: [], next: ["vulcan-ops migrate status"] },
});

function asOpsError(error: unknown): OpsError {
  if (error instanceof OpsError) return error;
  throw error;
}
