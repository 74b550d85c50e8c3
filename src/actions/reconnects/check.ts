import { defineAction, type Verdict } from "../../domain/action.ts";
import type { DataPlace } from "../../domain/database/facts.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Values } from "../../domain/field.ts";
import { parseBaseline, type Replacement } from "../../domain/reconnects/reading.ts";
import { type ReconnectReport, summaryOf, verdictLines, verdictOf } from "../../domain/reconnects/report.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { unlessTransient } from "../poll.ts";
import { awaitReconnects } from "./await-reconnects.ts";
import { readOldTasks, replacedSince } from "./replacement.ts";

const inputs = {
  baseline: { type: "string", required: false, description: "Readings of reconnects.baseline." },
  database: {
    type: "string",
    required: false,
    description: "Database that the service uses now. Default is that of the operator's URL.",
  },
} as const;

/** Two minutes of CloudWatch, and what it needs to show them. */
const USUAL_SECONDS = 180;

/**
 * Waits until what was connected before is back. What is LOST undoes nothing and stops nothing: the outcome says it, and
 * the exit code is that of a watch, 8 for LOST and 10 where something cannot be seen.
 */
export const checkReconnects = defineAction<ActionServices, typeof inputs, null>({
  name: "reconnects.check",
  summary: "Check that clients have reconnected: BACK, LOST or CANNOT BE SEEN.",
  risk: "read",
  checksUndo: true,
  isPart: ({ reconnects }) => reconnects !== undefined,
  usualSeconds: () => USUAL_SECONDS,
  inputs,
  outputs: {},
  observe: async () => ({ kind: "observed", value: null }),
  plan: () => ({
    summary: "what was connected before is compared with what is now",
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: "every probe is judged",
  }),
  verify: (given, _attempt, context) => check(given, context),
});

async function check({ baseline, database }: Values<typeof inputs>, context: ActionVerifyContext): Promise<Verdict> {
  const { services, earlierAttempts, clock, progress } = context;
  const begun = replacedSince(earlierAttempts);
  if (begun === undefined) return { kind: "true", text: "no task was replaced" };
  const served = clock.now();
  let over: Replacement | undefined;
  const change = async (): Promise<Replacement> => {
    if (over !== undefined) return over;
    const gone = await readOldTasks(context, begun).catch(unlessTransient);
    if (gone === undefined || gone === "running") return { begun };
    // None is listed: they were gone before this step at the latest.
    over = { begun, gone: gone === "unlisted" ? served : gone, served };
    return over;
  };
  const question = { probes: services.reconnects ?? [], baseline: parseBaseline(baseline), change };
  // An undo of a cutover is back on the database of the URL.
  const place = database === undefined || context.isUndo === true ? undefined : () => placeOf(database, services);
  const reading = { ...context, ...(place && { place }) };
  return verdictFor(await awaitReconnects(question, reading, (report) => progress(verdictLines(report).join("\n"))));
}

async function placeOf(database: string, { aws }: ActionServices): Promise<DataPlace> {
  const instance = await aws.rds.instance(database);
  if (instance?.endpoint === undefined) throw new Error(`${database} has no address`);
  return instance.endpoint;
}

function verdictFor(report: ReconnectReport): Verdict {
  const verdict = verdictOf(report);
  const text = summaryOf(report);
  if (verdict === "BACK")
    return { kind: "true", text, proof: `${report.rows.length}/${report.rows.length} probes BACK` };
  const isLost = verdict === "LOST";
  return {
    kind: "unproven",
    onward: "passed",
    exitCode: isLost ? EXIT.worse : EXIT.inconclusive,
    failure: {
      reason: isLost ? "reconnects-lost" : "reconnects-unseen",
      text,
      evidence: [],
      next: ["vulcan-ops reconnects"],
    },
  };
}
