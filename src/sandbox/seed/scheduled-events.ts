import { push } from "../ecr/push.ts";
import { addDefinition } from "../ecs/definitions.ts";
import { beginDeployment } from "../ecs/deployment.ts";
import type { Service } from "../ecs/model.ts";
import { scheduleReconcile } from "../ecs/schedule-reconcile.ts";
import { definitionInput } from "../scenarios/definition.ts";
import type { Scenario, ScenarioEvent } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";

/** Schedules what happens after time zero. */
export function scheduleEvents(world: World, scenario: Scenario, service: Service): void {
  if (scenario.current.state === "IN_PROGRESS") scheduleReconcile(world, service);
  for (const { repushed } of scenario.revisions) if (repushed !== undefined) push(world, repushed);
  for (const happening of scenario.happenings ?? []) schedule(world, service, happening);
}

function schedule(world: World, service: Service, { on, after, release }: ScenarioEvent): void {
  const deploy = (): void => {
    if (service.status !== "ACTIVE") return;
    push(world, release.image);
    const input = definitionInput(service.name, world.account, world.region, release.image);
    beginDeployment(world, service, addDefinition(world, input, world.clock.now(), release.revision));
  };
  const arm = (): void => void world.clock.after(after, deploy);
  if (on === undefined) arm();
  else world.awaited.add(on, arm);
}
