import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { ScalingTarget } from "../../domain/aws/ecs.ts";
import type { Values } from "../../domain/field.ts";
import { block, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";
import { unlessTransient } from "../poll.ts";

const inputs = {
  tasks: { type: "integer", minimum: 1, description: "The task count that is to stay." },
  until: { type: "time", description: "When the hold ends: 24 hours from now at most." },
  owner: { type: "string", description: "Who answers for it: a person or a team." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly now: number;
  readonly scaling: ScalingTarget | undefined;
}

const POLL_MS = 60_000;
/** The longest time limit that a step can have. */
const MOST_MS = 86_400_000;
/** Two reads in a row, so that a value between two requests of others ends nothing. */
const READS_TO_BELIEVE = 2;

/**
 * Waits until the end of a hold and reads meanwhile that the service keeps at least its tasks. More is no break: auto
 * scaling may add tasks. It changes nothing; what comes after the hold is for other steps.
 */
export const holdSize = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.holdSize",
  summary: "Hold the task count until a time, and watch that it stays.",
  risk: "read",
  endsBy: "until",
  usualSeconds: ({ until }, now) =>
    until === undefined ? undefined : Math.max(0, Math.round((Date.parse(until) - now) / 1000)),
  inputs,
  outputs: {},
  async observe(_given, { services, target, clock }) {
    const scaling = await services.aws.around.scalingTarget(target.cluster, target.service);
    return { kind: "observed", value: { now: clock.now(), scaling } };
  },
  plan: (given, observation) => planHold(given, observation),
  leaving: "the hold ends, and the earlier size is put back",
  verify: (given, _attempt, context) => hold(given, context),
});

function planHold({ tasks, until, owner }: Inputs, { now, scaling }: Observation): StepPlan {
  const left = Date.parse(until) - now;
  const findings = [...endFindings(until, left), ...limitFindings(tasks, scaling)];
  const summary = `${tasks} tasks until ${utcTime(until)}, owner ${owner}`;
  const isBlocked = findings.some(({ level }) => level === "block");
  return { changes: [], outputs: {}, summary, findings, ...(!isBlocked && { waitsFor: `it is ${utcTime(until)}` }) };
}

function endFindings(until: string, left: number): readonly Finding[] {
  if (left <= 0) return [block("hold-over", `${utcTime(until)} has passed`)];
  if (left <= MOST_MS) return [];
  const text = `${utcTime(until)} is more than 24 h away: set such a size in the service's own configuration`;
  return [block("hold-too-long", text)];
}

/** Auto scaling lifts a service to its minimum, and takes one above its maximum back with its next change. [D] */
function limitFindings(tasks: number, scaling: ScalingTarget | undefined): readonly Finding[] {
  if (scaling === undefined) return [];
  const { least, most } = scaling;
  if (tasks < least)
    return [block("below-minimum", `auto scaling keeps a minimum of ${least}, and would undo ${tasks} tasks`)];
  const text = `auto scaling has a maximum of ${most}: its next change would take the service from ${tasks} tasks to that`;
  return tasks > most ? [warn("above-maximum", text)] : [];
}

async function hold({ tasks, until, owner }: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const { services, target, clock, signal, progress } = context;
  const end = Date.parse(until);
  let below = 0;
  for (let left = end - clock.now(); left > 0; left = end - clock.now()) {
    const service = await services.aws.ecs.service(target.cluster, target.service).catch(unlessTransient);
    below = service !== undefined && service.desired < tasks ? below + 1 : 0;
    if (below >= READS_TO_BELIEVE) return changed(service?.desired ?? 0, tasks, until);
    const seen =
      service === undefined ? "the service cannot be read" : `${service.running ?? "?"} of ${service.desired} running`;
    progress(`${formatDuration(left / 1000)} until ${utcTime(until)}; ${seen}`);
    await clock.sleep(Math.min(POLL_MS, left), signal);
  }
  const proof = `held until ${utcTime(until)} for ${owner}`;
  return { kind: "true", text: proof, proof };
}

function changed(desired: number, tasks: number, until: string): Verdict {
  const text = `the service is set to ${desired} tasks instead of ${tasks}, before ${utcTime(until)}: another operator or auto scaling did it`;
  return { kind: "false", failure: { reason: "size-changed", text, evidence: [], next: ["vulcan-ops status"] } };
}
