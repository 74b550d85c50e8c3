import type { Service } from "../aws/shapes.ts";
import { defineAction } from "../domain/action.ts";
import { awaitRollout } from "./rollout.ts";
import type { World } from "./world.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "The revision that every task has to run in the end." },
} as const;

/**
 * Waits until the wanted revision serves on every task. It knows which revision it wants: `services-stable` of the SDK
 * and the AWS CLI also calls it success when a circuit breaker has put the old revision back.
 */
export const waitForRollout = defineAction<World, typeof inputs, Service>({
  name: "ecs.waitForRollout",
  summary: "Wait until this revision serves on every task and load-balancer target, or say why not.",
  risk: "read",
  inputs,
  outputs: {},

  async observe(_inputs, { ahead, world, target }) {
    if (ahead !== undefined) return { kind: "deferred", until: ahead };
    return { kind: "observed", value: await world.aws.ecs.service(target.cluster, target.service) };
  },

  plan: ({ taskDefinition }, service) => ({
    summary: `until ${taskDefinition} serves on all ${service.desired} tasks`,
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: `all ${service.desired} tasks of ${service.name} run ${taskDefinition} and are healthy`,
  }),

  verify: ({ taskDefinition }, _attempt, waiting) => awaitRollout(taskDefinition, waiting),
});
