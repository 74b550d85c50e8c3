import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import { isOwnAlert } from "../../domain/alerts/names.ts";
import { ALARMS, readWatched } from "../../domain/alerts/watched.ts";
import type { AlarmAction, WholeAlarm } from "../../domain/aws/alerts.ts";
import type { Values } from "../../domain/field.ts";
import { block, counted, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { aboutAlarm } from "../alerts/alarm-setting.ts";
import { poll } from "../poll.ts";

const inputs = {
  alert: { type: "choice", choices: ALARMS, required: false, description: "Which alert. Without it none is fired." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  /** Absent where none was asked for, or there is nothing that it could watch. */
  readonly name?: string;
  /** What it alerts of. */
  readonly about?: string;
  readonly alarm?: WholeAlarm;
  /** When its newest action ran so far (epoch ms), by CloudWatch's clock. */
  readonly acted: number;
  readonly isOurs: boolean;
  /** What must not be mistaken for, or disturbed by, the test. */
  readonly inFlight: readonly string[];
  readonly isPlannedOnly: boolean;
}

const REASON = "TEST by vulcan-ops: nothing has happened";
const POLL_MS = 2000;
/** More than clocks differ, and than a test takes. */
const LATELY_MS = 3_600_000;

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
  if (watched === undefined) return { acted: 0, isOurs: false, inFlight: [], isPlannedOnly };
  const { name, alarm } = watched;
  const { services, clock } = context;
  const [inFlight, before] = await Promise.all([
    readInFlight(context),
    alarm === undefined ? [] : services.aws.alerts.actions(name, clock.now() - LATELY_MS),
  ]);
  const isOurs = alarm !== undefined && isOwnAlert(alarm.tags, context.target);
  return {
    name,
    about: aboutAlarm(watched),
    acted: Math.max(0, ...before.map(({ at }) => at)),
    isOurs,
    inFlight,
    isPlannedOnly,
    ...(alarm && { alarm }),
  };
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

function planState({ name, about = "", alarm, acted, isOurs, inFlight, isPlannedOnly }: Observation): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (name === undefined) return { ...nothing, summary: "no alarm is to be fired (--fire)" };
  const actions = actionsOf(alarm);
  const to = actions.length === 0 ? "" : `, and notify ${actions.map((arn) => arn.split(":").at(-1)).join(", ")}`;
  return {
    ...nothing,
    summary: `fire ${name} as a test`,
    deed: { verb: "fire", past: "fired", object: `${about} as a test` },
    changes: [{ subject: `alarm ${name}`, property: "state", before: alarm?.state ?? "unknown", after: "ALARM" }],
    findings: [
      ...objections(name, { alarm, isOurs, isPlannedOnly, inFlight }),
      warn("alarm-fires", `the real actions of ${name} run${to}`),
    ],
    proposal: {
      operation: {
        service: "cloudwatch",
        name: "SetAlarmState",
        input: { AlarmName: name, StateValue: "ALARM", StateReason: REASON },
      },
      undo: { kind: "stays", reason: "CloudWatch sets its real state at the next evaluation" },
      basis: { acted },
      consequence: name,
    },
  };
}

const actionsOf = (alarm: WholeAlarm | undefined): readonly string[] =>
  (alarm?.settings.AlarmActions ?? []) as readonly string[];

interface Facts extends Pick<Observation, "isOurs" | "inFlight" | "isPlannedOnly"> {
  readonly alarm: WholeAlarm | undefined;
}

/** An alarm that an earlier step makes is not there yet while the run is planned. */
function objections(name: string, { alarm, isOurs, isPlannedOnly, inFlight }: Facts): readonly Finding[] {
  if (inFlight.length > 0) {
    const text = `no alarm is fired now: ${inFlight.join(", ")}`;
    return [block("alarm-in-flight", text, ["vulcan-ops status"])];
  }
  if (alarm === undefined)
    return isPlannedOnly ? [] : [block("alarm-absent", `there is no alarm ${name}`, ["vulcan-ops alerts"])];
  if (!isOurs)
    return [block("alert-foreign", `${name} was not created by vulcan-ops: it is not fired`, ["vulcan-ops status"])];
  return mute(name, alarm, isPlannedOnly);
}

/** What would keep CloudWatch from running an action. Of a state that it has already, no action runs. [D] */
function mute(name: string, alarm: WholeAlarm, isPlannedOnly: boolean): readonly Finding[] {
  const say = (why: string) => [block("alarm-mute", `no action of ${name} would run: ${why}`, ["vulcan-ops alerts"])];
  if (alarm.state === "ALARM") return say("it is in ALARM already");
  // An earlier step restores these.
  if (isPlannedOnly) return [];
  if (alarm.settings.ActionsEnabled === false) return say("its actions are off");
  return actionsOf(alarm).length === 0 ? say("it has none for the state ALARM") : [];
}

const nameIn = ({ operation }: Attempt): string => String(operation?.input.AlarmName);

/** The actions that ran since the request was confirmed. CloudWatch's own moments are compared with each other. */
async function actionsSince(
  { operation, basis }: Attempt,
  context: ActionReadContext,
): Promise<readonly AlarmAction[]> {
  const { services, clock } = context;
  const name = String(operation?.input.AlarmName);
  const all = await services.aws.alerts.actions(name, clock.now() - LATELY_MS);
  return all.filter(({ at }) => at > Number(basis?.acted ?? 0));
}

const SUCCEEDED = /^Successfully executed action/i;

/** The state proves nothing: CloudWatch sets the real one again, and actions may fail or be muted. */
function verifyState(attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const name = nameIn(attempt);
  return poll<Verdict>(context, POLL_MS, async () => {
    const ran = await actionsSince(attempt, context);
    const done = ran.filter(({ text }) => SUCCEEDED.test(text));
    if (done.length > 0) {
      const proof = `${counted(done.length, "action")} ran`;
      return {
        end: { kind: "true", text: `${name} fired: ${[...new Set(done.map(({ text }) => text))].join("; ")}`, proof },
      };
    }
    const evidence = ran.map(({ text }) => text);
    const text = `CloudWatch took the request, yet no action of ${name} ran`;
    return {
      late: { kind: "false", failure: { reason: "alarm-not-fired", text, evidence, next: ["vulcan-ops doctor"] } },
    };
  });
}

async function probeState(attempt: Attempt, context: ActionReadContext): Promise<Probe> {
  const ran = await actionsSince(attempt, context);
  const evidence = ran.length === 0 ? `no action of ${nameIn(attempt)} ran` : (ran[0]?.text ?? "");
  return { kind: ran.length > 0 ? "done" : "notDone", evidence };
}
