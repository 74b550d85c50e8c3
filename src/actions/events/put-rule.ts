import { defineAction, type StepPlan } from "../../domain/action.ts";
import { ruleNameOf } from "../../domain/alerts/names.ts";
import { otherRule } from "../../domain/alerts/other-rule.ts";
import { failureRule } from "../../domain/alerts/wanted.ts";
import type { Values } from "../../domain/field.ts";
import { warn } from "../../domain/finding.ts";
import { type JsonObject, sameJson } from "../../domain/json.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import {
  madeElsewhere,
  type PresentSetting,
  planSetting,
  undoFields,
  verifySetting,
  wantedBy,
} from "../alerts/own-setting.ts";
import { readRule, ruleSetting } from "../alerts/rule-setting.ts";

const inputs = { ...undoFields } as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly target: Target;
  /** ARN. */
  readonly service: string;
  readonly standing: PresentSetting;
  /** How many targets the rule has. */
  readonly targets: number;
  /** A rule of another hand that matches the same events. */
  readonly other?: string;
}

/** Makes the rule for failed deployments. Without a target it sends nothing: the next step adds it. */
export const putRule = defineAction<ActionServices, typeof inputs, Observation>({
  name: "events.putRule",
  summary: "Create the EventBridge rule for failed deployments, or restore it.",
  risk: "change",
  requests: ["events:PutRule", "events:DeleteRule"],
  inputs,
  outputs: {},
  observe: async (given, context) => ({ kind: "observed", value: await see(given, context) }),
  plan: (given, observation) => planRule(given, observation),
  async verify(_given, { operation }, context) {
    const wanted = wantedIn(operation?.name, operation?.input ?? {});
    return verifySetting(`rule ${ruleNameOf(context.target)}`, wanted, () => readRule(context), context);
  },
  async probe(_given, { operation }, context) {
    const { now } = await readRule(context);
    const name = ruleNameOf(context.target);
    const isDone = sameJson(now, wantedIn(operation?.name, operation?.input ?? {}));
    return { kind: isDone ? "done" : "notDone", evidence: `there is ${now === undefined ? "no" : "a"} rule ${name}` };
  },
});

/** What is there once the request has taken effect. */
const wantedIn = (name: string | undefined, { Tags: _tags, ...settings }: JsonObject): JsonObject | undefined =>
  name === "DeleteRule" ? undefined : settings;

async function see({ values }: Inputs, context: ActionReadContext): Promise<Observation> {
  const { services, target } = context;
  const [{ arn }, standing] = await Promise.all([
    services.aws.ecs.service(target.cluster, target.service),
    readRule(context),
  ]);
  const isMissing = !standing.isOurs && values === undefined;
  const other = isMissing ? await otherRule(arn, services.aws.alerts, context.clock.now()) : undefined;
  return { target, service: arn, standing, targets: standing.targets.length, ...(other !== undefined && { other }) };
}

function planRule(given: Inputs, { target, service, standing, targets, other }: Observation): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (other !== undefined) {
    return madeElsewhere(`rule ${other}, of another hand, sends failed deployments, and stays as it is`);
  }
  const own = ruleSetting(target);
  const wanted = wantedBy(given, failureRule(target, service));
  if (wanted === undefined && standing.isOurs && targets > 0) {
    const text = `${own.label} sends to targets of another hand too, and stays`;
    return { ...nothing, summary: text, findings: [warn("alert-foreign", text)] };
  }
  return planSetting(own, standing, wanted, given);
}
