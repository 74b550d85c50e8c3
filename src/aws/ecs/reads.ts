import type * as Sdk from "@aws-sdk/client-ecs";
import {
  type Deployment,
  type EndedContainer,
  inBatches,
  iso,
  type Service,
  shortName,
  type Task,
} from "../../domain/aws/ecs.ts";
import type { EcsReads } from "../../domain/aws/reads.ts";
import type { TaskStart } from "../../domain/aws/task-start.ts";
import { usageError } from "../../domain/error.ts";
import type { JsonObject } from "../../domain/json.ts";
import { sanitiseDeep } from "../../domain/sanitise.ts";
import { newestFirst } from "../../domain/time.ts";
import type { Clients } from "../client/clients.ts";
import { translateRead } from "../client/errors.ts";
import { everyPage } from "../client/every-page.ts";
import { assertTyped, IncompleteAnswer, needed, orDefault } from "../client/needed.ts";
import type * as Commands from "../sdk/ecs.ts";
import { definitionName } from "./definition-name.ts";
import { readDeployments, readHistory } from "./deployment-history.ts";
import { readCluster, toTaskContainer } from "./exec-setup.ts";
import { readRevisions } from "./revisions.ts";
import { toBreaker } from "./service-deployment.ts";
import { serviceRevisions } from "./service-revisions.ts";
import { addressesOf, instanceNames } from "./task-addresses.ts";
import { taskCounts } from "./task-counts.ts";
import { toServiceRevision, toTaskDefinition } from "./task-definition.ts";

const TASK_BATCH = 100;

export function createEcsReads(clients: Clients): EcsReads {
  const sdk = () => import("../sdk/ecs.ts");
  const client = clients.ecs;
  const reading = async <T>(
    call: string,
    read: (ecs: Sdk.ECSClient, sdk: typeof Commands) => Promise<T>,
  ): Promise<T> => {
    const [ecs, commands] = await Promise.all([client(), sdk()]);
    return read(ecs, commands).then(sanitiseDeep, (failure: unknown) => {
      throw translateRead(failure, `ecs:${call}`);
    });
  };
  const final = { revisions: serviceRevisions(), counts: taskCounts() };
  const nameInstances = instanceNames();
  const named = async (ecs: Sdk.ECSClient, commands: typeof Commands, cluster: string, tasks: readonly Sdk.Task[]) => {
    const instances = await nameInstances(ecs, commands, cluster, tasks);
    return tasks.map((task) => toTask(task, instances));
  };
  return {
    cluster: (name) => reading("DescribeClusters", (ecs, commands) => readCluster(ecs, commands, name)),

    service: (cluster, service) =>
      reading("DescribeServices", async (ecs, { DescribeServicesCommand }) => {
        const answer = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
        return toService(answer, cluster, service);
      }),

    history: (cluster, service) =>
      reading("ListServiceDeployments", (ecs, commands) => readHistory(ecs, commands, final, cluster, service)),

    deployments: (arns) =>
      arns.length === 0
        ? Promise.resolve([])
        : reading("DescribeServiceDeployments", (ecs, commands) => readDeployments(ecs, commands, final, arns)),

    taskDefinition: (name) =>
      reading("DescribeTaskDefinition", async (ecs, { DescribeTaskDefinitionCommand }) => {
        const command = new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ["TAGS"] });
        const answer = await ecs.send(command).catch(absent);
        if (answer === undefined) return undefined;
        assertTyped(answer);
        return toTaskDefinition(needed(answer.taskDefinition, "taskDefinition"), answer.tags);
      }),

    serviceRevisions: (arns) =>
      reading("DescribeServiceRevisions", async (ecs, commands) => {
        const found = await final.revisions.whole(ecs, commands, arns);
        return found.map(toServiceRevision);
      }),

    revisions: (family, below = Number.POSITIVE_INFINITY) =>
      reading("ListTaskDefinitions", (ecs, commands) => readRevisions(ecs, commands, family, below)),

    tasks: (cluster, service, desired) =>
      reading("DescribeTasks", async (ecs, commands) => {
        const arns = await listTasks(ecs, commands, cluster, { serviceName: service }, desired);
        return named(ecs, commands, cluster, await describeTasks(ecs, commands, cluster, arns));
      }),

    tasksNamed: (cluster, ids) =>
      reading("DescribeTasks", async (ecs, commands) =>
        named(ecs, commands, cluster, await describeTasks(ecs, commands, cluster, ids)),
      ),

    familyTasks: (cluster, family) =>
      reading("DescribeTasks", async (ecs, commands) => {
        const list = (desired: "RUNNING" | "STOPPED") => listTasks(ecs, commands, cluster, { family }, desired);
        const arns = (await Promise.all([list("RUNNING"), list("STOPPED")])).flat();
        return named(ecs, commands, cluster, await describeTasks(ecs, commands, cluster, [...new Set(arns)]));
      }),

    isProtected: (cluster, task) =>
      reading("GetTaskProtection", async (ecs, { GetTaskProtectionCommand }) => {
        const answer = await ecs.send(new GetTaskProtectionCommand({ cluster, tasks: [task] }));
        const [found] = needed(answer.protectedTasks, "protectedTasks");
        return found && needed(found.protectionEnabled, "protectionEnabled");
      }),

    protectedTasks: (cluster, service) =>
      reading("GetTaskProtection", async (ecs, commands) => {
        const arns = await listTasks(ecs, commands, cluster, { serviceName: service }, "RUNNING");
        const answers = await Promise.all(
          inBatches(arns, TASK_BATCH).map((tasks) =>
            ecs.send(new commands.GetTaskProtectionCommand({ cluster, tasks })),
          ),
        );
        const found = answers.flatMap(({ protectedTasks }) => needed(protectedTasks, "protectedTasks"));
        return found.flatMap(({ taskArn, protectionEnabled, expirationDate }) => {
          const until = iso(expirationDate);
          const isProtected = needed(protectionEnabled, "protectionEnabled");
          return isProtected ? [{ id: shortName(taskArn), ...(until && { until }) }] : [];
        });
      }),

    allTasks: (cluster, service) =>
      reading("DescribeTasks", async (ecs, commands) => {
        const list = (desired: "RUNNING" | "STOPPED") =>
          listTasks(ecs, commands, cluster, { serviceName: service }, desired);
        const arns = (await Promise.all([list("RUNNING"), list("STOPPED")])).flat();
        const tasks = await describeTasks(ecs, commands, cluster, [...new Set(arns)]);
        const isLeaving = ({ desiredStatus }: Sdk.Task) => needed(desiredStatus, "desiredStatus") === "STOPPED";
        return {
          running: await named(
            ecs,
            commands,
            cluster,
            tasks.filter((task) => !isLeaving(task)),
          ),
          stopped: await named(ecs, commands, cluster, tasks.filter(isLeaving)),
        };
      }),
  };
}

