import { defineAction, type StepPlan } from "../../domain/action.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionServices } from "../../domain/services.ts";
import { unlessTransient } from "../poll.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { awaitLateChecks } from "./late-checks.ts";
import { awaitRollout } from "./rollout/monitor.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "Revision that every task must run." },
  late: {
    type: "string",
    required: false,
    description: "Late checks of ecs.checkRevert, by name; they finish during the wait.",
  },
  until: {
    type: "choice",
    choices: ["serving", "drained"],
    required: false,
    description: "End when all tasks are healthy (default), or when the old tasks are gone.",
  },
} as const;

type Inputs = Values<typeof inputs>;

/** Undefined if the service cannot be read just now. The wait survives that, so its plan has to. */
type Observation = Service | undefined;

/**
 * Waits until the wanted revision serves on every task. `services-stable` of the SDK and the AWS CLI does not know
 * which revision is wanted. It also reports success when a circuit breaker has put the old revision back.
 */
export const waitForRollout = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.waitForRollout",
  summary: "Wait until this revision is healthy on every task and target.",
  risk: "read",
  minimumDurations: [
    { seconds: 60, why: "a new task is healthy after 60 s at the earliest" },
    { seconds: 360, why: "a new task starts in 60 s, an old one is drained for 300 s", where: { until: "drained" } },
  ],
  usualSeconds: ({ until }) => (until === "drained" ? USUAL_SECONDS.drain : USUAL_SECONDS.rollout),
  inputs,
  outputs: {},

  async observe(_inputs, { pendingStep, services, target }) {
    if (pendingStep !== undefined) return { kind: "deferred", until: pendingStep };
    return {
      kind: "observed",
      value: await serviceOrNothing(services.aws.ecs.service(target.cluster, target.service)),
    };
  },

  plan: (given, service) => planWait(given, service),

  async verify({ taskDefinition, until, late }, _attempt, context) {
    const over = new AbortController();
    const signal = AbortSignal.any([context.signal, over.signal]);
    void awaitLateChecks(late, taskDefinition, { ...context, signal });
    try {
      return await awaitRollout(taskDefinition, context, until === "drained" ? "drained" : "serving");
    } finally {
      over.abort();
    }
  },
});

function serviceOrNothing(reading: Promise<Service>): Promise<Observation> {
  return reading.catch(unlessTransient);
}

function planWait({ taskDefinition, until }: Inputs, service: Observation): StepPlan {
  const tasks = service === undefined ? "tasks" : `${service.desired} tasks`;
  const summary =
    until === "drained"
      ? `until all tasks of other revisions than ${taskDefinition} are gone`
      : `until ${taskDefinition} is healthy on all ${tasks}`;
  const waitsFor =
    until === "drained"
      ? `all tasks and targets of other revisions than ${taskDefinition} are gone`
      : `all ${tasks} of ${service?.name ?? "the service"} run ${taskDefinition} and are healthy`;
  return { summary, changes: [], findings: [], outputs: {}, waitsFor };
}
