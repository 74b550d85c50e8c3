import { defineAction } from "../../domain/action.ts";
import { counted } from "../../domain/finding.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { gapInDrain } from "../../domain/upgrade/target-gap.ts";
import { tookText } from "../../domain/upgrade/took.ts";
import { withVerdict } from "../../domain/upgrade/verdicts.ts";
import { awaitRollout } from "../ecs/rollout/monitor.ts";
import { killedTasks } from "../ecs/rollout/stopped-tasks.ts";
import { trafficProof } from "../ecs/rollout/traffic-proof.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { measuringTargets } from "./healthy-targets.ts";
import { imageProof } from "./image-proof.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "The new revision." },
  since: { type: "time", description: "Failed requests count from then on." },
  digests: { type: "string", required: false, description: "Digests of the images, as they were checked." },
} as const;

/** Old tasks that did not end by themselves: requests that they still had are lost. */
async function readKilled(
  wanted: string,
  since: string,
  { services, target }: ActionVerifyContext,
): Promise<readonly string[]> {
  const all = await services.aws.ecs.allTasks(target.cluster, target.service).catch(() => undefined);
  if (all === undefined) return ["exit codes of old tasks not read"];
  const killed = killedTasks(wanted, all.stopped, since);
  return killed.length === 0 ? [] : [`${counted(killed.length, "old task")} killed after stopTimeout (exit 137)`];
}

/** Waits until the old tasks are gone: the phases 6 and 7. The outcome says how many requests failed in the upgrade. */
export const drainUpgrade = defineAction<ActionServices, typeof inputs, null>({
  name: "upgrade.drain",
  summary: "Wait until the tasks of the old release are gone; measure failed requests.",
  risk: "read",
  minimumDurations: [{ seconds: 360, why: "a new task starts in 60 s, an old one is drained for 300 s" }],
  usualSeconds: () => USUAL_SECONDS.drain,
  inputs,
  outputs: {},
  observe: async (_given, { pendingStep }) =>
    pendingStep === undefined ? { kind: "observed", value: null } : { kind: "deferred", until: pendingStep },
  plan: ({ taskDefinition }) => ({
    summary: `until all tasks of other revisions than ${taskDefinition} are gone`,
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: `all tasks and targets of other revisions than ${taskDefinition} are gone`,
  }),
  async verify({ taskDefinition, since, digests = "" }, _attempt, context) {
    const begun = context.clock.now();
    const { result: verdict, reads } = await measuringTargets(context, () =>
      awaitRollout(taskDefinition, context, "drained"),
    );
    const gap = gapInDrain(reads);
    if (verdict.kind !== "true") {
      const { evidence } = verdict.failure;
      return { ...verdict, failure: withVerdict({ ...verdict.failure, evidence: [`targets: ${gap}`, ...evidence] }) };
    }
    const [killed, image, traffic] = await Promise.all([
      readKilled(taskDefinition, since, context),
      imageProof(taskDefinition, digests, context),
      trafficProof(Date.parse(since), context),
    ]);
    const { usualSeconds: expected } = context;
    const took = tookText("drained in", { confirmed: begun, begun, ended: context.clock.now(), expected });
    return {
      ...verdict,
      text: [verdict.text, gap, ...killed, ...took, ...image].join("; "),
      proof: [gap, ...killed, ...took, ...image, traffic].join(", "),
    };
  },
});
