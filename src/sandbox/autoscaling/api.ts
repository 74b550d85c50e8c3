import { startWatching } from "../cloudwatch/alarm-engine.ts";
import type { Service } from "../ecs/model.ts";
import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { flag, number, record, required, text, texts } from "../http/input.ts";
import { changing, reading, type ServiceApi } from "../http/operation.ts";
import { nullMember } from "../http/request-error.ts";
import type { World } from "../world.ts";
import { clamp, serviceOf } from "./capacity.ts";
import type { ScalableTarget, ScalingPolicy } from "./model.ts";
import { putPolicy, removePolicies, removePolicy } from "./policies.ts";
import { removeScheduled, scheduledOperations } from "./scheduled-actions.ts";
import { tagOperations, tagsOf } from "./tags.ts";
import { NAMESPACE, paged, refuse } from "./target.ts";

function scaledService(world: World, input: Input): Service {
  const { ServiceNamespace, ScalableDimension } = NAMESPACE;
  if (required(input, "ServiceNamespace") !== ServiceNamespace) refuse("Only the service namespace ecs is simulated.");
  if (required(input, "ScalableDimension") !== ScalableDimension) refuse(`Unsupported scalable dimension.`);
  const service = serviceOf(world, required(input, "ResourceId"));
  return service ?? refuse(`ECS service doesn't exist: ${text(input, "ResourceId")}`);
}

/** A member that is left out keeps its value. A new target needs both bounds. The capacity is always clamped. [D] */
function register(world: World, input: Input): Output {
  scaledService(world, input);
  const resourceId = required(input, "ResourceId");
  const before = world.scaling.targets.get(resourceId);
  const least = number(input, "MinCapacity") ?? before?.least ?? refuse("MinCapacity is required for a new target.");
  const most = number(input, "MaxCapacity") ?? before?.most ?? refuse("MaxCapacity is required for a new target.");
  if (least > most) refuse("Maximum capacity cannot be less than minimum capacity.");
  const requested = record(input, "SuspendedState") ?? {};
  const suspended = {
    in: flag(requested, "DynamicScalingInSuspended") ?? before?.suspended.in ?? false,
    out: flag(requested, "DynamicScalingOutSuspended") ?? before?.suspended.out ?? false,
    scheduled: flag(requested, "ScheduledScalingSuspended") ?? before?.suspended.scheduled ?? false,
  };
  const target = before ?? { ...newTarget(world, resourceId, least, most), tags: tagsOf(input) };
  Object.assign(target, { least, most, suspended } satisfies Partial<ScalableTarget>);
  world.scaling.targets.set(resourceId, target);
  clamp(world, target);
  return { ScalableTargetARN: target.arn };
}

