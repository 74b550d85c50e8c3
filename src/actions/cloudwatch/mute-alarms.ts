import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Values } from "../../domain/field.ts";
import { counted } from "../../domain/finding.ts";
import type { Operation } from "../../domain/operation.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { utcTime } from "../../domain/time.ts";
import { alarmFindings, type Mutable } from "./mutable-alarms.ts";

const inputs = {
  rule: { type: "string", description: "Name of the mute rule." },
  from: { type: "time", description: "When the muting begins." },
  for: { type: "duration", description: "How long it lasts; it ends by itself." },
  lift: { type: "boolean", required: false, description: "Delete the rule instead." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen extends Mutable {
  readonly isThere: boolean;
}

const POLL_MS = 2000;

/** Mutes the alarms that the target's configuration names, and no other, by one rule that ends by itself. */
export const muteAlarms = defineAction<World, typeof inputs, Seen>({
  name: "cloudwatch.muteAlarms",
  summary: "Mute the alarms that the configuration names for a while, or delete that rule.",
  risk: "change",
  inputs,
  outputs: {},
  observe: async (given, looking) => ({ kind: "observed", value: await see(given, looking) }),
  plan: (given, seen) => planMute(given, seen),
  verify: (given, _attempt, waiting) => verifyMute(given, waiting),
  probe: (given, attempt, looking) => probeMute(given, attempt, looking),
});

async function see({ rule, lift }: Inputs, { world, target }: Look): Promise<Seen> {
  const names = (target.mutedAlarms ?? "").split(",").flatMap((name) => name.trim() || []);
  if (names.length === 0) return { names, alarms: [], deploymentAlarms: [], isThere: false };
  const [alarms, service, found] = await Promise.all([
    lift === true ? [] : world.aws.mutes.alarmsNamed(names),
    world.aws.ecs.service(target.cluster, target.service),
    world.aws.mutes.muteRule(rule),
  ]);
  return { names, alarms, deploymentAlarms: service.deploymentAlarms ?? [], isThere: found !== undefined };
}

function planMute(given: Inputs, seen: Seen): StepPlan {
  const { names, isThere } = seen;
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
    findings: lift === true ? [] : alarmFindings(seen),
    changes: [{ subject: "CloudWatch", property: "muted alarms", before, after }],
    proposal: {
      operation: lift === true ? deletion(given) : creation(given, names),
      undo: {
        kind: "operation",
        operation: lift === true ? creation(given, names) : deletion(given),
        with: { rule, from: given.from, for: given.for, lift: lift !== true },
      },
      basis: { isThere },
      consequence: "mute",
    },
  };
}

const endOf = (given: Inputs): string => new Date(Date.parse(given.from) + given.for * 1000).toISOString();

/** One-time schedules have whole minutes, in UTC where no time zone is said. [D] */
function creation(given: Inputs, names: readonly string[]): Operation {
  const minutes = Math.ceil(given.for / 60);
  const input = {
    Name: given.rule,
    Description: "Maintenance window, by vulcan-ops; ends by itself",
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

/** A rule that is there and not in force mutes nothing: that is said, whatever CloudWatch has answered. */
async function verifyMute(given: Inputs, { world, clock, deadline, signal }: Wait): Promise<Verdict> {
  for (;;) {
    const found = await world.aws.mutes.muteRule(given.rule);
    const isDue = Date.parse(given.from) <= clock.now();
    if (given.lift === true && found === undefined) return { kind: "true", text: `${given.rule} is gone` };
    if (given.lift !== true && (found?.status === "ACTIVE" || (found?.status === "SCHEDULED" && !isDue)))
      return { kind: "true", text: `${counted(found.alarms.length, "alarm")} muted until ${utcTime(endOf(given))}` };
    if (clock.now() >= deadline) {
      const text = `the mute rule ${given.rule} is ${found?.status ?? "not there"}`;
      return { kind: "false", failure: { reason: "mute-unchanged", text, evidence: [], next: [] } };
    }
    await clock.sleep(POLL_MS, signal);
  }
}

async function probeMute({ rule, lift }: Inputs, _attempt: Attempt, { world }: Look): Promise<Probe> {
  const found = await world.aws.mutes.muteRule(rule);
  const evidence = found === undefined ? `there is no rule ${rule}` : `${rule} is ${found.status}`;
  return { kind: (lift === true) === (found === undefined) ? "done" : "notDone", evidence };
}
