import { dimension } from "../../domain/aws/alarm-subject.ts";
import { inBatches, type Service } from "../../domain/aws/ecs.ts";
import type { Target } from "../../domain/target.ts";
import type { Subject } from "../../domain/watch/metric.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";

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
  return needed(answer.TargetGroups, "TargetGroups").flatMap(({ TargetGroupArn, LoadBalancerArns }) => {
    const targetGroup = dimension(needed(TargetGroupArn, "TargetGroupArn"));
    return needed(LoadBalancerArns, "LoadBalancerArns").map((arn) => ({ targetGroup, loadBalancer: dimension(arn) }));
  });
}
