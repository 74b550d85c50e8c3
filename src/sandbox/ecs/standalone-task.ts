import type { Input } from "../http/input.ts";
import type { World } from "../world.ts";
import { makeDeployment, makeRevision } from "./deployment.ts";
import type { Cluster, Run, Service, Task, TaskDefinition } from "./model.ts";
import { makeService } from "./new-service.ts";
import { platformOf } from "./service-rules.ts";
import { tagsOf } from "./tags.ts";
import { advanceTask, makeTask } from "./task-start.ts";

/** Starts a task that belongs to no service. */
export function runTask(world: World, cluster: Cluster, definition: TaskDefinition, input: Input, run: Run): Task {
  const service = placeholderService(world, cluster, input);
  const deployment = makeDeployment(world, makeRevision(world, service, definition), undefined);
  service.deployments.push(deployment);
  const task = makeTask(world, service, deployment, world.clock.now(), run);
  task.tags = tagsOf(input);
  advanceTask(world, task);
  return task;
}

/** A placeholder for the task's service. It has no name, is not listed, and its scheduler does nothing. */
const placeholderService = (world: World, cluster: Cluster, input: Input): Service =>
  makeService({
    name: "",
    arn: "",
    cluster,
    desired: 0,
    createdAt: world.clock.now(),
    settings: {
      launchType: input.launchType ?? "FARGATE",
      platformVersion: platformOf(input) ?? "1.4.0",
      platformFamily: "Linux",
      networkConfiguration: input.networkConfiguration,
      enableExecuteCommand: input.enableExecuteCommand === true,
    },
    tags: [],
    containerName: "",
    containerPort: 0,
    targetGroup: undefined,
  });
