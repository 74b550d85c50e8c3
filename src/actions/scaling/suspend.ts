import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { ScalingTarget } from "../../domain/aws/ecs.ts";
import type { Deed } from "../../domain/deed.ts";
import type { Values } from "../../domain/field.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { poll } from "../poll.ts";
import { guardInputFields, guardInputs, verifyStillHeld, whyTasksMustNotStartNow } from "../task-start-guard.ts";
import { sizeFields, sizeNotBack } from "./size-not-back.ts";

const inputs = {
  least: {
    type: "integer",
    minimum: 0,
    required: false,
    description: "Minimum of auto scaling. Default is unchanged.",
  },
  suspended: {
    type: "string",
    required: false,
    description: "What to suspend: in, out, scheduled, comma-separated; or none.",
  },
  still: {
    type: "string",
    required: false,
    description: "Act only if this is suspended now. Any other setting stays.",
  },
  ...sizeFields,
  ...guardInputFields,
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly resource: string;
  readonly now: ScalingTarget | undefined;
  readonly held: string | undefined;
}

const POLL_MS = 2000;
/** Each time that another change is pending. */
const PENDING_MS = 5000;

/**
 * Suspends auto scaling, or resumes it as it was. Its minimum goes down, too: auto scaling lifts a service below the
 * minimum as soon as anything is registered. (Reference: ecs.md, Application Auto Scaling)
 */
export const suspendScaling = defineAction<ActionServices, typeof inputs, Observation>({
  name: "scaling.suspend",
  formerly: "scaling.hold",
  summary: "Suspend or resume auto scaling of the service.",
  risk: "change",
  requests: ["application-autoscaling:RegisterScalableTarget"],
  leaves: () => "scaling",
  undoUnblocks: ["scaling-live"],
  inputs,
  outputs: {
    previousLeast: { type: "integer", description: "minimum before; absent without auto scaling" },
    previousSuspended: { type: "string", description: "what was suspended before" },
  },
  async observe(given, context) {
    const { services, target } = context;
    const { cluster, service: name } = target;
    const now = given.suspended === undefined ? undefined : await services.aws.around.scalingTarget(cluster, name);
    if (context.pendingStep !== undefined && now !== undefined && hasSettings(given, now))
      return { kind: "deferred", until: context.pendingStep };
    const held =
      now !== undefined && releasesScaling(given, now)
        ? ((await sizeNotBack(given, context)) ?? (await whyTasksMustNotStartNow(given, context)))
        : undefined;
    return { kind: "observed", value: { resource: `service/${cluster}/${name}`, now, held } };
  },
  plan: (given, observation) => planSuspend(given, observation),
  // Application Auto Scaling refuses a change while another one of the same target is pending. [D]
  busy: {
    refusal: /\bConcurrentUpdateException/,
    wait: async (_given, { clock }, signal) => {
      await clock.sleep(PENDING_MS, signal);
      return true;
    },
  },
  verify: (given, attempt, context) =>
    attempt.operation === undefined ? verifyHeld(given, context) : verifySuspended(given, context),
  async probe(given, _attempt, context) {
    const now = await read(context);
    const evidence = now === undefined ? "no auto scaling" : `auto scaling: ${words(settings(now))}`;
    return { kind: hasSettings(given, now) ? "done" : "notDone", evidence };
  },
});

const read = ({ services, target }: ActionReadContext) =>
  services.aws.around.scalingTarget(target.cluster, target.service);

async function verifyHeld(given: Inputs, context: ActionReadContext): Promise<Verdict> {
  const why = await sizeNotBack(given, context);
  if (why === undefined) return verifyStillHeld(given, context);
  return { kind: "false", failure: { reason: "size-not-back", text: why, evidence: [], next: ["vulcan-ops resume"] } };
}

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

const hasSettings = (given: Inputs, now: ScalingTarget | undefined): boolean =>
  now === undefined || words(settings(now)) === words(wanted(given, now));

/** A suspended way of scaling resumes, or the minimum goes up. */
function releasesScaling(given: Inputs, now: ScalingTarget): boolean {
  const [before, after] = [settings(now), wanted(given, now)];
  return after.least > before.least || waysOf(before).some((way) => !waysOf(after).includes(way));
}

const wanted = ({ least, suspended = "none" }: Inputs, now: ScalingTarget): Settings => ({
  least: least ?? now.least,
  suspended,
});

function planSuspend(given: Inputs, { resource, now, held }: Observation): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (given.suspended === undefined) return { ...nothing, summary: "auto scaling was not suspended" };
  if (now === undefined) return { ...nothing, summary: "no auto scaling" };
  const [before, after] = [settings(now), wanted(given, now)];
  const outputs = { previousLeast: before.least, previousSuspended: before.suspended };
  if (words(before) === words(after)) return { ...nothing, outputs, summary: `auto scaling: ${words(before)} already` };
  if (given.still !== undefined && given.still !== before.suspended)
    return { ...nothing, outputs, summary: `auto scaling: another operator set ${words(before)}, which stays` };
  if (held !== undefined) return { ...nothing, outputs, summary: "auto scaling stays suspended", waitsFor: held };
  return {
    ...nothing,
    outputs,
    summary: `auto scaling: ${words(before)} → ${words(after)}`,
    deed: deedOf(resource, before, after),
    changes: [
      { subject: "auto scaling", property: "suspended", before: before.suspended, after: after.suspended },
      ...(before.least === after.least
        ? []
        : [{ subject: "auto scaling", property: "minimum", before: before.least, after: after.least }]),
    ],
    proposal: {
      operation: request(resource, after),
      undo: { kind: "operation", operation: request(resource, before), with: { ...before, ...guardInputs(given) } },
      basis: { ...before },
      consequence: "auto scaling",
    },
  };
}

/** `service/CLUSTER/SERVICE` names the service last. */
function deedOf(resource: string, before: Settings, after: Settings): Deed {
  const object = `auto scaling of ${resource.split("/").at(-1)}`;
  const isHeld = waysOf(after).some((way) => !waysOf(before).includes(way)) || after.least < before.least;
  return isHeld
    ? { verb: "suspend", past: "suspended", object }
    : { verb: "resume", past: "resumed", object, to: `minimum ${after.least}`, shortTo: `minimum ${after.least}` };
}

/** The ways of scaling that are suspended. */
const waysOf = ({ suspended }: Settings): readonly string[] => (suspended === "none" ? [] : suspended.split(","));

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

function verifySuspended(given: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  return poll<Verdict>(context, POLL_MS, async () => {
    const now = await read(context);
    if (hasSettings(given, now))
      return { end: { kind: "true", text: now === undefined ? "nothing scales it" : words(settings(now)) } };
    const text = `auto scaling took the request, yet shows ${now === undefined ? "nothing" : words(settings(now))}`;
    return { late: { kind: "false", failure: { reason: "scaling-unchanged", text, evidence: [], next: [] } } };
  });
}
