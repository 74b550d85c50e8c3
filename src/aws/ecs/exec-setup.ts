import type * as Sdk from "@aws-sdk/client-ecs";
import { shortName } from "../../domain/aws/ecs.ts";
import type { ClusterSetup, ExecContainer, ExecTask } from "../../domain/aws/setup.ts";
import type { Clients } from "../client/clients.ts";
import { assertTyped, needed } from "../client/needed.ts";

/**
 * ECS returns the ECS Exec settings only if the request asks for CONFIGURATIONS (API reference, DescribeClusters). A
 * cluster that was made without them has none in its answer: no key, and DEFAULT. [D: ExecuteCommandConfiguration]
 */
export async function readCluster(clients: Clients, name: string): Promise<ClusterSetup | undefined> {
  const [ecs, { DescribeClustersCommand }] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
  const answer = await ecs.send(new DescribeClustersCommand({ clusters: [name], include: ["CONFIGURATIONS"] }));
  assertTyped(answer);
  const [cluster] = needed(answer.clusters, "clusters");
  if (cluster === undefined) return undefined;
  const { kmsKeyId, logging } = cluster.configuration?.executeCommandConfiguration ?? {};
  return { ...(kmsKeyId && { kmsKey: kmsKeyId }), logging: logging ?? "DEFAULT" };
}

export async function readExecTasks(clients: Clients, cluster: string, serviceName: string): Promise<ExecTask[]> {
  const [ecs, { DescribeTasksCommand, ListTasksCommand }] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
  const tasks = needed(taskArns, "taskArns");
  if (tasks.length === 0) return [];
  const answer = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
  const isRunning = ({ lastStatus }: Sdk.Task) => needed(lastStatus, "lastStatus") === "RUNNING";
  return needed(answer.tasks, "tasks").filter(isRunning).map(toExecTask);
}

function toExecTask(task: Sdk.Task): ExecTask {
  const { taskArn, taskDefinitionArn, healthStatus, enableExecuteCommand, overrides } = task;
  const { desiredStatus, platformVersion, platformFamily } = task;
  const containers = needed(task.containers, "containers of a task").map(toExecContainer);
  return {
    id: shortName(needed(taskArn, "taskArn")),
    taskDefinition: shortName(needed(taskDefinitionArn, "taskDefinitionArn")),
    health: healthStatus ?? "UNKNOWN",
    containers,
    ...(enableExecuteCommand !== undefined && { execEnabled: enableExecuteCommand }),
    ...(desiredStatus && { desired: desiredStatus }),
    ...(platformVersion && { platformVersion }),
    ...(platformFamily && { platformFamily }),
    ...(overrides?.taskRoleArn && { taskRole: overrides.taskRoleArn }),
  };
}

function toExecContainer({ name, runtimeId, managedAgents }: Sdk.Container): ExecContainer {
  const found = managedAgents?.find((one) => needed(one.name, "name of an agent") === "ExecuteCommandAgent");
  const {
    lastStatus = managedAgents && found === undefined ? "absent" : undefined,
    reason,
    lastStartedAt,
  } = found ?? {};
  return {
    name: needed(name, "name of a container"),
    ...(lastStatus && { agent: lastStatus }),
    ...(reason && { agentReason: reason }),
    ...(lastStartedAt && { agentStartedAt: lastStartedAt.toISOString() }),
    ...(runtimeId && { runtimeId }),
  };
}
