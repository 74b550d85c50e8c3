import { newTarget } from "../autoscaling/api.ts";
import { resourceIdOf } from "../autoscaling/capacity.ts";
import { putPolicy } from "../autoscaling/policies.ts";
import type { Service } from "../ecs/model.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";

/** Scales the service by its CPU, if the scenario has an autoscaler. */
export function seedScaling(world: World, { autoscaler }: Scenario, service: Service, createdAt: number): void {
  if (autoscaler === undefined) return;
  const resourceId = resourceIdOf(service);
  const target = newTarget(world, resourceId, autoscaler.least, autoscaler.most);
  world.scaling.targets.set(resourceId, { ...target, createdAt });
  putPolicy(world, service, `${service.name}-cpu`, {
    TargetValue: autoscaler.cpu,
    PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
    ScaleOutCooldown: 60,
    ScaleInCooldown: 300,
  });
}
