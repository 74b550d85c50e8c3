import { defineAction, type StepPlan } from "../../domain/action.ts";
import type { Values } from "../../domain/field.ts";
import type { Look, World } from "../../domain/services.ts";
import { primaryOf } from "./rollout/snapshot.ts";
import { updateService } from "./update-service.ts";

const inputs = {
  to: { type: "taskDefinition", required: false, description: "What ran before; left out, nothing was changed." },
  from: {
    type: "taskDefinition",
    required: false,
    description: "What was to be brought: any other is somebody else's.",
  },
  serving: { type: "taskDefinition", required: false, description: "What was brought, if it came to serve." },
} as const;

type Inputs = Values<typeof inputs>;

/** Why nothing is to be done, or what `ecs.updateService` sees. */
type Seen = { readonly idle: string } | { readonly seen: unknown };

/** A new image that never came to serve is taken off again: its tasks would take the place of those that do. */
export const returnUnlessServing = defineAction<World, typeof inputs, Seen>({
  name: "ecs.returnUnlessServing",
  summary: "Point the service back at what ran before, where the revision that was brought never came to serve.",
  risk: "change",
  inputs,
  outputs: {},
  observe: async (given, looking) => {
    const idle = await whyIdle(given, looking);
    if (idle !== undefined) return { kind: "observed", value: { idle } };
    const observed = await updateService.observe(asUpdate(given), looking);
    return observed.kind === "deferred" ? observed : { kind: "observed", value: { seen: observed.value } };
  },
  plan(given, seen): StepPlan {
    if ("idle" in seen) return { summary: seen.idle, changes: [], findings: [], outputs: {} };
    const { proposal, ...plan } = updateService.plan(asUpdate(given), seen.seen, {});
    // What it replaces is no value that an operator could expect.
    const { current: _, ...rest } = proposal ?? {};
    return proposal === undefined ? plan : { ...plan, proposal: { ...proposal, ...rest } };
  },
  verify: (given, attempt, waiting) =>
    updateService.verify?.(asUpdate(given), attempt, waiting) ?? Promise.resolve({ kind: "true", text: "" }),
  probe: (given, attempt, looking) =>
    updateService.probe?.(asUpdate(given), attempt, looking) ?? Promise.resolve({ kind: "unknown", evidence: "" }),
});

/** Its deployment is stopped where it is still in flight: then the tasks that serve stay, and none has to start. */
const asUpdate = ({ to = "" }: Inputs) => ({
  taskDefinition: to,
  forceNewDeployment: true,
  waitForRollout: true,
});

async function whyIdle({ to, from, serving }: Inputs, { world, target }: Look): Promise<string | undefined> {
  if (to === undefined || from === undefined) return "no new revision was brought";
  if (serving !== undefined) return `${serving} serves`;
  const service = await world.aws.ecs.service(target.cluster, target.service);
  // What ran before is on its way back: it has to serve before the service grows again.
  if (service.taskDefinition === to && primaryOf(service)?.rollout !== "COMPLETED") return undefined;
  if (service.taskDefinition !== from)
    return `the service runs ${service.taskDefinition}: there is nothing to take off`;
  return primaryOf(service)?.rollout === "COMPLETED" ? `${from} has come to serve after all` : undefined;
}
