import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import { OpsError } from "../../domain/error.ts";
import { counted, notChecked } from "../../domain/finding.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { readMigrationsPatiently } from "../vulcan/read-migrations.ts";
import { snapshotFromOutputs } from "./snapshot.ts";

/** Records what the database holds before it is migrated. The state after the migration is compared with it. */
export const takeBaseline = defineAction<ActionServices, Record<string, never>, boolean>({
  name: "database.baseline",
  summary: "Record a baseline of the database: migrations, rows, indexes, constraints, sequences.",
  risk: "read",
  inputs: {},
  outputs: {
    baseline: { type: "string", required: false, description: "the baseline, for database.compare" },
    version: { type: "version", required: false, description: "the newest migration" },
  },
  observe: async (_given, { services }) => ({ kind: "observed", value: services.data !== undefined }),
  plan: (_given, isSetUp) => planBaseline(isSetUp),
  verify: (_given, _attempt, context) => take(context),
});

function planBaseline(isSetUp: boolean): StepPlan {
  return {
    summary: isSetUp ? "migrations, rows, indexes, constraints and sequences" : "the list of migrations",
    changes: [],
    findings: isSetUp ? [] : [notChecked("rows and indexes", "SQL is not set up (VULCAN_DATABASE_URL)")],
    outputs: {},
    waitsFor: "all tables are counted",
  };
}

async function take(context: ActionVerifyContext): Promise<Verdict> {
  const { services, clock } = context;
  const migrations = await readMigrationsPatiently(context);
  if (migrations instanceof OpsError) return unread(migrations.message);
  const facts = await services.data?.facts(new Date(clock.now()).toISOString()).catch(asOpsError);
  if (facts instanceof OpsError) return unread(facts.message);
  const snapshot = snapshotFromOutputs(migrations.applied, facts);
  const rows = Object.values(snapshot.rows).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const version = Math.max(0, ...migrations.applied.map((row) => row.version));
  const tables = counted(Object.keys(snapshot.rows).length, "table");
  return {
    kind: "true",
    text: `migration ${version}, ${rows} rows in ${tables}`,
    outputs: { baseline: JSON.stringify(snapshot), version },
  };
}

/** Without a snapshot from before the migration, nothing can be proven after it. */
const unread = (text: string): Verdict => ({
  kind: "false",
  failure: { reason: "baseline-unread", text, evidence: [], next: ["vulcan-ops migrate status"] },
});

function asOpsError(error: unknown): OpsError {
  if (error instanceof OpsError) return error;
  throw error;
}
