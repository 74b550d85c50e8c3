import { putAlarm } from "../cloudwatch/put-alarm.ts";
import type { Service } from "../ecs/model.ts";
import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { flag, number, record, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { resourceIdOf } from "./capacity.ts";
import type { ScalingPolicy } from "./model.ts";
import { PREDEFINED } from "./run-policy.ts";

/** Default cooldown of a policy, in seconds. [D] */
const COOLDOWN = 300;

/** Scale out after three minutes above the value. Scale in after fifteen minutes below nine tenths of it. [O] */
const SCALE_OUT_MINUTES = 3;
const SCALE_IN_MINUTES = 15;

/** Creates or replaces a target-tracking policy, with the two alarms that drive it. */
export function putPolicy(world: World, service: Service, name: string, configuration: Input): ScalingPolicy {
  const resourceId = resourceIdOf(service);
  const predefined = text(record(configuration, "PredefinedMetricSpecification") ?? {}, "PredefinedMetricType");
  const metric = PREDEFINED[predefined ?? ""]?.(service);
  if (metric === undefined) {
    throw new AwsError(
      "NotImplemented",
      `The sandbox does not simulate scaling by ${predefined ?? "that metric"}.`,
      501,
    );
  }
  const value = number(configuration, "TargetValue");
  if (value === undefined || value <= 0) throw new AwsError("ValidationException", "TargetValue must be positive.");
  const before = [...world.scaling.policies.values()].find((one) => one.name === name && one.resourceId === resourceId);
  const base = `arn:aws:autoscaling:${world.region}:${world.account}:scalingPolicy:${world.random.uuid()}`;
  const arn = before?.arn ?? `${base}:resource/ecs/${resourceId}:policyName/${name}`;
  const alarms = before?.alarms ?? {
    high: `TargetTracking-${resourceId}-AlarmHigh-${world.random.uuid()}`,
    low: `TargetTracking-${resourceId}-AlarmLow-${world.random.uuid()}`,
  };
  const alarm = (which: "high" | "low", periods: number, comparison: string, threshold: number): void => {
    const rule = { name: alarms[which], metric, statistic: "Average", periodSeconds: 60, threshold, comparison };
    const description = "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy.";
    putAlarm(world, { ...rule, description, evaluationPeriods: periods, actions: { ALARM: [arn] } });
  };
  alarm("high", SCALE_OUT_MINUTES, "GreaterThanThreshold", value);
  alarm("low", SCALE_IN_MINUTES, "LessThanThreshold", value * 0.9);
  const seconds = (member: string): number => (number(configuration, member) ?? COOLDOWN) * 1000;
  const policy: ScalingPolicy = {
    name,
    arn,
    resourceId,
    createdAt: before?.createdAt ?? world.clock.now(),
    configuration,
    value,
    disableScaleIn: flag(configuration, "DisableScaleIn") === true,
    cooldown: { out: seconds("ScaleOutCooldown"), in: seconds("ScaleInCooldown") },
    alarms,
    lastMove: before?.lastMove,
  };
  world.scaling.policies.set(arn, policy);
  return policy;
}

/** Removes the policies of a scalable target. [D] */
export function removePolicies(world: World, resourceId: string): void {
  for (const policy of [...world.scaling.policies.values()]) {
    if (policy.resourceId === resourceId) removePolicy(world, policy);
  }
}

/** Removes a policy, and the alarms that it created. [D] */
export function removePolicy(world: World, { arn, alarms }: ScalingPolicy): void {
  const own = [alarms.high, alarms.low];
  world.scaling.policies.delete(arn);
  world.alarms.splice(0, world.alarms.length, ...world.alarms.filter(({ rule }) => !own.includes(rule.name)));
}
