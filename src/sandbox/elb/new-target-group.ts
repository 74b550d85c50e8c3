import type { HealthCheck, TargetGroup } from "../alb/target-group.ts";
import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { number, record, text } from "../http/input.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { invalid, newName, unsimulated } from "./find.ts";
import { elbArn } from "./load-balancer.ts";

/** A new group's checks. [D] */
const USUAL: HealthCheck = {
  path: "/",
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: "200",
};

/** A number within the bounds that the API documents. */
function within(input: Input, name: string, least: number, most: number): number | undefined {
  const value = number(input, name);
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return value;
  throw invalid(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

/** The health checks of a request over those that are there. [D: bounds; texts I] */
export function healthCheckOf(input: Input, before: HealthCheck = USUAL): HealthCheck {
  if (text(input, "HealthCheckEnabled") === "false") throw unsimulated("target groups without health checks");
  const [protocol, port] = [
    text(input, "HealthCheckProtocol") ?? "HTTP",
    text(input, "HealthCheckPort") ?? "traffic-port",
  ];
  if (protocol !== "HTTP" || port !== "traffic-port")
    throw unsimulated("health checks but by HTTP on the traffic port");
  const check = {
    path: text(input, "HealthCheckPath") ?? before.path,
    intervalSeconds: within(input, "HealthCheckIntervalSeconds", 5, 300) ?? before.intervalSeconds,
    timeoutSeconds: within(input, "HealthCheckTimeoutSeconds", 2, 120) ?? before.timeoutSeconds,
    healthyThreshold: within(input, "HealthyThresholdCount", 2, 10) ?? before.healthyThreshold,
    unhealthyThreshold: within(input, "UnhealthyThresholdCount", 2, 10) ?? before.unhealthyThreshold,
    matcher: text(record(input, "Matcher") ?? {}, "HttpCode") ?? before.matcher,
  };
  if (!check.path.startsWith("/")) throw invalid(`Health check path '${check.path}' must begin with a '/' character`);
  if (check.timeoutSeconds >= check.intervalSeconds) {
    throw invalid("Health check interval must be greater than the timeout.");
  }
  if (!/^\d{3}([,-]\d{3})*$/.test(check.matcher)) throw invalid(`Health check matcher HTTP code '${check.matcher}'`);
  return check;
}

/** Makes the group of a CreateTargetGroup request. */
export function newTargetGroup(world: World, input: Input): TargetGroup {
  const name = newName(input, "target group");
  // The API's default is `instance`; tasks on Fargate need `ip`. [D]
  const type = text(input, "TargetType") ?? "instance";
  if (type !== "ip") throw unsimulated(`target groups of the type ${type}`);
  const protocol = text(input, "Protocol");
  const version = text(input, "ProtocolVersion") ?? "HTTP1";
  if (protocol !== "HTTP" || version !== "HTTP1") throw unsimulated(`target groups by ${protocol}, ${version}`);
  const port = within(input, "Port", 1, 65_535);
  if (port === undefined) throw invalid("A port must be specified");
  const vpc = text(input, "VpcId");
  if (vpc === undefined) throw invalid("A VPC ID must be specified");
  if (vpc !== world.network.vpcId) throw invalid(`The VPC ID '${vpc}' is not found`);
  if ([...world.targetGroups.values()].some((group) => group.name === name)) {
    throw new AwsError("DuplicateTargetGroupName", `A target group with the same name '${name}' exists`);
  }
  return {
    name,
    arn: elbArn(world, `targetgroup/${name}/${world.random.hex(16)}`),
    port,
    vpcId: vpc,
    loadBalancerArn: undefined,
    healthCheck: healthCheckOf(input),
    deregistrationDelaySeconds: 300,
    targets: new Map(),
    turn: 0,
    tags: tagsOf(input),
  };
}
