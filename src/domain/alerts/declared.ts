import { optionName } from "../aws/cli-command.ts";
import { groupName } from "../aws/targets.ts";
import type { Declared } from "../declared/declared.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Target } from "../target.ts";
import { ALERT_TAG, alertTagOf, ruleNameOf } from "./names.ts";
import { failureRule, TARGET_ID } from "./wanted.ts";
import { documentedAlarm, type Watched } from "./watched.ts";

/** What the documented alerts are made from. */
export interface AlertParts {
  /** ARN of the service. */
  readonly service: string;
  /** ARN of the topic. */
  readonly topic: string;
  readonly watched: readonly Watched[];
  /** Whether the rule is printed; not where there is one already. */
  readonly hasRule: boolean;
  /** max_connections; without it there is no alert on connections. */
  readonly most?: number | undefined;
}

/** The documented alerts as code. Applying them changes no task and no database. */
export function declaredAlerts(
  { service, topic, watched, hasRule, most }: AlertParts,
  target: Target,
): readonly Declared[] {
  const alarms = watched.flatMap((one) => {
    const settings = documentedAlarm(one, { topic, most }, target);
    return settings === undefined ? [] : [declaredAlarm(labelOf(one), settings, target)];
  });
  return [...(hasRule ? declaredRule(service, topic, target) : []), ...alarms];
}

const NO_EFFECT = "Applying it starts no deployment and stops nothing.";
const NEEDS_BREAKER = "ECS sends this event only where the circuit breaker is on.";

const labelOf = ({ metric, thing }: Watched): string =>
  metric === "HealthyHostCount" ? `healthy_hosts_${groupName(thing).replace(/\W/g, "_")}` : "database_connections";

/** What code keeps is not ours to change, so that it gets no tag of ours; what a line makes is. */
const tagList = (target: Target) => [{ Key: ALERT_TAG, Value: alertTagOf(target) }];

function declaredRule(service: string, topic: string, target: Target): readonly Declared[] {
  const rule = failureRule(ruleNameOf(target), target, service);
  const { Name, Description, EventPattern } = rule as Readonly<Record<string, string>>;
  const targets = [{ Id: TARGET_ID, Arn: topic }];
  const pattern = JSON.parse(EventPattern ?? "{}") as JsonObject;
  const properties = { Name, Description, EventPattern: pattern, State: "ENABLED", Targets: targets } as JsonObject;
  const label = "deployment_failed";
  return [
    {
      label,
      effects: [NEEDS_BREAKER, NO_EFFECT],
      terraform: {
        type: "aws_cloudwatch_event_rule",
        attributes: {
          name: Name ?? "",
          description: Description ?? "",
          event_pattern: EventPattern ?? "",
        },
      },
      cloudFormation: { type: "AWS::Events::Rule", properties },
      aws: [
        { service: "events", name: "PutRule", input: { ...rule, Tags: tagList(target) } },
        { service: "events", name: "PutTargets", input: { Rule: Name ?? "", Targets: targets } },
      ],
    },
    // CloudFormation has the target in the rule, and the lines above send it.
    {
      label: `${label}_topic`,
      effects: [],
      terraform: {
        type: "aws_cloudwatch_event_target",
        attributes: {
          rule: { expression: `aws_cloudwatch_event_rule.${label}.name` },
          target_id: TARGET_ID,
          arn: topic,
        },
      },
      aws: [],
    },
  ];
}

function declaredAlarm(label: string, settings: JsonObject, target: Target): Declared {
  const members = Object.entries(settings).map(([name, value]): [string, Json] => [
    optionName(name).replaceAll("-", "_"),
    name === "Dimensions" ? byName(value as readonly JsonObject[]) : (value ?? null),
  ]);
  return {
    label,
    effects: [NO_EFFECT],
    terraform: {
      type: "aws_cloudwatch_metric_alarm",
      attributes: Object.fromEntries(members),
    },
    cloudFormation: { type: "AWS::CloudWatch::Alarm", properties: settings },
    aws: [{ service: "cloudwatch", name: "PutMetricAlarm", input: { ...settings, Tags: tagList(target) } }],
  };
}

const byName = (dimensions: readonly JsonObject[]): JsonObject =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [String(Name), Value ?? null]));
