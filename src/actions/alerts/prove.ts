import { alarmThatNotifies } from "../../checks/alarms/documented-alarms.ts";
import { defineAction, type Unproven, type Verdict } from "../../domain/action.ts";
import { isOwnAlert } from "../../domain/alerts/names.ts";
import { otherRule } from "../../domain/alerts/other-rule.ts";
import { standingRule } from "../../domain/alerts/standing.ts";
import { ECS_SOURCE, failureEvent } from "../../domain/alerts/wanted.ts";
import { type AlarmChoice, alarmChoices, readWatched } from "../../domain/alerts/watched.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { Values } from "../../domain/field.ts";
import { counted } from "../../domain/finding.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { poll } from "../poll.ts";

const inputs = {
  topic: { type: "arn", description: "SNS topic that gets the alerts." },
} as const;

type Inputs = Values<typeof inputs>;

/** One documented alert as AWS has it. `waiting`: CloudWatch has not evaluated it yet. */
interface AlertState {
  /** `failed deployments` */
  readonly of: string;
  readonly state: "armed" | "waiting" | "mute" | "missing";
  /** Whose it is, or why it would not fire. */
  readonly text: string;
  /** Not created by vulcan-ops. */
  readonly isLeft?: true;
  /** Reads it again; present where time changes it. */
  again?(): Promise<AlertState>;
}

const POLL_MS = 10_000;

/** CloudWatch evaluates an alarm each minute, once its metric has as many points as it wants. [D; five for connections] */
const USUAL_SECONDS = 150;

/** Proves that each documented alert exists, would fire, and reaches someone. Reads only. */
export const proveAlerts = defineAction<ActionServices, typeof inputs, ActionServices>({
  name: "alerts.prove",
  summary: "Prove that each documented alert exists, would fire, and reaches someone.",
  risk: "read",
  usualSeconds: () => USUAL_SECONDS,
  inputs,
  outputs: {},
  observe: async (_given, { services }) => ({ kind: "observed", value: services }),
  plan: () => ({
    summary: "wait until CloudWatch has evaluated each alarm",
    changes: [],
    findings: [],
    outputs: {},
    waitsFor: "each alert is armed",
  }),
  verify: (given, _attempt, context) => proveAll(given, context),
});

async function proveAll({ topic }: Inputs, context: ActionVerifyContext): Promise<Verdict> {
  const first = await readAlerts(topic, context);
  const all = await poll<readonly AlertState[]>(context, POLL_MS, async () => {
    const states = await Promise.all(first.map((one) => one.again?.() ?? one));
    const waiting = states.filter(({ state }) => state === "waiting");
    const text = `${states.length - waiting.length} of ${states.length} alerts evaluated`;
    return waiting.length === 0 ? { end: states } : { late: states, text };
  });
  const proof = `${all.filter(({ state }) => state === "armed").length}/${all.length} alerts armed`;
  const evidence = all.map(({ of, text }) => `${of}: ${text}`);
  const open = all.flatMap(({ state, of, text }) => (state === "armed" ? [] : [`${of}: ${text}`]));
  if (open.length > 0) return unproven(`${proof}: ${open.join("; ")}`, evidence);
  const heard = await context.services.aws.alerts.topic(topic).catch(() => undefined);
  if (heard?.confirmed === 0) return unproven(`${proof}, and the topic has no confirmed subscription`, evidence);
  return { kind: "true", text: `${proof}: ${evidence.join("; ")}`, proof };
}

function unproven(text: string, evidence: readonly string[]): Unproven {
  const failure = { reason: "alerts-unproven", text, evidence, next: ["vulcan-ops resume", "vulcan-ops doctor"] };
  return { kind: "unproven", onward: "again", failure };
}

/** Every documented alert to the topic: one rule, one alarm for each target group, one for the database. */
export async function readAlerts(topic: string, context: ActionReadContext): Promise<readonly AlertState[]> {
  const { services, target } = context;
  const service = await services.aws.ecs.service(target.cluster, target.service);
  const alarms = alarmChoices(service.targetGroups).map((choice) => readAlarmState(choice, topic, context));
  return Promise.all([readRuleState(service, topic, context), ...alarms]);
}

const FAILED = "failed deployments";

async function readRuleState(service: Service, topic: string, context: ActionReadContext): Promise<AlertState> {
  const { services, target, clock } = context;
  const { found: rule } = await standingRule(services.aws.alerts, target);
  if (rule === undefined || !isOwnAlert(rule.tags, target)) {
    const other = await otherRule(service.arn, services.aws.alerts, clock.now());
    if (other === undefined) return { of: FAILED, state: "missing", text: "no rule sends them" };
    const text = `rule ${other}, not created by vulcan-ops`;
    return { ...ruleArmed(service, text), isLeft: true };
  }
  const { name, pattern = "{}", state, targets } = rule;
  const mute = (text: string): AlertState => ({ of: FAILED, state: "mute", text: `rule ${name} ${text}` });
  if (state !== "ENABLED") return mute(`is ${state}`);
  if (targets.length === 0) return mute("has no target");
  if (!targets.some(({ arn }) => arn === topic)) return mute(`does not send to ${topic}`);
  const isMatch = await services.aws.alerts.matches(pattern, failureEvent(service.arn, clock.now()));
  if (!isMatch) return mute(`does not match ${ECS_SOURCE} SERVICE_DEPLOYMENT_FAILED`);
  return ruleArmed(service, `rule ${name} matches a test event`);
}

/** ECS sends SERVICE_DEPLOYMENT_FAILED only where the circuit breaker fails a deployment. [D: ECS events] */
function ruleArmed({ breaker }: Service, text: string): AlertState {
  if (breaker?.enabled === true) return { of: FAILED, state: "armed", text };
  const why = breaker === undefined ? "whether the circuit breaker is on is not known" : "the circuit breaker is off";
  return { of: FAILED, state: "mute", text: `${text}, and ${why}: no such event comes` };
}

async function readAlarmState(choice: AlarmChoice, topic: string, context: ActionReadContext): Promise<AlertState> {
  const watched = await readWatched(choice, context.services.aws, context.target);
  if (watched === undefined) return { of: choice.alert, state: "missing", text: "nothing to watch" };
  const { name, metric, thing, alarm: own } = watched;
  if (own === undefined || !isOwnAlert(own.tags, context.target)) {
    const other = alarmThatNotifies(await context.services.aws.metricAlarms(), metric, [thing]);
    return other === undefined
      ? { of: metric, state: "missing", text: "no alarm notifies of it" }
      : { of: metric, state: "armed", text: `alarm ${other.name}, not created by vulcan-ops`, isLeft: true };
  }
  const mute = (text: string): AlertState => ({ of: metric, state: "mute", text });
  if (own.settings.ActionsEnabled === false) return mute(`actions of ${name} are off`);
  if (!((own.settings.AlarmActions ?? []) as readonly string[]).includes(topic))
    return mute(`${name} does not notify ${topic}`);
  const again = () => readAlarmState(choice, topic, context);
  if (own.state === "INSUFFICIENT_DATA")
    return { of: metric, state: "waiting", text: `${name} has no data yet`, again };
  const points = counted(Number(own.settings.EvaluationPeriods), "point");
  return { of: metric, state: "armed", text: `alarm ${name} is ${own.state} (${points})` };
}
