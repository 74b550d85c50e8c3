import { defineAction, type StepPlan } from "../../domain/action.ts";
import { TARGET_ID } from "../../domain/alerts/wanted.ts";
import type { Deed } from "../../domain/deed.ts";
import type { Values } from "../../domain/field.ts";
import { type JsonObject, sameJson } from "../../domain/json.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import {
  type OwnSetting,
  type PresentSetting,
  planSetting,
  undoFields,
  verifySetting,
  wantedBy,
} from "../alerts/own-setting.ts";
import { readRule } from "../alerts/rule-setting.ts";

const inputs = {
  topic: { type: "arn", description: "SNS topic that the rule sends to." },
  ...undoFields,
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly rule: string;
  /** Absent where there is no rule of ours, nor will be. */
  readonly standing?: PresentSetting;
}

/** Makes the rule for failed deployments send to the topic. */
export const putTarget = defineAction<ActionServices, typeof inputs, Observation>({
  name: "events.putTarget",
  summary: "Send failed deployments from our EventBridge rule to the topic.",
  risk: "change",
  requests: ["events:PutTargets", "events:RemoveTargets"],
  inputs,
  outputs: {},
  observe: async (_given, context) => ({ kind: "observed", value: await see(context) }),
  plan: (given, observation) => planTarget(given, observation),
  async verify(_given, { operation }, context) {
    const wanted = wantedIn(operation?.input ?? {});
    return verifySetting(labelOf(String(operation?.input.Rule)), wanted, () => readTarget(context), context);
  },
  async probe(_given, { operation }, context) {
    const { now } = await readTarget(context);
    const evidence = `the rule sends to ${now === undefined ? "no topic of ours" : String(now.Arn)}`;
    return { kind: sameJson(now, wantedIn(operation?.input ?? {})) ? "done" : "notDone", evidence };
  },
});

const labelOf = (rule: string): string => `topic of rule ${rule}`;

/** What is there once the request has taken effect. */
function wantedIn({ Targets }: JsonObject): JsonObject | undefined {
  const [target] = (Targets ?? []) as readonly JsonObject[];
  const { Id: _, ...settings } = target ?? {};
  return target && settings;
}

interface RuleOf {
  readonly rule: string;
  readonly hasRule: boolean;
}

async function readTarget(context: ActionReadContext): Promise<PresentSetting & RuleOf> {
  const { name, now, isOurs, targets } = await readRule(context);
  const found = targets.find(({ id }) => id === TARGET_ID);
  const settings = found && { ...found.settings, Arn: found.arn };
  return { now: settings, isOurs, rule: name, hasRule: now !== undefined };
}

async function see(context: ActionReadContext): Promise<Observation> {
  const standing = await readTarget(context);
  const { rule } = standing;
  // The step before makes it.
  if (!standing.hasRule && context.pendingStep !== undefined) return { rule, standing: { isOurs: true } };
  return standing.isOurs ? { rule, standing } : { rule };
}

function planTarget(given: Inputs, { rule, standing }: Observation): StepPlan {
  if (standing === undefined)
    return { changes: [], findings: [], outputs: {}, summary: `there is no rule ${rule} of ours to send from` };
  const own: OwnSetting = {
    label: labelOf(rule),
    deed: topicDeed,
    shown: topicName,
    put: (settings) => ({
      service: "events",
      name: "PutTargets",
      input: { Rule: rule, Targets: [{ Id: TARGET_ID, ...settings }] },
    }),
    remove: () => ({ service: "events", name: "RemoveTargets", input: { Rule: rule, Ids: [TARGET_ID] } }),
    identity: { topic: given.topic },
  };
  // PutTargets replaces all of a target: the input, the queue and the role that it has stay.
  return planSetting(own, standing, wantedBy(given, { ...standing.now, Arn: given.topic }), given);
}

const topicName = ({ Arn }: JsonObject): string => String(Arn).split(":").at(-1) ?? "";

function topicDeed(now: JsonObject | undefined, wanted: JsonObject | undefined): Deed {
  if (wanted === undefined)
    return { verb: "remove", past: "removed", object: `the topic ${topicName(now ?? {})} from the rule` };
  return { verb: "send", past: "sent", object: "failed deployments", to: `the topic ${topicName(wanted)}` };
}
