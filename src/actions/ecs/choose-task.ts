import { defineAction } from "../../domain/action.ts";
import { chooseContainer } from "../../domain/aws/application-container.ts";
import { chooseServing, type Serving } from "../../domain/aws/exec-target.ts";
import type { World } from "../../domain/services.ts";

const inputs = {
  container: {
    type: "string",
    required: false,
    description: "The container to enter. Default is the one that serves.",
  },
} as const;

/** Chooses one task that serves and can be entered: the same one is then kept, protected and used. */
export const chooseTask = defineAction<World, typeof inputs, Serving>({
  name: "ecs.chooseTask",
  summary: "Choose one task of the service that ECS Exec can enter.",
  risk: "read",
  inputs,
  outputs: {
    task: { type: "string", description: "its id" },
    container: { type: "string", description: "the container that serves" },
  },
  async observe({ container }, { world, target }) {
    const [service, tasks] = await Promise.all([
      world.aws.ecs.service(target.cluster, target.service),
      world.aws.setup.execTasks(target.cluster, target.service),
    ]);
    const containers = await world.aws.setup.containers(service.taskDefinition);
    const named = container ?? target.container;
    const choice = chooseContainer({ named, balancers: service.balancers, containers });
    return { kind: "observed", value: chooseServing(service, tasks, target, choice) };
  },
  plan: (_given, { task, container, taskDefinition }) => ({
    summary: `container ${container} of task ${task} (${taskDefinition})`,
    changes: [],
    findings: [],
    outputs: { task, container },
  }),
});
