import { inBatches, type Service } from "../../domain/aws/ecs.ts";
import type { Target } from "../../domain/target.ts";
import type { Subject } from "../../domain/watch/metric.ts";
import type { Clients } from "../client/clients.ts";

const MOST_GROUPS = 20;

export async function readSubject(clients: Clients, target: Target, service: Service): Promise<Subject> {
  const { cluster, service: name, database } = target;
  const groups = await Promise.all(
    inBatches(service.targetGroups, MOST_GROUPS).map((arns) => readGroups(clients, arns)),
  );
  return { cluster, service: name, database, groups: groups.flat() };
}

async function readGroups(clients: Clients, arns: readonly string[]): Promise<Subject["groups"]> {
  const [elb, { DescribeTargetGroupsCommand }] = await Promise.all([clients.elb(), import("../sdk/elb.ts")]);
  const answer = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [...arns] }));
  return (answer.TargetGroups ?? []).flatMap(({ TargetGroupArn = "", LoadBalancerArns = [] }) =>
    LoadBalancerArns.map((arn) => ({ targetGroup: dimension(TargetGroupArn), loadBalancer: dimension(arn) })),
  );
}

/** The part of an ARN of Elastic Load Balancing that its metrics carry. */
const dimension = (arn: string): string => arn.replace(/^.*:(loadbalancer\/)?/, "");
