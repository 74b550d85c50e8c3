import { defineAction, type StepPlan } from "../../domain/action.ts";
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
  readonly name: string;
  readonly standing: PresentSetting;
  /** How many targets the rule has. */
  readonly targets: number;
  /** A rule not created by vulcan-ops that matches the same events. */
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
    return verifySetting(`rule ${nameIn(operation?.input ?? {})}`, wanted, () => readRule(context), context);
  },
  async probe(_given, { operation }, context) {
    const { now } = await readRule(context);
    const input = operation?.input ?? {};
    const isDone = sameJson(now, wantedIn(operation?.name, input));
    const evidence = `there is ${now === undefined ? "no" : "a"} rule ${nameIn(input)}`;
    return { kind: isDone ? "done" : "notDone", evidence };
  },
});

const nameIn = ({ Name }: JsonObject): string => String(Name);

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
  const { name, targets } = standing;
  return { target, service: arn, name, standing, targets: targets.length, ...(other !== undefined && { other }) };
}

function planRule(given: Inputs, { target, service, name, standing, targets, other }: Observation): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (other !== undefined) {
    return madeElsewhere(`rule ${other} sends failed deployments, not created by vulcan-ops: it stays`);
  }
  const own = ruleSetting(name, target);
  // PutRule replaces all of a rule: what it has besides, as its role, stays.
  const wanted = wantedBy(given, { ...standing.now, ...failureRule(name, target, service) });
  if (wanted === undefined && standing.isOurs && targets > 0) {
    const text = `${own.label} has targets not created by vulcan-ops, and stays`;
    return { ...nothing, summary: text, findings: [warn("alert-foreign", text)] };
  }
  return planSetting(own, standing, wanted, given);
}
