import type * as Sdk from "@aws-sdk/client-ecs";
import { shortName } from "../../domain/aws/ecs.ts";
import type { ClusterSetup, ExecContainer, ExecTask } from "../../domain/aws/setup.ts";
import type { Clients } from "../client/clients.ts";

/** Its settings for ECS Exec come only where CONFIGURATIONS are asked for (API reference, DescribeClusters). */
export async function readCluster(clients: Clients, name: string): Promise<ClusterSetup | undefined> {
  const [ecs, { DescribeClustersCommand }] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
  const answer = await ecs.send(new DescribeClustersCommand({ clusters: [name], include: ["CONFIGURATIONS"] }));
  const cluster = answer.clusters?.[0];
  if (cluster === undefined) return undefined;
  const { kmsKeyId, logging } = cluster.configuration?.executeCommandConfiguration ?? {};
  return { ...(kmsKeyId && { kmsKey: kmsKeyId }), logging: logging ?? "DEFAULT" };
}

export async function readExecTasks(clients: Clients, cluster: string, serviceName: string): Promise<ExecTask[]> {
  const [ecs, { DescribeTasksCommand, ListTasksCommand }] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
  const { taskArns: tasks = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
  if (tasks.length === 0) return [];
  const answer = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
  return (answer.tasks ?? []).filter((task) => task.lastStatus === "RUNNING").map(toExecTask);
}

function toExecTask(task: Sdk.Task): ExecTask {
  const { taskArn, taskDefinitionArn, healthStatus, enableExecuteCommand, overrides } = task;
  const { desiredStatus, platformVersion, platformFamily } = task;
  const containers = (task.containers ?? []).map(toExecContainer);
  return {
    id: shortName(taskArn),
    taskDefinition: shortName(taskDefinitionArn),
    health: healthStatus ?? "UNKNOWN",
    containers,
    execEnabled: enableExecuteCommand === true,
    ...(desiredStatus && { desired: desiredStatus }),
    ...(platformVersion && { platformVersion }),
    ...(platformFamily && { platformFamily }),
    ...(overrides?.taskRoleArn && { taskRole: overrides.taskRoleArn }),
  };
}

function toExecContainer({ name = "", runtimeId, managedAgents = [] }: Sdk.Container): ExecContainer {
  const { lastStatus, reason, lastStartedAt } = managedAgents.find((one) => one.name === "ExecuteCommandAgent") ?? {};
  return {
    name,
    ...(lastStatus && { agent: lastStatus }),
    ...(reason && { agentReason: reason }),
    ...(lastStartedAt && { agentStartedAt: lastStartedAt.toISOString() }),
    ...(runtimeId && { runtimeId }),
  };
}