export const newTarget = (world: World, resourceId: string, least: number, most: number): ScalableTarget => ({
  resourceId,
  arn: `arn:aws:application-autoscaling:${world.region}:${world.account}:scalable-target/${world.random.hex(24)}`,
  createdAt: world.clock.now(),
  roleArn: `arn:aws:iam::${world.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
  least,
  most,
  suspended: { in: false, out: false, scheduled: false },
  tags: {},
});

const targetView = (target: ScalableTarget): Output => ({
  ...NAMESPACE,
  ResourceId: target.resourceId,
  MinCapacity: target.least,
  MaxCapacity: target.most,
  RoleARN: target.roleArn,
  CreationTime: new Date(target.createdAt),
  SuspendedState: {
    DynamicScalingInSuspended: target.suspended.in,
    DynamicScalingOutSuspended: target.suspended.out,
    ScheduledScalingSuspended: target.suspended.scheduled,
  },
  ScalableTargetARN: target.arn,
});

const alarmsOf = (world: World, policy: ScalingPolicy): Output[] =>
  [policy.alarms.high, policy.alarms.low].map((name) => ({
    AlarmName: name,
    AlarmARN: `arn:aws:cloudwatch:${world.region}:${world.account}:alarm:${name}`,
  }));

const policyView = (world: World, policy: ScalingPolicy): Output => ({
  ...NAMESPACE,
  PolicyARN: policy.arn,
  PolicyName: policy.name,
  ResourceId: policy.resourceId,
  PolicyType: "TargetTrackingScaling",
  TargetTrackingScalingPolicyConfiguration: policy.configuration,
  Alarms: alarmsOf(world, policy),
  CreationTime: new Date(policy.createdAt),
});

export const scalingApi: ServiceApi = {
  scope: "application-autoscaling",
  name: "application-autoscaling",
  target: "AnyScaleFrontendService",
  jsonVersion: "1.1",
  wording: { missing: nullMember("ValidationException"), token: "InvalidNextTokenException" },
  operations: {
    RegisterScalableTarget: changing(register, (world, input) => ({
      ScalableTargetARN: world.scaling.targets.get(required(input, "ResourceId"))?.arn,
    })),

    DeregisterScalableTarget: changing((world, input) => {
      for (const name of ["ServiceNamespace", "ScalableDimension"]) required(input, name);
      const resourceId = required(input, "ResourceId");
      if (!world.scaling.targets.delete(resourceId)) {
        throw new AwsError("ObjectNotFoundException", `No scalable target found for ${resourceId}`);
      }
      removePolicies(world, resourceId);
      removeScheduled(world, resourceId);
      return {};
    }),

    DescribeScalableTargets: reading((world, input) => {
      required(input, "ServiceNamespace");
      const requested = texts(input, "ResourceIds");
      const found = [...world.scaling.targets.values()].filter(
        ({ resourceId }) => requested.length === 0 || requested.includes(resourceId),
      );
      const { items, ...rest } = paged(found, input, "targets");
      return { ScalableTargets: items.map(targetView), ...rest };
    }),

    PutScalingPolicy: changing((world, input) => {
      const service = scaledService(world, input);
      if (!world.scaling.targets.has(required(input, "ResourceId"))) {
        throw new AwsError("ObjectNotFoundException", "No scalable target registered for the resource.");
      }
      const configuration = record(input, "TargetTrackingScalingPolicyConfiguration");
      if (configuration === undefined) {
        throw new AwsError("NotImplemented", "The sandbox simulates target-tracking policies alone.", 501);
      }
      const policy = putPolicy(world, service, required(input, "PolicyName"), configuration);
      startWatching(world);
      return { PolicyARN: policy.arn, Alarms: alarmsOf(world, policy) };
    }),

    DeleteScalingPolicy: changing((world, input) => {
      for (const name of ["ServiceNamespace", "ScalableDimension"]) required(input, name);
      const [name, resource] = [required(input, "PolicyName"), required(input, "ResourceId")];
      const policy = [...world.scaling.policies.values()].find(
        (one) => one.name === name && one.resourceId === resource,
      );
      if (policy === undefined) {
        throw new AwsError("ObjectNotFoundException", `No scaling policy found for ${resource}: ${name}`);
      }
      removePolicy(world, policy);
      return {};
    }),

    DescribeScalingPolicies: reading((world, input) => {
      required(input, "ServiceNamespace");
      const names = texts(input, "PolicyNames");
      const resource = text(input, "ResourceId");
      const found = [...world.scaling.policies.values()].filter(
        (policy) =>
          (names.length === 0 || names.includes(policy.name)) &&
          (resource === undefined || policy.resourceId === resource),
      );
      const { items, ...rest } = paged(found, input, "policies");
      return { ScalingPolicies: items.map((policy) => policyView(world, policy)), ...rest };
    }),

    DescribeScalingActivities: reading((world, input) => {
      required(input, "ServiceNamespace");
      const resource = text(input, "ResourceId");
      const found = world.scaling.activities.filter((one) => resource === undefined || one.resourceId === resource);
      const { items, ...rest } = paged(found.toReversed(), input, "activities");
      const view = (one: (typeof items)[number]): Output => ({
        ...NAMESPACE,
        ActivityId: one.id,
        ResourceId: one.resourceId,
        Description: one.description,
        Cause: one.cause,
        StartTime: new Date(one.at),
        EndTime: new Date(one.at),
        StatusCode: "Successful",
        StatusMessage: `Successfully set desired count to ${one.description.replace(/\D/g, "")}. Change successfully fulfilled by ecs.`,
      });
      return { ScalingActivities: items.map(view), ...rest };
    }),

    ...scheduledOperations,
    ...tagOperations,
  },
};