/** ECS reports an unknown revision as ClientException "Unable to describe task definition." */
function absent(failure: unknown): undefined {
  if ((failure as { name?: string }).name === "ClientException") return undefined;
  throw failure;
}

async function describeTasks(ecs: Sdk.ECSClient, sdk: typeof Commands, cluster: string, arns: readonly string[]) {
  const answers = await Promise.all(
    inBatches(arns, TASK_BATCH).map(async (tasks) => {
      const { tasks: found, failures = [] } = await ecs.send(new sdk.DescribeTasksCommand({ cluster, tasks }));
      // A task that is gone is among the failures. [D] One that is in neither list is not known to be gone.
      const told = needed(found, "tasks").length + failures.length;
      if (told < tasks.length) throw new IncompleteAnswer(`word of ${tasks.length - told} of the tasks`);
      return needed(found, "tasks");
    }),
  );
  return answers.flat();
}

async function listTasks(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  cluster: string,
  by: Pick<Sdk.ListTasksCommandInput, "serviceName" | "family">,
  desired: "RUNNING" | "STOPPED",
) {
  return everyPage(async (nextToken) => {
    const question = { cluster, ...by, desiredStatus: desired, ...(nextToken && { nextToken }) };
    const page = await ecs.send(new sdk.ListTasksCommand(question));
    return { items: needed(page.taskArns, "taskArns"), next: page.nextToken };
  });
}

function toService(answer: Sdk.DescribeServicesCommandOutput, cluster: string, name: string): Service {
  const [service] = needed(answer.services, "services");
  if (service === undefined || service.status === "INACTIVE") {
    throw usageError("service-absent", `cluster ${cluster} has no service ${name}`, [
      "check the target's names in vulcan-ops.yaml, or choose another with --target and --region",
    ]);
  }
  const { runningCount, pendingCount, deploymentConfiguration, currentServiceDeployment } = service;
  const { enableExecuteCommand: execEnabled, healthCheckGracePeriodSeconds: graceSeconds } = service;
  const balancers = needed(service.loadBalancers, "loadBalancers");
  const desired = needed(service.desiredCount, "desiredCount");
  return {
    arn: needed(service.serviceArn, "serviceArn"),
    name: needed(service.serviceName, "serviceName"),
    status: needed(service.status, "status of the service"),
    // Both are the defaults of CreateService, and not in the answer for a service that was made without them. [D]
    controller: orDefault(answer, "type", service.deploymentController?.type, "ECS"),
    strategy: orDefault(answer, "strategy", deploymentConfiguration?.strategy, "ROLLING"),
    taskDefinition: definitionName(service.taskDefinition, "taskDefinition"),
    desired,
    ...(runningCount !== undefined && { running: runningCount }),
    ...(pendingCount !== undefined && { pending: pendingCount }),
    ...toDeploymentSettings(deploymentConfiguration, desired),
    ...(execEnabled !== undefined && { execEnabled }),
    ...(graceSeconds !== undefined && { graceSeconds }),
    balancers: balancers.map(({ targetGroupArn, loadBalancerName, containerName, containerPort }) => ({
      targetGroup: needed(targetGroupArn ?? loadBalancerName, "targetGroupArn"),
      container: needed(containerName, "containerName"),
      port: needed(containerPort, "containerPort"),
    })),
    ...toPlacement(service),
    deployments: needed(service.deployments, "deployments").map(toDeployment),
    targetGroups: [...new Set(balancers.flatMap((balancer) => balancer.targetGroupArn ?? []))],
    ...(currentServiceDeployment !== undefined && { deploymentArn: currentServiceDeployment }),
    events: (service.events ?? [])
      .flatMap(({ createdAt, message }) =>
        createdAt && message ? [{ at: createdAt.toISOString(), text: message }] : [],
      )
      .sort((a, b) => newestFirst(a.at, b.at)),
  };
}

