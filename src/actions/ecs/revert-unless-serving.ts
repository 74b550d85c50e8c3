import { defineAction, type StepPlan } from "../../domain/action.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { primaryOf } from "./rollout/snapshot.ts";
import { updateService } from "./update-service.ts";

const inputs = {
  to: {
    type: "taskDefinition",
    required: false,
    description: "Revision to roll back to. Left out, nothing was changed.",
  },
  from: {
    type: "taskDefinition",
    required: false,
    description: "Revision that was deployed. Any other one stays.",
  },
  serving: {
    type: "taskDefinition",
    required: false,
    description: "Revision that was deployed, if it became healthy.",
  },
} as const;

type Inputs = Values<typeof inputs>;

/** Why nothing is to be done, or what `ecs.updateService` has observed. */
type Observation = { readonly idle: string } | { readonly seen: unknown };

/** Reverts a new image that never came to serve. Otherwise its tasks would replace those that serve. */
export const revertUnlessServing = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.revertUnlessServing",
  formerly: "ecs.returnUnlessServing",
  summary: "Roll back to the earlier revision if the new one never became healthy.",
  risk: "change",
  requests: ["ecs:UpdateService", "ecs:StopServiceDeployment"],
  inputs,
  outputs: {},
  observe: async (given, context) => {
    const idle = await whyIdle(given, context);
    if (idle !== undefined) return { kind: "observed", value: { idle } };
    const observed = await updateService.observe(asUpdate(given), context);
    return observed.kind === "deferred" ? observed : { kind: "observed", value: { seen: observed.value } };
  },
  plan(given, observation): StepPlan {
    if ("idle" in observation) return { summary: observation.idle, changes: [], findings: [], outputs: {} };
    const { proposal, ...plan } = updateService.plan(asUpdate(given), observation.seen, {});
    if (proposal === undefined) return plan;
    // `--expect-current` names the revision before the window, and this step replaces the one that the window brought.
    const { current: _, currentName: _name, ...withoutCurrent } = proposal;
    return { ...plan, proposal: withoutCurrent };
  },
  verify: (given, attempt, context) =>
    updateService.verify?.(asUpdate(given), attempt, context) ?? Promise.resolve({ kind: "true", text: "" }),
  probe: (given, attempt, context) =>
    updateService.probe?.(asUpdate(given), attempt, context) ?? Promise.resolve({ kind: "unknown", evidence: "" }),
});

/** If its deployment is still in flight, stop it. Then the tasks that serve stay, and none has to start. */
const asUpdate = ({ to = "" }: Inputs) => ({
  taskDefinition: to,
  forceNewDeployment: true,
  waitForRollout: true,
});

async function whyIdle(
  { to, from, serving }: Inputs,
  { services, target }: ActionReadContext,
): Promise<string | undefined> {
  if (to === undefined || from === undefined) return "no new revision was deployed";
  if (serving !== undefined) return `${serving} is healthy`;
  const service = await services.aws.ecs.service(target.cluster, target.service);
  // The previous revision is on its way back. It has to serve before the service scales up again.
  if (service.taskDefinition === to && primaryOf(service)?.rollout !== "COMPLETED") return undefined;
  if (service.taskDefinition !== from) return `the service runs ${service.taskDefinition}: nothing to roll back`;
  return primaryOf(service)?.rollout === "COMPLETED" ? `${from} became healthy` : undefined;
}
