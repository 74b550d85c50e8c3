import { dimension } from "../../domain/aws/alarm-subject.ts";
import type { Service, Task } from "../../domain/aws/ecs.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import { judgeTraffic, type ReleaseStart, type TrafficOverview, trafficSpan } from "../../domain/status/traffic.ts";
import { isNetwork } from "../../domain/watch/metric.ts";

/** Errors and latency lately beside before, by one request to CloudWatch. Null where no load balancer counts requests. */
export async function readTraffic(
  reads: AwsReads,
  service: Promise<Service>,
  tasks: Promise<readonly (readonly Task[])[]>,
  { now }: { readonly now: number },
): Promise<TrafficOverview | null> {
  const found = await service;
  if (found.targetGroups.length === 0) return null;
  const [setups, known] = await Promise.all([
    reads.setup.targetGroups(found.targetGroups),
    tasks.then(
      (all) => all.flat(),
      () => [],
    ),
  ]);
  const groups = setups
    .flatMap(({ arn, balancers = [] }) =>
      balancers.map((balancer) => ({ targetGroup: dimension(arn), loadBalancer: dimension(balancer) })),
    )
    .filter((group) => !isNetwork(group));
  if (groups.length === 0) return null;
  const release = releaseStart(found, known);
  const span = trafficSpan(now, release && Date.parse(release.at));
  return judgeTraffic(await reads.watch.traffic(groups, span), now, release);
}

/** When the newest deployment's first task started. ECS forgets stopped tasks: then, when the deployment began. */
function releaseStart({ deployments }: Service, tasks: readonly Task[]): ReleaseStart | undefined {
  const [newest] = deployments;
  if (newest === undefined) return undefined;
  const { taskDefinition, id, createdAt } = newest;
  const first = tasks
    .filter(({ startedBy }) => startedBy === id)
    .flatMap(({ startedAt }) => startedAt ?? [])
    .sort()[0];
  return { taskDefinition, at: first ?? createdAt };
}
