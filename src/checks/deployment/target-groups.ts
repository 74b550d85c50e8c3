import type { Service, TargetHealth, TaskDefinition } from "../../domain/aws/ecs.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import type { TargetGroupSetup } from "../../domain/aws/setup.ts";
import { groupName } from "../../domain/aws/targets.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block, counted, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { currentOf, type RollbackCheck } from "../rollback-subject.ts";

const ASKS = "whether the target groups of the service are there";

export const targetGroups: RollbackCheck = {
  id: "targetGroups",
  question: ASKS,
  run: async (subject) => {
    const { service, wanted, reads } = subject;
    const current = currentOf(subject).catch(() => undefined);
    const [groups, from, ...targets] = await Promise.all([
      reads.targetGroups(service.targetGroups),
      current,
      ...service.targetGroups.map((group) => reads.targetHealth(group).catch((failure: Error) => failure)),
    ]);
    return [
      ...judgeTargetGroups(service, groups),
      ...judgeUnusedTargets(groups, targets),
      ...judgeCheckPorts(groups, wanted, from),
    ];
  },
};

/** The same for a step that starts tasks of the service. Says so where they cannot be read. */
export async function targetGroupFindings(service: Service, aws: AwsReads): Promise<readonly Finding[]> {
  try {
    return judgeTargetGroups(service, await aws.targetGroups(service.targetGroups));
  } catch (failure) {
    return [notChecked(ASKS, (failure as Error).message)];
  }
}

/** ECS cannot register a task with a group that is gone, and refuses one that no balancer uses: each rollout stalls. */
export function judgeTargetGroups({ name }: Pick<Service, "name">, groups: readonly TargetGroupSetup[]): Finding[] {
  if (groups.length === 0) return [];
  const bad = groups.flatMap((group) => faultOf(group, name));
  if (bad.length > 0) return bad;
  const unknown = groups.filter(({ balancers }) => balancers === undefined).map(({ arn }) => groupName(arn));
  if (unknown.length > 0)
    return [notChecked(`which load balancer uses ${unknown.join(", ")}`, "its answer lacks that")];
  const names = groups.map(({ arn }) => groupName(arn));
  const each = names.map((one) => `target group ${one} is behind a load balancer`).join(", ");
  return [ok("target-groups-used", each)];
}

function faultOf({ arn, exists, balancers }: TargetGroupSetup, service: string): Finding[] {
  const name = groupName(arn);
  const look = commandLine`aws elbv2 describe-target-groups --target-group-arns ${arn}`;
  if (!exists) {
    const text = `the target group ${name}, which ${service} names, is gone: no new task can take requests`;
    return [block("target-group-gone", text, ["aws elbv2 describe-target-groups", REPLACE])];
  }
  if (balancers?.length !== 0) return [];
  const text = `the target group ${name} is behind no load balancer: ECS starts no task of ${service} with it`;
  return [block("target-group-unused", text, [look, "add the group to a rule of a listener, then the same command"])];
}

/**
 * A target in a zone that its load balancer does not serve never becomes healthy, with no release. `targets`: one
 * list for each group.
 */
export function judgeUnusedTargets(
  groups: readonly TargetGroupSetup[],
  targets: readonly (readonly TargetHealth[] | Error)[],
): Finding[] {
  return groups.flatMap(({ arn, exists, balancers = [] }, index) => {
    const all = targets[index] ?? [];
    if (!exists || balancers.length === 0) return [];
    if (all instanceof Error) return [notChecked(`which targets of ${groupName(arn)} take requests`, all.message)];
    const unused = all.filter(({ state }) => state === "unused");
    if (unused.length === 0) return [];
    const why = unused[0]?.description ?? unused[0]?.reason ?? "unused";
    const text = `${unused.length} of ${counted(all.length, "target")} of ${groupName(arn)} ${unused.length === 1 ? "takes" : "take"} no requests: ${why}`;
    return [warn("targets-unused", text, [commandLine`aws elbv2 describe-target-health --target-group-arn ${arn}`])];
  });
}

const REPLACE = "give the service the group that replaces it (aws ecs update-service --load-balancers …)";

/** Health checks that go to a port of their own reach only a revision that listens there. */
export function judgeCheckPorts(
  groups: readonly TargetGroupSetup[],
  wanted: TaskDefinition,
  current: TaskDefinition | undefined,
): Finding[] {
  return groups.flatMap(({ arn, check }) => {
    const port = Number(check?.port);
    if (!Number.isInteger(port) || maps(wanted, port)) return [];
    const now = current !== undefined && maps(current, port) ? `, unlike ${current.name}` : "";
    const { protocol = "health" } = check ?? {};
    const text = `${groupName(arn)} sends its ${protocol} checks to port ${port}, which ${wanted.name} does not name${now}`;
    return [warn("check-port-missing", text)];
  });
}

const maps = ({ containers }: TaskDefinition, port: number): boolean =>
  containers.some(({ ports }) => ports.some(({ number }) => number === port));
