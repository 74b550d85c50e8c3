import { defineAction } from "../../domain/action.ts";
import type { ActionServices } from "../../domain/services.ts";
import { withVerdict } from "../../domain/upgrade/verdicts.ts";
import { awaitRollout } from "../ecs/rollout/monitor.ts";
import { trafficProof } from "../ecs/rollout/traffic-proof.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "The new revision." },
  since: { type: "time", description: "Failed requests count from then on." },
} as const;

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
  async verify({ taskDefinition, since }, _attempt, context) {
    const verdict = await awaitRollout(taskDefinition, context, "drained");
    return verdict.kind === "true"
      ? { ...verdict, proof: await trafficProof(Date.parse(since), context) }
      : { ...verdict, failure: withVerdict(verdict.failure) };
  },
});
