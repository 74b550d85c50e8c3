import type { Service, TargetHealth, Task } from "./ecs.ts";

/** `arn:…:targetgroup/vulcan-prod/6d0ecf831eec9f09` → `vulcan-prod`. */
export const groupName = (arn: string): string => arn.split("/").at(-2) ?? arn;

/** A target group of the service, with what its load balancer says of its targets. */
export interface GroupTargets {
  readonly name: string;
  readonly targets: readonly TargetHealth[];
}

/** `targets`: one list for each of the service's target groups, in their order. */
export function groupsOf(
  { targetGroups }: Pick<Service, "targetGroups">,
  targets: readonly (readonly TargetHealth[])[],
): readonly GroupTargets[] {
  return targets.map((group, index) => ({ name: groupName(targetGroups[index] ?? ""), targets: group }));
}

/** Is this target of that task? A target bears one of its addresses, or its instance and port. */
export const isBehind = ({ address }: TargetHealth, { addresses }: Task): boolean => addresses.includes(address);

export function isHealthyIn(task: Task, group: readonly TargetHealth[]): boolean {
  return group.some((target) => target.state === "healthy" && isBehind(target, task));
}

/** Why targets of these tasks are not healthy, as the load balancer says it: `1 unused: Target is in …`, each once. */
export function whyNotHealthy(tasks: readonly Task[], targets: readonly TargetHealth[]): readonly string[] {
  const bad = targets.filter((one) => one.state !== "healthy" && tasks.some((task) => isBehind(one, task)));
  const words = ({ state, description, reason }: TargetHealth) =>
    description === undefined && reason === undefined ? "" : `${state}: ${description ?? reason}`;
  return [...new Set(bad.map(words))].flatMap((text) => {
    return text === "" ? [] : [`${bad.filter((one) => words(one) === text).length} ${text}`];
  });
}

/**
 * Does the group have targets of which none belongs to any of these tasks, though some run? Then its health says
 * nothing of a single task, and only ECS, which registers the targets, knows whether they serve.
 */
export function cannotBeMatched(group: readonly TargetHealth[], tasks: readonly Task[]): boolean {
  if (group.length === 0 || !tasks.some(({ status }) => status === "RUNNING")) return false;
  return !group.some((target) => tasks.some((task) => isBehind(target, task)));
}

/** Says it of these groups; empty for none. */
export function unmatchedText(names: readonly string[]): string {
  if (names.length === 0) return "";
  return `the targets of ${names.join(", ")} cannot be matched to tasks: ECS's own word decides`;
}
