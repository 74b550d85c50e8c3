import type { Target, TargetGroup } from "../alb/target-group.ts";
import type { Service, ServiceGroup, Task } from "./model.ts";

/** The target groups of a service, each with the container's port. The first one is `service.targetGroup`. */
export function groupsOf({
  targetGroup,
  containerName,
  containerPort,
  otherGroups = [],
}: Service): readonly ServiceGroup[] {
  return targetGroup === undefined ? [] : [{ targetGroup, containerName, containerPort }, ...otherGroups];
}

/** The task's target in each group of its service, as long as it has some. */
export function targetsOf({ service, target, otherTargets = [] }: Task): readonly {
  readonly group: TargetGroup;
  readonly target: Target;
}[] {
  const targets = target === undefined ? [] : [target, ...otherTargets];
  return groupsOf(service).flatMap(({ targetGroup: group }, index) => {
    const own = targets[index];
    return own === undefined ? [] : [{ group, target: own }];
  });
}
