import type { Service, TargetHealth, Task } from "../../domain/aws/ecs.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import type { TargetGroupSetup } from "../../domain/aws/setup.ts";
import { cannotBeMatched, groupName, isBehind } from "../../domain/aws/targets.ts";
import { UNKNOWN_TASK } from "../../domain/status/serving.ts";
import type { BalancerOverview, GroupOverview } from "../../domain/status/target-status.ts";

/** What each target group sends requests to, and whether it is there at all. */
export async function readBalancer(
  reads: AwsReads,
  service: Promise<Service>,
  tasks: Promise<readonly (readonly Task[])[]>,
): Promise<BalancerOverview> {
  const { targetGroups } = await service;
  // Whether a group is there and used is told beside its health: without that read its health is shown as it is.
  const setups = reads.targetGroups(targetGroups).catch((): readonly TargetGroupSetup[] => []);
  const [known, ...groups] = await Promise.all([
    tasks.then(
      (all) => all.flat(),
      () => [],
    ),
    ...targetGroups.map((group) => readGroup(reads, group, setups)),
  ]);
  return toBalancer(groups.map((group) => toOverview(group, known)));
}

interface Group {
  readonly arn: string;
  readonly setup: TargetGroupSetup | undefined;
  readonly health: readonly TargetHealth[];
}

async function readGroup(reads: AwsReads, arn: string, setups: Promise<readonly TargetGroupSetup[]>): Promise<Group> {
  const health = reads.targetHealth(arn);
  const settled = health.then(
    (found) => ({ found }),
    (failure: unknown) => ({ failure }),
  );
  const setup = (await setups).find((one) => one.arn === arn);
  const read = await settled;
  if ("found" in read) return { arn, setup, health: read.found };
  if (setup?.exists === false) return { arn, setup, health: [] };
  throw read.failure;
}

function toOverview({ arn, setup, health }: Group, tasks: readonly Task[]): GroupOverview {
  const behind = (target: TargetHealth) => tasks.find((task) => isBehind(target, task))?.taskDefinition ?? UNKNOWN_TASK;
  const healthy = health.filter(({ state }) => state === "healthy");
  return {
    name: groupName(arn),
    targets: count(health.map(({ state }) => state)),
    serving: count(healthy.map(behind)),
    states: statesBy(health, behind),
    ...(setup?.exists === false && { fault: "gone" as const }),
    ...(setup?.balancers?.length === 0 && { fault: "unused" as const }),
    ...(cannotBeMatched(health, tasks) && { unmatched: true as const }),
  };
}

function statesBy(health: readonly TargetHealth[], behind: (target: TargetHealth) => string) {
  const names = [...new Set(health.map(behind))];
  return Object.fromEntries(
    names.map((name) => [name, count(health.filter((one) => behind(one) === name).map(({ state }) => state))]),
  );
}

function toBalancer(groups: readonly GroupOverview[]): BalancerOverview {
  const [least] = groups.toSorted((a, b) => (a.targets.healthy ?? 0) - (b.targets.healthy ?? 0));
  const { targets = {}, serving = {}, states = {} } = least ?? {};
  return { targets, serving, states, groups };
}

export function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
