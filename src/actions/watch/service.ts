import { defineAction, type Verdict } from "../../domain/action.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { formatDuration } from "../../domain/time.ts";
import type { WatchReport } from "../../domain/watch/report.ts";
import { keptSeries } from "../../domain/watch/series-to-keep.ts";
import { WARM_UP } from "./deployment-times.ts";
import { watchLines } from "./report-lines.ts";
import { watchService } from "./run.ts";

const inputs = {
  for: { type: "duration", description: "How long, in whole minutes; less than 15m leaves too little to compare." },
  before: {
    type: "time",
    required: false,
    description: "Compare with the period before this. Default is before the last deployment.",
  },
  taskDefinition: {
    type: "taskDefinition",
    required: false,
    description: "Revision that is watched. Another one that replaces it ends the watch, exit 1.",
  },
} as const;

type Inputs = Values<typeof inputs>;

const FEWEST = 5;
const LEAST_SECONDS = 900;

/** Watches the documented metrics against the time before. Only STABLE is a good end; exit 8 WORSE, 10 INCONCLUSIVE. */
export const watchStep = defineAction<ActionServices, typeof inputs, null>({
  name: "watch.service",
  summary: "Compare key metrics with the period before: STABLE, WORSE or INCONCLUSIVE.",
  risk: "read",
  endsBy: "for",
  leastToProve: {
    input: "for",
    seconds: LEAST_SECONDS,
    why: "fresh tasks are compared with nothing for 5 min, and fewer than ten more minutes end INCONCLUSIVE",
  },
  usualSeconds: ({ for: seconds }) => (seconds === undefined ? undefined : minutesOf({ for: seconds }) * 60),
  inputs,
  outputs: {},
  observe: async () => ({ kind: "observed", value: null }),
  plan: (given) => ({
    summary: `for ${formatDuration(minutesOf(given) * 60)}`,
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: `${minutesOf(given)} min have been seen, and no limit was broken`,
  }),
  verify: (given, _attempt, context) => watch(given, context),
});

const minutesOf = (given: Inputs): number => Math.max(FEWEST, Math.ceil(given.for / 60));

async function watch(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const { signal, clock, progress } = context;
  const minutes = minutesOf(given);
  const tell = (report: WatchReport): void =>
    progress(watchLines(report).join("\n"), { done: report.observed, total: report.wanted });
  // The tasks that have just been added are as fresh as those of a deployment.
  const warmUntil = clock.now() + WARM_UP;
  const before = given.before === undefined ? {} : { before: Date.parse(given.before) };
  const revision = given.taskDefinition;
  const watching = { ...context, ...before, ...(revision && { revision }), minutes, warmUntil, say: progress };
  const report = await watchService(watching, tell);
  signal.throwIfAborted();
  return report.replacedBy === undefined ? verdictOf(report) : superseded(revision ?? "", report.replacedBy, report);
}

/** What was seen is of another release: it proves nothing of the one that is watched. */
function superseded(revision: string, by: string, report: WatchReport): Verdict {
  const text = `another deployment (${by}) replaced ${revision}`;
  return {
    kind: "false",
    exitCode: EXIT.failed,
    failure: { reason: "superseded", text, evidence: watchLines(report), next: ["vulcan-ops status"] },
  };
}

function verdictOf(report: WatchReport): Verdict {
  const { verdict = "INCONCLUSIVE", text } = report;
  const series = keptSeries(report);
  if (verdict === "STABLE") return { kind: "true", proof: "STABLE", text: `STABLE: ${text}`, series };
  const isWorse = verdict === "WORSE";
  return {
    kind: "false",
    exitCode: isWorse ? EXIT.worse : EXIT.inconclusive,
    failure: {
      reason: isWorse ? "watch-worse" : "watch-inconclusive",
      text: `${verdict}: ${text}`,
      evidence: watchLines(report),
      series,
      next: [isWorse ? "vulcan-ops rollback" : "vulcan-ops watch"],
    },
  };
}
