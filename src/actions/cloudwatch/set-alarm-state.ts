import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import { isOwnAlert } from "../../domain/alerts/names.ts";
import { ALARMS, readWatched } from "../../domain/alerts/watched.ts";
import type { WholeAlarm } from "../../domain/aws/alerts.ts";
import type { Values } from "../../domain/field.ts";
import { block, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { poll } from "../poll.ts";

const inputs = {
  alert: { type: "choice", choices: ALARMS, required: false, description: "Which alert. Without it none is fired." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  /** Absent where none was asked for, or there is nothing that it could watch. */
  readonly name?: string;
  readonly alarm?: WholeAlarm;
  readonly isOurs: boolean;
  /** What must not be mistaken for, or disturbed by, the test. */
  readonly inFlight: readonly string[];
  readonly isPlannedOnly: boolean;
}

const REASON = "TEST by vulcan-ops: nothing has happened";
const POLL_MS = 2000;

/** Sets an alarm of ours to ALARM, which runs its real actions. CloudWatch sets the real state again by itself. */
export const setAlarmState = defineAction<ActionServices, typeof inputs, Observation>({
  name: "cloudwatch.setAlarmState",
  summary: "Fire an alarm of ours as a test; its real actions run.",
  risk: "destructive",
  requests: ["cloudwatch:SetAlarmState"],
  inputs,
  outputs: {},
  observe: async (given, context) => ({ kind: "observed", value: await see(given, context) }),
  plan: (_given, observation) => planState(observation),
  verify: (_given, attempt, context) => verifyState(attempt, context),
  probe: (_given, attempt, context) => probeState(attempt, context),
});

async function see({ alert }: Inputs, context: ActionReadContext): Promise<Observation> {
  const isPlannedOnly = context.pendingStep !== undefined;
  const watched = alert === undefined ? undefined : await readWatched({ alert }, context.services.aws, context.target);
  if (watched === undefined) return { isOurs: false, inFlight: [], isPlannedOnly };
  const { name } = watched;
  const [alarm, inFlight] = await Promise.all([context.services.aws.alerts.alarm(name), readInFlight(context)]);
  const isOurs = alarm !== undefined && isOwnAlert(alarm.tags, context.target);
  return { name, isOurs, inFlight, isPlannedOnly, ...(alarm && { alarm }) };
}

async function readInFlight({ services, target }: ActionReadContext): Promise<readonly string[]> {
  const [service, database] = await Promise.all([
    services.aws.ecs.service(target.cluster, target.service),
    services.aws.database(target.database),
  ]);
  const isMoving = service.deployments.length > 1 || service.deployments.some((one) => one.rollout === "IN_PROGRESS");
  return [
    ...(isMoving ? ["a deployment is in progress"] : []),
    ...(database !== undefined && database.status !== "available" ? [`the database is ${database.status}`] : []),
  ];
}

function planState({ name, alarm, isOurs, inFlight, isPlannedOnly }: Observation): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (name === undefined) return { ...nothing, summary: "no alarm is to be fired (--fire)" };
  const actions = (alarm?.settings.AlarmActions ?? []) as readonly string[];
  const to = actions.length === 0 ? "" : `, and notify ${actions.map((arn) => arn.split(":").at(-1)).join(", ")}`;
  return {
    ...nothing,
    summary: `fire ${name} as a test`,
    deed: { verb: "fire", past: "fired", object: `alarm ${name} as a test` },
    changes: [{ subject: `alarm ${name}`, property: "state", before: alarm?.state ?? "unknown", after: "ALARM" }],
    findings: [
      ...objections(name, { isOurs, exists: alarm !== undefined, isPlannedOnly, inFlight }),
      warn("alarm-fires", `the real actions of ${name} run${to}`),
    ],
    proposal: {
      operation: {
        service: "cloudwatch",
        name: "SetAlarmState",
        input: { AlarmName: name, StateValue: "ALARM", StateReason: REASON },
      },
      undo: { kind: "stays", reason: "CloudWatch sets its real state at the next evaluation" },
      basis: {},
      consequence: name,
    },
  };
}

interface Facts extends Pick<Observation, "isOurs" | "inFlight" | "isPlannedOnly"> {
  readonly exists: boolean;
}

/** An alarm that an earlier step makes is not there yet while the run is planned. */
function objections(name: string, { isOurs, exists, isPlannedOnly, inFlight }: Facts): readonly Finding[] {
  if (inFlight.length > 0) {
    const text = `no alarm is fired now: ${inFlight.join(", ")}`;
    return [block("alarm-in-flight", text, ["vulcan-ops status"])];
  }
  if (!exists && !isPlannedOnly) return [block("alarm-absent", `there is no alarm ${name}`, ["vulcan-ops alerts"])];
  if (exists && !isOurs)
    return [block("alert-foreign", `${name} is of another hand: it is not fired`, ["vulcan-ops status"])];
  return [];
}

const nameIn = ({ operation }: Attempt): string => String(operation?.input.AlarmName);

/** It shows our state until its next evaluation, or another one that it has got since. */
function hasFired(alarm: WholeAlarm | undefined, { confirmedAt = "" }: Attempt): boolean {
  return alarm?.state === "ALARM" || Date.parse(alarm?.since ?? "") >= Date.parse(confirmedAt);
}

function verifyState(attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const name = nameIn(attempt);
  return poll<Verdict>(context, POLL_MS, async () => {
    const alarm = await context.services.aws.alerts.alarm(name);
    if (hasFired(alarm, attempt))
      return { end: { kind: "true", text: `${name} fired; it is ${alarm?.state} now`, proof: "actions ran" } };
    const text = `CloudWatch took the request, yet ${name} is ${alarm?.state ?? "not there"}`;
    return { late: { kind: "false", failure: { reason: "alarm-not-fired", text, evidence: [], next: [] } } };
  });
}

async function probeState(attempt: Attempt, { services }: ActionReadContext): Promise<Probe> {
  const alarm = await services.aws.alerts.alarm(nameIn(attempt));
  const evidence = `${nameIn(attempt)} is ${alarm?.state ?? "not there"}`;
  return { kind: hasFired(alarm, attempt) ? "done" : "notDone", evidence };
}
