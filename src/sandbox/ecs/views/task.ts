import { isIPv6 } from "node:net";
import type { Output } from "../../http/input.ts";
import { text } from "../../http/input.ts";
import type { World } from "../../world.ts";
import { hasExecAgent } from "../exec-agent.ts";
import type { Task } from "../model.ts";
import { healthOf, isUp, type TaskContainer } from "../task-container.ts";
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
    healthStatus: healthOf(task),
    launchType: launchTypeOf(task),
    platformVersion: configuration.platformVersion,
    platformFamily: configuration.platformFamily,
    availabilityZone: task.zone,
    cpu,
    memory,
    connectivity: task.connectedAt === undefined ? undefined : "CONNECTED",
    enableExecuteCommand: task.enableExecuteCommand,
    version: task.version,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    ...times(task),
    attachments: [attachmentView(task)],
    attributes: [{ name: "ecs.cpu-architecture", value: "x86_64" }],
    containers: task.containers.map((container) => containerView(world, task, container)),
    overrides: { containerOverrides: task.run?.overrides ?? [], inferenceAcceleratorOverrides: [] },
    tags: task.tags,
  };
}

export const launchTypeOf = (task: Task): string =>
  String(task.deployment.revision.configuration.launchType ?? "FARGATE");

/** What started a task: its deployment, or the value given to RunTask. */
export const startedBy = (task: Task): string | undefined =>
  task.run === undefined ? task.deployment.id : task.run.startedBy;

export const containerArn = (task: Task, { arnId }: TaskContainer): string =>
  `${task.arn.replace(":task/", ":container/")}/${arnId}`;

const times = (task: Task): Output => ({
  createdAt: date(task.createdAt),
  connectivityAt: date(task.connectedAt),
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

function containerView(world: World, task: Task, container: TaskContainer): Output {
  const { name, image, health, registered } = container.definition;
  const pulled = task.deployment.revision.images.find(({ containerName }) => containerName === name);
  return {
    containerArn: containerArn(task, container),
    taskArn: task.arn,
    name,
    image,
    imageDigest: task.pullStoppedAt === undefined ? undefined : pulled?.imageDigest,
    runtimeId: container.startedAt === undefined ? undefined : container.runtimeId,
    lastStatus: containerStatus(task, container),
    exitCode: container.exitCode,
    reason: container.reason,
    networkBindings: [],
    networkInterfaces: [
      { attachmentId: task.attachmentId, [isIPv6(task.ip) ? "ipv6Address" : "privateIpv4Address"]: task.ip },
    ],
    healthStatus: health === undefined ? "UNKNOWN" : container.health,
    managedAgents: agents(world, task, container),
    cpu: text(registered, "cpu") ?? "0",
  };
}

/** A container has fewer states than its task. */
function containerStatus(task: Task, container: TaskContainer): string {
  if (container.stopped || task.lastStatus === "STOPPED") return "STOPPED";
  return isUp(container) ? "RUNNING" : "PENDING";
}

/** The exec agent as DescribeTasks shows it; undefined for tasks that were started without it. [D] */
function agents(world: World, task: Task, container: TaskContainer): Output[] | undefined {
  if (!task.enableExecuteCommand) return undefined;
  const isComing = !container.stopped && (STARTING.has(task.lastStatus) || task.lastStatus === "RUNNING");
  const lastStatus = hasExecAgent(world, task, container) ? "RUNNING" : isComing ? "PENDING" : "STOPPED";
  const startedAt = container.startedAt === undefined ? undefined : container.startedAt + world.timings.execAgent;
  return [
    { name: "ExecuteCommandAgent", lastStatus, lastStartedAt: lastStatus === "PENDING" ? undefined : date(startedAt) },
  ];
}