/** ECS leaves out alarms that were never set. Of anything else that is not there, nothing is known. */
function toDeploymentSettings(configuration: Sdk.DeploymentConfiguration | undefined, desired: number) {
  if (configuration === undefined) return {};
  const { minimumHealthyPercent, maximumPercent, deploymentCircuitBreaker, alarms } = configuration;
  const breaker = toBreaker(deploymentCircuitBreaker, desired);
  return {
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(maximumPercent !== undefined && { maximumPercent }),
    ...(breaker && { breaker }),
    deploymentAlarms: alarms?.enable === false ? [] : (alarms?.alarmNames ?? []),
  };
}

/** The input that RunTask needs to start a task where the service's tasks start. */
function toPlacement(service: Sdk.Service): Pick<Service, "placement"> {
  const { launchType, capacityProviderStrategy = [], platformVersion, networkConfiguration } = service;
  const isByProvider = capacityProviderStrategy.length > 0;
  return {
    placement: {
      ...(isByProvider ? { capacityProviderStrategy } : launchType && { launchType }),
      ...(platformVersion && { platformVersion }),
      ...(networkConfiguration && { networkConfiguration }),
    } as unknown as JsonObject,
  };
}

function toDeployment(deployment: Sdk.Deployment): Deployment {
  const { rolloutState, rolloutStateReason, desiredCount, runningCount, pendingCount, failedTasks } = deployment;
  return {
    id: needed(deployment.id, "id of a deployment"),
    status: needed(deployment.status, "status of a deployment"),
    taskDefinition: definitionName(deployment.taskDefinition, "taskDefinition of a deployment"),
    ...(rolloutState !== undefined && { rollout: rolloutState }),
    ...(rolloutStateReason !== undefined && { rolloutReason: rolloutStateReason }),
    ...(desiredCount !== undefined && { desired: desiredCount }),
    ...(runningCount !== undefined && { running: runningCount }),
    ...(pendingCount !== undefined && { pending: pendingCount }),
    ...(failedTasks !== undefined && { failed: failedTasks }),
    createdAt: needed(iso(deployment.createdAt), "createdAt of a deployment"),
  };
}

function toTask(task: Sdk.Task, instances: ReadonlyMap<string, string>): Task {
  const { desiredStatus, enableExecuteCommand, platformVersion, platformFamily, overrides } = task;
  return {
    id: shortName(needed(task.taskArn, "taskArn")),
    taskDefinition: definitionName(task.taskDefinitionArn, "taskDefinitionArn"),
    status: needed(task.lastStatus, "lastStatus"),
    health: task.healthStatus ?? "UNKNOWN",
    ...(desiredStatus && { desired: desiredStatus }),
    ...(enableExecuteCommand !== undefined && { execEnabled: enableExecuteCommand }),
    ...(platformVersion && { platformVersion }),
    ...(platformFamily && { platformFamily }),
    ...(overrides?.taskRoleArn && { taskRole: overrides.taskRoleArn }),
    ...(task.containers && { containers: task.containers.map(toTaskContainer) }),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
    exitCodes: (task.containers ?? []).flatMap((container) => container.exitCode ?? []),
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    start: toStart(task),
    ...(task.startedAt && { startedAt: task.startedAt.toISOString() }),
    ...(task.stoppingAt && { stoppingAt: task.stoppingAt.toISOString() }),
    ...(task.stoppedAt && { stoppedAt: task.stoppedAt.toISOString() }),
    ended: (task.containers ?? []).flatMap(toEnded),
    addresses: addressesOf(task, instances),
  };
}

function toStart({ createdAt, connectivityAt, pullStartedAt, pullStoppedAt }: Sdk.Task): TaskStart {
  return {
    ...(createdAt && { createdAt: createdAt.toISOString() }),
    ...(connectivityAt && { connectivityAt: connectivityAt.toISOString() }),
    ...(pullStartedAt && { pullStartedAt: pullStartedAt.toISOString() }),
    ...(pullStoppedAt && { pullStoppedAt: pullStoppedAt.toISOString() }),
  };
}

function toEnded({ name = "", exitCode, reason, lastStatus }: Sdk.Container): EndedContainer[] {
  if (lastStatus !== "STOPPED") return [];
  return [{ name, ...(exitCode === undefined ? {} : { exitCode }), ...(reason === undefined ? {} : { reason }) }];
}
