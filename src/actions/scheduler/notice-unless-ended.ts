import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import { endNoticeName } from "../../domain/alerts/names.ts";
import { isRefused } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { warn } from "../../domain/finding.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext, EndNotice } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import { utcTime } from "../../domain/time.ts";
import { poll } from "../poll.ts";

const inputs = {
  closes: { type: "time", description: "When the window ends; the notice is sent 10 min later." },
  lift: { type: "boolean", required: false, description: "Delete the schedule instead." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly notice: EndNotice | undefined;
  readonly target: Target;
  readonly name: string;
  readonly isThere: boolean;
  /** AWS refuses the read, and so whether it is there is not known. */
  readonly isRefused: boolean;
  readonly now: number;
}

/** So long after the window a run that goes well has reported its end. */
const SPARE_MS = 600_000;
/** A schedule has to lie ahead when it is made. */
const LEAST_AHEAD_MS = 60_000;
const POLL_MS = 2000;

/**
 * A dead man's notice: EventBridge Scheduler tells the topic that no end was reported, unless the run deletes the
 * schedule. It works also where this machine does not come back.
 */
export const noticeUnlessEnded = defineAction<ActionServices, typeof inputs, Observation>({
  name: "scheduler.noticeUnlessEnded",
  summary: "Schedule a notice that no end was reported, or delete that schedule.",
  risk: "change",
  requests: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"],
  leaves: () => "schedule",
  inputs,
  outputs: {},
  observe: async (given, context) => ({ kind: "observed", value: await see(given, context) }),
  plan: (given, observation) => planNotice(given, observation),
  verify: (given, _attempt, context) => verifyNotice(given, context),
  probe: (given, attempt, context) => probeNotice(given, attempt, context),
});

async function see({ closes }: Inputs, { services, target, clock }: ActionReadContext): Promise<Observation> {
  const name = endNoticeName(target, closes);
  const notice = services.endNotice;
  const base = { notice, target, name, now: clock.now() };
  if (notice === undefined) return { ...base, isThere: false, isRefused: false };
  const read = services.aws.schedule(name).then((found) => ({ isThere: found !== undefined, isRefused: false }));
  const found = await read.catch((error: unknown) => {
    if (isRefused(error)) return { isThere: false, isRefused: true };
    throw error;
  });
  return { ...base, ...found };
}

const sentAt = (closes: string): string => new Date(Date.parse(closes) + SPARE_MS).toISOString();

function planNotice(given: Inputs, observation: Observation): StepPlan {
  const needless = whyNeedless(given, observation);
  const { notice, name, target } = observation;
  const nothing = { changes: [], findings: [], outputs: {} };
  if (needless !== undefined || notice === undefined) return { ...nothing, summary: "", ...needless };
  const at = utcTime(sentAt(given.closes));
  const isLift = given.lift === true;
  const [made, gone] = [`a notice at ${at}`, "none"];
  return {
    ...nothing,
    summary: isLift ? `delete ${name}` : `tell ${topicName(notice)} at ${at}, unless the end is reported before`,
    deed: {
      ...(isLift ? { verb: "cancel", past: "cancelled" } : { verb: "schedule", past: "scheduled" }),
      object: "the notice of a missing end",
    },
    changes: [
      {
        subject: "EventBridge Scheduler",
        property: "notice of a missing end",
        before: isLift ? made : gone,
        after: isLift ? gone : made,
      },
    ],
    proposal: {
      operation: isLift ? deletion(name) : creation(given, notice, target, name),
      undo: {
        kind: "operation",
        operation: isLift ? creation(given, notice, target, name) : deletion(name),
        with: { closes: given.closes, lift: !isLift },
      },
      basis: { isThere: observation.isThere },
      consequence: "notice",
    },
  };
}

const RIGHTS = ["vulcan-ops iam --for notify"];

/** What there is to say where nothing is to be sent. */
function whyNeedless({ lift, closes }: Inputs, observation: Observation): Partial<StepPlan> | undefined {
  const { notice, name, isThere, isRefused: isBarred, now } = observation;
  if (notice === undefined) return { summary: "no topic and role are configured for it (notices)" };
  if (isBarred) {
    const text = "no notice is sent if the end is not reported: AWS refuses scheduler:GetSchedule";
    return { summary: text, findings: lift === true ? [] : [warn("end-notice-refused", text, RIGHTS)] };
  }
  if (lift === true) return isThere ? undefined : { summary: `no schedule ${name} is there` };
  if (isThere) return { summary: `${name} is there already`, waitsFor: `${name} is there` };
  if (Date.parse(closes) + SPARE_MS < now + LEAST_AHEAD_MS) return { summary: "its time is over" };
  return undefined;
}

const topicName = ({ topic }: EndNotice): string => topic.split(":").at(-1) ?? topic;

/** It deletes itself once it has invoked. [D: ActionAfterCompletion] */
function creation({ closes }: Inputs, { topic, role, prefix }: EndNotice, target: Target, name: string): Operation {
  const input = {
    Name: name,
    Description: `No end was reported of a maintenance of ${target.service}, by vulcan-ops`.slice(0, 512),
    ScheduleExpression: `at(${sentAt(closes).slice(0, 19)})`,
    ScheduleExpressionTimezone: "UTC",
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: { Arn: topic, RoleArn: role, Input: messageOf(closes, prefix, target) },
  };
  return { service: "scheduler", name: "CreateSchedule", input };
}

const messageOf = (closes: string, prefix: string, { service, name, region }: Target): string =>
  [
    `${prefix}No end was reported of the maintenance of ${service}, whose window ended at ${utcTime(closes)}.`,
    "Size, auto scaling and alarms may not be put back: vulcan-ops status, then vulcan-ops resume.",
    `Target ${name}, ${region ?? "region not pinned"}.`,
  ].join(" ");

const deletion = (name: string): Operation => ({
  service: "scheduler",
  name: "DeleteSchedule",
  input: { Name: name },
});

function verifyNotice(
  given: Inputs,
  { services, target, clock, deadline, signal }: ActionVerifyContext,
): Promise<Verdict> {
  const name = endNoticeName(target, given.closes);
  return poll<Verdict>({ clock, deadline, signal }, POLL_MS, async () => {
    const isThere = (await services.aws.schedule(name)) !== undefined;
    if (given.lift === true && !isThere) return { end: { kind: "true", text: `${name} is gone` } };
    if (given.lift !== true && isThere)
      return { end: { kind: "true", text: `${name} is set for ${utcTime(sentAt(given.closes))}` } };
    const text = `the schedule ${name} is ${isThere ? "still there" : "not there"}`;
    return { late: { kind: "false", failure: { reason: "schedule-unchanged", text, evidence: [], next: [] } } };
  });
}

async function probeNotice(given: Inputs, _attempt: Attempt, { services, target }: ActionReadContext): Promise<Probe> {
  const name = endNoticeName(target, given.closes);
  const isThere = (await services.aws.schedule(name)) !== undefined;
  const evidence = isThere ? `${name} is there` : `there is no schedule ${name}`;
  return { kind: (given.lift === true) === isThere ? "notDone" : "done", evidence };
}
