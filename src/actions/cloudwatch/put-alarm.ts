import { alarmThatNotifies } from "../../checks/alarms/documented-alarms.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import { ALARMS, documentedAlarm, readWatched, type Watched, whyNotPossible } from "../../domain/alerts/watched.ts";
import type { Values } from "../../domain/field.ts";
import { warn } from "../../domain/finding.ts";
import { type JsonObject, sameJson } from "../../domain/json.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import { aboutAlarm, alarmSetting, presentAlarm, readAlarm } from "../alerts/alarm-setting.ts";
import {
  madeElsewhere,
  type PresentSetting,
  planSetting,
  undoFields,
  verifySetting,
  wantedBy,
} from "../alerts/own-setting.ts";

const inputs = {
  alert: { type: "choice", choices: ALARMS, description: "Which documented alert." },
  topic: { type: "arn", description: "SNS topic that it notifies." },
  number: {
    type: "integer",
    minimum: 1,
    required: false,
    description: "For hosts: which of the service's target groups, from 1.",
  },
  most: {
    type: "integer",
    minimum: 1,
    required: false,
    description: "For connections: max_connections of the server.",
  },
  ...undoFields,
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly target: Target;
  /** Absent where the service has no target group of that number. */
  readonly watched?: Watched;
  readonly standing: PresentSetting;
  /** An alarm not created by vulcan-ops that notifies of the same. */
  readonly other?: string;
}

/** Makes a documented alarm, or sets ours to what is documented. What it did not create stays as it is. */
export const putAlarm = defineAction<ActionServices, typeof inputs, Observation>({
  name: "cloudwatch.putAlarm",
  summary: "Create a documented alarm, or restore its settings; leave alarms of others alone.",
  risk: "change",
  requests: ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"],
  inputs,
  outputs: {},
  observe: async (given, context) => ({ kind: "observed", value: await see(given, context) }),
  plan: (given, observation) => planAlarm(given, observation),
  async verify(_given, { operation }, context) {
    const name = nameIn(operation?.input ?? {});
    return verifySetting(`alarm ${name}`, wantedIn(operation?.input ?? {}), () => readAlarm(name, context), context);
  },
  async probe(_given, { operation }, context) {
    const name = nameIn(operation?.input ?? {});
    const { now } = await readAlarm(name, context);
    const isDone = sameJson(now, wantedIn(operation?.input ?? {}));
    const evidence = now === undefined ? `there is no alarm ${name}` : `there is an alarm ${name}`;
    return { kind: isDone ? "done" : "notDone", evidence };
  },
});

/** The alarm that a request makes or deletes. */
const nameIn = ({ AlarmName, AlarmNames }: JsonObject): string => String(AlarmName ?? (AlarmNames as string[])[0]);

/** What is there once the request has taken effect. */
function wantedIn({ Tags: _tags, ...settings }: JsonObject): JsonObject | undefined {
  return settings.AlarmName === undefined ? undefined : settings;
}

async function see(given: Inputs, context: ActionReadContext): Promise<Observation> {
  const { services, target } = context;
  const watched = await readWatched(given, services.aws, target);
  if (watched === undefined) return { target, standing: { isOurs: false } };
  const { metric, thing } = watched;
  const standing = presentAlarm(watched.alarm, target);
  // Beside one of ours another one changes nothing.
  if (standing.isOurs || given.values !== undefined) return { target, watched, standing };
  const other = alarmThatNotifies(await services.aws.metricAlarms(), metric, [thing])?.name;
  return { target, watched, standing, ...(other !== undefined && { other }) };
}

function planAlarm(given: Inputs, { target, watched, standing, other }: Observation): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (watched === undefined)
    return { ...nothing, summary: `${target.service} has no target group number ${given.number ?? 1}` };
  const own = alarmSetting(watched, given, target);
  const isUndo = given.values !== undefined;
  if (other !== undefined) {
    return madeElsewhere(`alarm ${other} watches ${watched.metric}, not created by vulcan-ops: it stays`);
  }
  const documented = documentedAlarm(watched, given, target);
  if (!isUndo && documented === undefined) {
    const text = `${aboutAlarm(watched)} is not created: ${whyNotPossible(watched)}`;
    return { ...nothing, summary: text, findings: [warn("alert-not-possible", text)] };
  }
  return planSetting(own, standing, wantedBy(given, documented ?? {}), given);
}
