import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import { muteRuleText } from "../../domain/aws/alarms.ts";
import type { Values } from "../../domain/field.ts";
import { counted } from "../../domain/finding.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { utcTime } from "../../domain/time.ts";
import { poll } from "../poll.ts";
import { alarmFindings, type MutableAlarms } from "./mutable-alarms.ts";

const inputs = {
  rule: { type: "string", description: "Name of the mute rule." },
  from: { type: "time", description: "When the muting begins." },
  for: { type: "duration", description: "How long it lasts; it ends by itself." },
  lift: { type: "boolean", required: false, description: "Delete the rule instead." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation extends MutableAlarms {
  readonly isThere: boolean;
  /** How many tasks the service is set to. */
  readonly size?: number;
}

const POLL_MS = 2000;

/** Mutes only the alarms that the target's configuration names, by one rule that ends by itself. */
export const muteAlarms = defineAction<ActionServices, typeof inputs, Observation>({
  name: "cloudwatch.muteAlarms",
  summary: "Mute the configured alarms for a while, or delete the mute rule.",
  risk: "change",
  requests: ["cloudwatch:PutAlarmMuteRule", "cloudwatch:DeleteAlarmMuteRule"],
  leaves: () => "mute-rule",
  inputs,
  outputs: {},
  observe: async (given, context) => ({ kind: "observed", value: await see(given, context) }),
  plan: (given, observation) => planMute(given, observation),
  verify: (given, _attempt, context) => verifyMute(given, context),
  probe: (given, attempt, context) => probeMute(given, attempt, context),
});

async function see({ rule, lift }: Inputs, { services, target }: ActionReadContext): Promise<Observation> {
  const names = (target.mutedAlarms ?? "").split(",").flatMap((name) => name.trim() || []);
  if (names.length === 0) return { names, alarms: [], deploymentAlarms: [], isThere: false };
  const [alarms, service, found] = await Promise.all([
    lift === true ? [] : services.aws.mutes.alarmsNamed(names),
    services.aws.ecs.service(target.cluster, target.service),
    services.aws.mutes.muteRule(rule),
  ]);
  return {
    names,
    alarms,
    deploymentAlarms: service.deploymentAlarms,
    isThere: found !== undefined,
    size: service.desired,
  };
}

function planMute(given: Inputs, observation: Observation): StepPlan {
  const { names, isThere } = observation;
  const { rule, lift } = given;
  const nothing = { changes: [], findings: [], outputs: {} };
  if (names.length === 0) return { ...nothing, summary: "no alarm is named in the configuration (mutedAlarms)" };
  if (lift === true && !isThere) return { ...nothing, summary: `no rule ${rule} is there` };
  if (lift !== true && isThere)
    return { ...nothing, summary: `${rule} is there already`, waitsFor: `${rule} is in force` };
  const before = lift === true ? names : [];
  const after = lift === true ? [] : names;
  return {
    ...nothing,
    summary: lift === true ? `delete ${rule}` : `${names.join(", ")}: muted until ${utcTime(endOf(given))}`,
    deed: {
      ...(lift === true ? { verb: "unmute", past: "unmuted" } : { verb: "mute", past: "muted" }),
      object: counted(names.length, "alarm"),
    },
    findings: lift === true ? [] : alarmFindings(observation),
    changes: [{ subject: "CloudWatch", property: "muted alarms", before, after }],
    proposal: {
      operation: lift === true ? deletion(given) : creation(given, observation),
      undo: {
        kind: "operation",
        operation: lift === true ? creation(given, observation) : deletion(given),
        with: { rule, from: given.from, for: given.for, lift: lift !== true },
      },
      basis: { isThere },
      consequence: "mute",
    },
  };
}

const endOf = (given: Inputs): string => new Date(Date.parse(given.from) + given.for * 1000).toISOString();

/** A one-time schedule has whole minutes, and is in UTC if it names no time zone. [D] */
function creation(given: Inputs, { names, size }: Observation): Operation {
  const minutes = Math.ceil(given.for / 60);
  const input = {
    Name: given.rule,
    Description: muteRuleText(size),
    Rule: { Schedule: { Expression: `at(${given.from.slice(0, 16)})`, Duration: durationOf(minutes) } },
    MuteTargets: { AlarmNames: names },
  };
  return { service: "cloudwatch", name: "PutAlarmMuteRule", input };
}

/** 130 → `PT2H10M` */
const durationOf = (minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `PT${hours > 0 ? `${hours}H` : ""}${rest > 0 || hours === 0 ? `${rest}M` : ""}`;
};

const deletion = ({ rule }: Inputs): Operation => ({
  service: "cloudwatch",
  name: "DeleteAlarmMuteRule",
  input: { AlarmMuteRuleName: rule },
});

/** A rule that exists but is not in force mutes nothing. Report that, even if CloudWatch accepted the request. */
function verifyMute(given: Inputs, { services, clock, deadline, signal }: ActionVerifyContext): Promise<Verdict> {
  return poll<Verdict>({ clock, deadline, signal }, POLL_MS, async () => {
    const found = await services.aws.mutes.muteRule(given.rule);
    const isDue = Date.parse(given.from) <= clock.now();
    if (given.lift === true && found === undefined) return { end: { kind: "true", text: `${given.rule} is gone` } };
    if (given.lift !== true && (found?.status === "ACTIVE" || (found?.status === "SCHEDULED" && !isDue))) {
      const text = `${counted(found.alarms.length, "alarm")} muted until ${utcTime(endOf(given))}`;
      return { end: { kind: "true", text } };
    }
    const text = `the mute rule ${given.rule} is ${found?.status ?? "not there"}`;
    return { late: { kind: "false", failure: { reason: "mute-unchanged", text, evidence: [], next: [] } } };
  });
}

async function probeMute({ rule, lift }: Inputs, _attempt: Attempt, { services }: ActionReadContext): Promise<Probe> {
  const found = await services.aws.mutes.muteRule(rule);
  const evidence = found === undefined ? `there is no rule ${rule}` : `${rule} is ${found.status}`;
  return { kind: (lift === true) === (found === undefined) ? "done" : "notDone", evidence };
}
