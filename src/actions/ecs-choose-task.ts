import { chooseServing, type Serving } from "../aws/serving-shell.ts";
import { defineAction } from "../domain/action.ts";
import type { World } from "./world.ts";

/** Chooses one task that serves and can be entered: the same one is then kept, protected and used. */
export const chooseTask = defineAction<World, Record<never, never>, Serving>({
  name: "ecs.chooseTask",
  summary: "Choose one task of the service that ECS Exec can enter.",
  risk: "read",
  inputs: {},
  outputs: {
    task: { type: "string", description: "its id" },
    container: { type: "string", description: "the container that serves" },
  },
  async observe(_given, { world, target }) {
    const [service, tasks] = await Promise.all([
      world.aws.ecs.service(target.cluster, target.service),
      world.aws.setup.execTasks(target.cluster, target.service),
    ]);
    return { kind: "observed", value: chooseServing(service, tasks, target) };
  },
  plan: (_given, { task, container, taskDefinition }) => ({
    summary: `container ${container} of task ${task} (${taskDefinition})`,
    changes: [],
    findings: [],
    outputs: { task, container },
  }),
});
