import { isIPv6 } from "node:net";
import type { Output } from "../../http/input.ts";
import { text } from "../../http/input.ts";
import type { World } from "../../world.ts";
import { hasExecAgent } from "../exec-agent.ts";
import type { Task } from "../model.ts";
import { healthRuleOf, mainContainer } from "../task-queries.ts";
import { date } from "./dates.ts";

const STARTING = new Set(["PROVISIONING", "PENDING", "ACTIVATING"]);

/** A task as DescribeTasks shows it. It has the private address, and does not show where the task really listens. */
export function taskView(world: World, task: Task): Output {
  const { taskDefinition, configuration } = task.deployment.revision;
  const { cpu, memory } = taskDefinition.registered;
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: taskDefinition.arn,
    group: task.run?.group ?? `service:${task.service.name}`,
    startedBy: startedBy(task),
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: task.health,
    launchType: launchTypeOf(task),
    platformVersion: configuration.platformVersion,
    platformFamily: configuration.platformFamily,
    availabilityZone: task.zone,
    cpu,
    memory,
    connectivity: task.startedAt === undefined ? undefined : "CONNECTED",
    enableExecuteCommand: task.enableExecuteCommand,
    version: task.version,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    ...times(task),
    attachments: [attachmentView(task)],
    attributes: [{ name: "ecs.cpu-architecture", value: "x86_64" }],
    containers: taskDefinition.containers.map((_, index) => containerView(world, task, index)),
    overrides: { containerOverrides: task.run?.overrides ?? [], inferenceAcceleratorOverrides: [] },
    tags: task.tags,
  };
}

export const launchTypeOf = (task: Task): string =>
  String(task.deployment.revision.configuration.launchType ?? "FARGATE");

/** What started a task: its deployment, or the value given to RunTask. */
export const startedBy = (task: Task): string | undefined =>
  task.run === undefined ? task.deployment.id : task.run.startedBy;

export const containerArn = (task: Task): string => `${task.arn.replace(":task/", ":container/")}/${task.attachmentId}`;

const times = (task: Task): Output => ({
  createdAt: date(task.createdAt),
  pullStartedAt: date(task.pullStartedAt),
  pullStoppedAt: date(task.pullStoppedAt),
  startedAt: date(task.startedAt),
  stoppingAt: date(task.stoppingAt),
  executionStoppedAt: date(task.executionStoppedAt),
  stoppedAt: date(task.stoppedAt),
});

const attachmentView = (task: Task): Output => ({
  id: task.attachmentId,
  type: "ElasticNetworkInterface",
  status: task.lastStatus === "STOPPED" ? "DELETED" : STARTING.has(task.lastStatus) ? "ATTACHING" : "ATTACHED",
  details: [{ name: isIPv6(task.ip) ? "privateIPv6Address" : "privateIPv4Address", value: task.ip }],
});

function containerView(world: World, task: Task, index: number): Output {
  const { containers, registered } = task.deployment.revision.taskDefinition;
  const container = containers[index];
  const isMain = container === mainContainer(task);
  const image = task.deployment.revision.images[index];
  const definition = (registered.containerDefinitions as Record<string, unknown>[] | undefined)?.[index] ?? {};
  return {
    containerArn: containerArn(task),
    taskArn: task.arn,
    name: container?.name,
    image: container?.image,
    imageDigest: task.pullStoppedAt === undefined ? undefined : image?.imageDigest,
    runtimeId: task.startedAt === undefined ? undefined : task.runtimeId,
    ...(isMain ? mainContainerState(task) : otherContainerState(task)),
    networkBindings: [],
    networkInterfaces: [
      { attachmentId: task.attachmentId, [isIPv6(task.ip) ? "ipv6Address" : "privateIpv4Address"]: task.ip },
    ],
    healthStatus: isMain && healthRuleOf(task) !== undefined ? task.health : "UNKNOWN",
    managedAgents: agents(world, task),
    cpu: text(definition, "cpu") ?? "0",
  };
}

const mainContainerState = (task: Task): Output => ({
  lastStatus: containerStatus(task),
  exitCode: task.exitCode,
  reason: task.containerReason,
});

/** Only the main container has a process here. Any other container idles until the task stops it with SIGKILL. */
function otherContainerState(task: Task): Output {
  if (task.lastStatus === "STOPPED" && task.startedAt !== undefined) return { lastStatus: "STOPPED", exitCode: 137 };
  return {
    lastStatus: task.lastStatus === "STOPPED" ? "STOPPED" : task.startedAt === undefined ? "PENDING" : "RUNNING",
  };
}

/** A container has fewer states than its task. */
function containerStatus(task: Task): string {
  if (task.exitCode !== undefined || task.lastStatus === "STOPPED") return "STOPPED";
  return task.startedAt === undefined ? "PENDING" : "RUNNING";
}

/** The exec agent as DescribeTasks shows it; undefined for tasks that were started without it. [D] */
function agents(world: World, task: Task): Output[] | undefined {
  if (!task.enableExecuteCommand) return undefined;
  const isComing = STARTING.has(task.lastStatus) || task.lastStatus === "RUNNING";
  const lastStatus = hasExecAgent(world, task) ? "RUNNING" : isComing ? "PENDING" : "STOPPED";
  const startedAt = task.startedAt === undefined ? undefined : task.startedAt + world.timings.execAgent;
  return [
    { name: "ExecuteCommandAgent", lastStatus, lastStartedAt: lastStatus === "PENDING" ? undefined : date(startedAt) },
  ];
}
