import type * as Sdk from "@aws-sdk/client-elastic-load-balancing-v2";
import { inBatches } from "../../domain/aws/ecs.ts";
import type { TargetGroupSetup } from "../../domain/aws/setup.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";

const BATCH = 20;

/** One entry for each ARN. A group that is gone makes AWS refuse the whole call, so that each is then asked for alone. */
export async function readTargetGroups(clients: Clients, arns: readonly string[]): Promise<TargetGroupSetup[]> {
  const found = await Promise.all(inBatches(arns, BATCH).map((batch) => describe(clients, batch)));
  return found.flat();
}

async function describe(clients: Clients, arns: readonly string[]): Promise<readonly TargetGroupSetup[]> {
  const [elb, { DescribeTargetGroupsCommand }] = await Promise.all([clients.elb(), import("../sdk/elb.ts")]);
  const answer = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [...arns] })).catch(absent);
  if (answer !== undefined) {
    const groups = needed(answer.TargetGroups, "TargetGroups");
    return arns.map((arn) => toSetup(arn, needed(groups.find(isNamed(arn)), `target group ${arn}`)));
  }
  if (arns.length === 1) return arns.map((arn) => ({ arn, exists: false }));
  return (await Promise.all(arns.map((arn) => describe(clients, [arn])))).flat();
}

const isNamed = (arn: string) => (group: Sdk.TargetGroup) => needed(group.TargetGroupArn, "TargetGroupArn") === arn;

function absent(failure: unknown): undefined {
  if ((failure as { name?: string }).name === "TargetGroupNotFoundException") return undefined;
  throw failure;
}

function toSetup(arn: string, group: Sdk.TargetGroup): TargetGroupSetup {
  const { LoadBalancerArns, HealthCheckProtocol: protocol, HealthCheckPort: port } = group;
  const balancers = LoadBalancerArns && { balancers: LoadBalancerArns };
  if (!needed(group.HealthCheckEnabled, "HealthCheckEnabled")) return { arn, exists: true, ...balancers };
  const check = {
    interval: needed(group.HealthCheckIntervalSeconds, "HealthCheckIntervalSeconds"),
    unhealthyAfter: needed(group.UnhealthyThresholdCount, "UnhealthyThresholdCount"),
    ...(protocol && { protocol }),
    ...(port && { port }),
  };
  return { arn, exists: true, ...balancers, check };
}
