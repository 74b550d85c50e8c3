import { defineAction, type Verdict } from "../../domain/action.ts";
import { OpsError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { MigrationsRead } from "../../domain/migrations/reads.ts";
import { signature } from "../../domain/migrations/signature.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { readMigrationsPatiently } from "./read-migrations.ts";

const inputs = {
  rows: { type: "string", description: "Signature of the rows that have to be there." },
  settled: {
    type: "boolean",
    required: false,
    description: "Read twice, some seconds apart: a new task might migrate again.",
  },
} as const;

type Inputs = Values<typeof inputs>;

const APART_MS = 5000;

/** Proves that the list of migrations is exactly this one, by versions and by when each was applied. */
export const verifyMigrations = defineAction<ActionServices, typeof inputs, null>({
  name: "vulcan.verifyMigrations",
  formerly: "vulcan.expectMigrations",
  summary: "Verify that exactly these migrations are applied.",
  risk: "read",
  inputs,
  outputs: {},
  observe: async () => ({ kind: "observed", value: null }),
  plan: ({ rows }) => ({
    summary: `expected migrations: ${rows}`,
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: `the list of migrations reads ${rows}`,
  }),
  verify: (given, _attempt, context) => expect(given, context),
});

async function expect({ rows, settled }: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const first = await readMigrationsPatiently(context);
  if (first instanceof OpsError) return unread(first);
  if (signature(first.applied) !== rows) return differs(rows, first);
  if (settled !== true) return { kind: "true", text: `the migrations are unchanged: ${rows}` };
  await context.clock.sleep(APART_MS, context.signal);
  const second = await readMigrationsPatiently(context);
  if (second instanceof OpsError) return unread(second);
  return signature(second.applied) === rows
    ? { kind: "true", text: `the migrations are as expected, and stay so: ${rows}` }
    : differs(rows, second);
}

function differs(rows: string, { applied, answeredBy }: MigrationsRead): Verdict {
  const text = `the migrations differ: ${signature(applied)} by ${answeredBy}, instead of ${rows}; another operator or a new task migrates`;
  return {
    kind: "false",
    failure: { reason: "migrations-differ", text, evidence: [], next: ["vulcan-ops migrate status"] },
  };
}

function unread({ message }: OpsError): Verdict {
  const failure = { reason: "migrations-unread", text: message, evidence: [], next: ["vulcan-ops migrate status"] };
  return { kind: "open", failure };
}
