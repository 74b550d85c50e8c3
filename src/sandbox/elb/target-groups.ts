import { type Target, type TargetGroup, targetKey } from "../alb/target-group.ts";
import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { records, required, text, texts, withoutEmpty } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { findGroup } from "./find.ts";
import { healthCheckOf, newTargetGroup } from "./new-target-group.ts";
import { deregisterTarget, registerTarget } from "./register-targets.ts";

function groupView(group: TargetGroup): Output {
  const check = group.healthCheck;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: "HTTP",
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: "HTTP",
    HealthCheckPort: "traffic-port",
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: check.path,
    Matcher: { HttpCode: check.matcher },
    LoadBalancerArns: group.loadBalancerArn === undefined ? [] : [group.loadBalancerArn],
    TargetType: "ip",
    ProtocolVersion: "HTTP1",
    IpAddressType: group.ipv6 === true ? "ipv6" : "ipv4",
  };
}

const healthView = (target: Target): Output => ({
  Target: { Id: target.ip, Port: target.port, AvailabilityZone: target.zone },
  HealthCheckPort: String(target.port),
  TargetHealth: { State: target.state, Reason: target.reason, Description: target.description },
});

/** A requested target that is not registered is `unused`. [D] */
const unusedView = (id: string, port: number): Output => ({
  Target: { Id: id, Port: port },
  HealthCheckPort: String(port),
  TargetHealth: {
    State: "unused",
    Reason: "Target.NotRegistered",
    Description: "Target is not registered to the target group",
  },
});

function targetHealth(group: TargetGroup, requested: readonly Input[]): Output[] {
  if (requested.length === 0) return [...group.targets.values()].map(healthView);
  return requested.map((one) => {
    const id = text(one, "Id") ?? "";
    const port = Number(text(one, "Port") ?? group.port);
    const target = group.targets.get(targetKey(id, port));
    return target === undefined ? unusedView(id, port) : healthView(target);
  });
}

const DELAY = "deregistration_delay.timeout_seconds";

const attributesView = (group: TargetGroup): Output => ({
  Attributes: [
    { Key: DELAY, Value: String(group.deregistrationDelaySeconds) },
    { Key: "stickiness.enabled", Value: "false" },
    { Key: "load_balancing.algorithm.type", Value: "round_robin" },
    { Key: "slow_start.duration_seconds", Value: "0" },
  ],
});

export const targetGroupOperations: Readonly<Record<string, Operation>> = {
  DescribeTargetGroups: reading((world, input) => {
    const arns = texts(input, "TargetGroupArns");
    const names = texts(input, "Names");
    const balancer = text(input, "LoadBalancerArn");
    const all = arns.length + names.length === 0;
    const found = [...world.targetGroups.values()].filter(
      (group) =>
        (all || arns.includes(group.arn) || names.includes(group.name)) &&
        (balancer === undefined || group.loadBalancerArn === balancer),
    );
    if (found.length < arns.length + names.length) {
      throw new AwsError("TargetGroupNotFound", "One or more target groups not found");
    }
    return { TargetGroups: found.map(groupView) };
  }),

  DescribeTargetGroupAttributes: reading((world, input) =>
    attributesView(findGroup(world, required(input, "TargetGroupArn"))),
  ),

  /** The deregistration delay is from 0 to 3600 s. The other attributes cannot be changed here. [D] */
  ModifyTargetGroupAttributes: changing((world, input) => {
    const group = findGroup(world, required(input, "TargetGroupArn"));
    for (const attribute of records(input, "Attributes")) {
      const [key, value] = [text(attribute, "Key") ?? "", text(attribute, "Value") ?? ""];
      const isAllowed = key === DELAY && /^\d{1,4}$/.test(value) && Number(value) <= 3600;
      if (!isAllowed) throw new AwsError("InvalidConfigurationRequest", `${key} cannot be set to '${value}'`);
      group.deregistrationDelaySeconds = Number(value);
    }
    return attributesView(group);
  }),

  CreateTargetGroup: changing((world, input) => {
    const group = newTargetGroup(world, withoutEmpty(input));
    world.targetGroups.set(group.arn, group);
    return { TargetGroups: [groupView(group)] };
  }),

  ModifyTargetGroup: changing((world, input) => {
    const group = findGroup(world, required(input, "TargetGroupArn"));
    group.healthCheck = healthCheckOf(withoutEmpty(input), group.healthCheck);
    return { TargetGroups: [groupView(group)] };
  }),

  /** A group that a listener sends to cannot be deleted; one that is not there is no error. [D; text O] */
  DeleteTargetGroup: changing((world, input) => {
    const arn = required(input, "TargetGroupArn");
    if (world.targetGroups.get(arn)?.loadBalancerArn !== undefined) {
      throw new AwsError("ResourceInUse", `Target group '${arn}' is currently in use by a listener or a rule`);
    }
    world.targetGroups.delete(arn);
    return {};
  }),

  RegisterTargets: changing((world, input) => {
    const group = findGroup(world, required(input, "TargetGroupArn"));
    for (const wanted of records(input, "Targets")) registerTarget(world, group, wanted);
    return {};
  }),

  DeregisterTargets: changing((world, input) => {
    const group = findGroup(world, required(input, "TargetGroupArn"));
    for (const wanted of records(input, "Targets")) deregisterTarget(world, group, wanted);
    return {};
  }),

  DescribeTargetHealth: reading((world, input) => {
    const group = findGroup(world, required(input, "TargetGroupArn"));
    return { TargetHealthDescriptions: targetHealth(group, records(input, "Targets")) };
  }),
};
