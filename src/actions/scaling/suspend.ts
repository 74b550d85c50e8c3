import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { ScalingTarget } from "../../domain/aws/ecs.ts";
import type { Values } from "../../domain/field.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { fitInputs, fitOf, stillHeld, unfitNow } from "../task-start-guard.ts";

const inputs = {
  least: {
    type: "integer",
    minimum: 0,
    required: false,
    description: "Fewest tasks that it may set; left out: nothing.",
  },
  suspended: {
    type: "string",
    required: false,
    description: "Which of its ways are to be suspended: in, out, scheduled, with commas; or none.",
  },
  still: {
    type: "string",
    required: false,
    description: "Only if these ways are suspended now: anything else is somebody else's, and stays.",
  },
  ...fitInputs,
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly resource: string;
  readonly now: ScalingTarget | undefined;
  readonly held: string | undefined;
}

const POLL_MS = 2000;

/**
 * Holds auto scaling still, or lets it go on as it was. Its minimum goes down with it: a service below the minimum is
 * lifted again as soon as anything is registered. (Reference: ecs.md, Application Auto Scaling)
 */
export const holdScaling = defineAction<World, typeof inputs, Seen>({
  name: "scaling.hold",
  summary: "Suspend auto scaling of the service, or let it go on as it was.",
  risk: "change",
  clears: ["scaling-live"],
  inputs,
  outputs: {
    previousLeast: { type: "integer", description: "its minimum before; absent where nothing scales the service" },
    previousSuspended: { type: "string", description: "what was suspended before" },
  },
  async observe(given, looking) {
    const { world, target } = looking;
    const { cluster, service: name } = target;
    const now = given.suspended === undefined ? undefined : await world.aws.around.scalingTarget(cluster, name);
    if (looking.ahead !== undefined && now !== undefined && isAs(given, now))
      return { kind: "deferred", until: looking.ahead };
    const held = now !== undefined && letsGo(given, now) ? await unfitNow(given, looking) : undefined;
    return { kind: "observed", value: { resource: `service/${cluster}/${name}`, now, held } };
  },
  plan: (given, seen) => planHold(given, seen),
  verify: (given, attempt, waiting) =>
    attempt.operation === undefined ? stillHeld(given, waiting) : verifyHold(given, waiting),
  async probe(given, _attempt, looking) {
    const now = await read(looking);
    const evidence = now === undefined ? "nothing scales the service" : `auto scaling: ${words(settings(now))}`;
    return { kind: isAs(given, now) ? "done" : "notDone", evidence };
  },
});

const read = ({ world, target }: Look) => world.aws.around.scalingTarget(target.cluster, target.service);

interface Settings {
  readonly least: number;
  /** In the order in, out, scheduled. */
  readonly suspended: string;
}

function settings({ least, inSuspended, outSuspended, scheduledSuspended }: ScalingTarget): Settings {
  const ways = [inSuspended && "in", outSuspended && "out", scheduledSuspended && "scheduled"].filter(Boolean);
  return { least, suspended: ways.join(",") || "none" };
}

const words = ({ least, suspended }: Settings): string => `minimum ${least}, suspended: ${suspended}`;

const isAs = (given: Inputs, now: ScalingTarget | undefined): boolean =>
  now === undefined || words(settings(now)) === words(wanted(given, now));

/** A way that was suspended goes on, or its minimum goes up. */
function letsGo(given: Inputs, now: ScalingTarget): boolean {
  const [before, after] = [settings(now), wanted(given, now)];
  const kept = after.suspended.split(",");
  return after.least > before.least || before.suspended.split(",").some((way) => !kept.includes(way));
}

const wanted = ({ least, suspended = "none" }: Inputs, now: ScalingTarget): Settings => ({
  least: least ?? now.least,
  suspended,
});

function planHold(given: Inputs, { resource, now, held }: Seen): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (given.suspended === undefined) return { ...nothing, summary: "auto scaling was not held" };
  if (now === undefined) return { ...nothing, summary: "no auto scaling acts on the service" };
  const [before, after] = [settings(now), wanted(given, now)];
  const outputs = { previousLeast: before.least, previousSuspended: before.suspended };
  if (words(before) === words(after)) return { ...nothing, outputs, summary: `auto scaling: ${words(before)} already` };
  if (given.still !== undefined && given.still !== before.suspended)
    return { ...nothing, outputs, summary: `auto scaling: somebody else has set ${words(before)}, which stays` };
  if (held !== undefined) return { ...nothing, outputs, summary: "auto scaling stays suspended", waitsFor: held };
  return {
    ...nothing,
    outputs,
    summary: `auto scaling: ${words(before)} → ${words(after)}`,
    changes: [
      { subject: "auto scaling", property: "suspended", before: before.suspended, after: after.suspended },
      ...(before.least === after.least
        ? []
        : [{ subject: "auto scaling", property: "minimum", before: before.least, after: after.least }]),
    ],
    proposal: {
      operation: request(resource, after),
      undo: { kind: "operation", operation: request(resource, before), with: { ...before, ...fitOf(given) } },
      basis: { ...before },
      consequence: "auto scaling",
    },
  };
}

function request(resource: string, { least, suspended }: Settings) {
  const is = (way: string): boolean => suspended.split(",").includes(way);
  const input: JsonObject = {
    ServiceNamespace: "ecs",
    ResourceId: resource,
    ScalableDimension: "ecs:service:DesiredCount",
    MinCapacity: least,
    SuspendedState: {
      DynamicScalingInSuspended: is("in"),
      DynamicScalingOutSuspended: is("out"),
      ScheduledScalingSuspended: is("scheduled"),
    },
  };
  return { service: "application-autoscaling", name: "RegisterScalableTarget", input };
}

async function verifyHold(given: Inputs, waiting: Wait): Promise<Verdict> {
  const { clock, deadline, signal } = waiting;
  for (;;) {
    const now = await read(waiting);
    if (isAs(given, now)) return { kind: "true", text: now === undefined ? "nothing scales it" : words(settings(now)) };
    if (clock.now() >= deadline) {
      const text = `auto scaling took the request, yet shows ${now === undefined ? "nothing" : words(settings(now))}`;
      return { kind: "false", failure: { reason: "scaling-unchanged", text, evidence: [], next: [] } };
    }
    await clock.sleep(POLL_MS, signal);
  }
}
