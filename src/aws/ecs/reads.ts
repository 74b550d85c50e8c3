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
import { usageError } from "../../domain/error.ts";
import type { JsonObject } from "../../domain/json.ts";
import { sanitiseDeep } from "../../domain/sanitise.ts";
import { newestFirst } from "../../domain/time.ts";
import type { Clients } from "../client/clients.ts";
import { translateRead } from "../client/errors.ts";
import type * as Commands from "../sdk/ecs.ts";
import { readDeployments, readHistory, revisionNames } from "./deployment-history.ts";
import { readRevisions } from "./revisions.ts";
import { toBreaker } from "./service-deployment.ts";
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
  const nameRevisions = revisionNames();
  return {
    service: (cluster, service) =>
      reading("DescribeServices", (ecs, { DescribeServicesCommand }) =>
        ecs.send(new DescribeServicesCommand({ cluster, services: [service] })),
      ).then((answer) => toService(answer.services?.[0], cluster, service)),

    history: (cluster, service) =>
      reading("ListServiceDeployments", (ecs, commands) => readHistory(ecs, commands, nameRevisions, cluster, service)),

    deployments: (arns) =>
      arns.length === 0
        ? Promise.resolve([])
        : reading("DescribeServiceDeployments", (ecs, commands) => readDeployments(ecs, commands, nameRevisions, arns)),

    taskDefinition: (name) =>
      reading("DescribeTaskDefinition", async (ecs, { DescribeTaskDefinitionCommand }) => {
        const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name })).catch(absent);
        return answer?.taskDefinition === undefined ? undefined : toTaskDefinition(answer.taskDefinition);
      }),

    definitionTags: (name) =>
      reading("DescribeTaskDefinition", async (ecs, { DescribeTaskDefinitionCommand }) => {
        const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ["TAGS"] }));
        return Object.fromEntries((answer.tags ?? []).map(({ key = "", value = "" }) => [key, value]));
      }),

    serviceRevisions: (arns) =>
      reading("DescribeServiceRevisions", async (ecs, { DescribeServiceRevisionsCommand }) => {
        const answer = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...arns] }));
        return (answer.serviceRevisions ?? []).map(toServiceRevision);
      }),

    revisions: (family, below = Number.POSITIVE_INFINITY) =>
      reading("ListTaskDefinitions", (ecs, commands) => readRevisions(ecs, commands, family, below)),

    tasks: (cluster, service, desired) =>
      reading("DescribeTasks", async (ecs, commands) => {
        const arns = await listTasks(ecs, commands, cluster, { serviceName: service }, desired);
        return (await describeTasks(ecs, commands, cluster, arns)).map(toTask);
      }),

    tasksNamed: (cluster, ids) =>
      reading("DescribeTasks", async (ecs, commands) => (await describeTasks(ecs, commands, cluster, ids)).map(toTask)),

    familyTasks: (cluster, family) =>
      reading("DescribeTasks", async (ecs, commands) => {
        const list = (desired: "RUNNING" | "STOPPED") => listTasks(ecs, commands, cluster, { family }, desired);
        const arns = (await Promise.all([list("RUNNING"), list("STOPPED")])).flat();
        return (await describeTasks(ecs, commands, cluster, [...new Set(arns)])).map(toTask);
      }),

    isProtected: (cluster, task) =>
      reading("GetTaskProtection", async (ecs, { GetTaskProtectionCommand }) => {
        const answer = await ecs.send(new GetTaskProtectionCommand({ cluster, tasks: [task] }));
        return answer.protectedTasks?.[0]?.protectionEnabled;
      }),

    protectedTasks: (cluster, service) =>
      reading("GetTaskProtection", async (ecs, commands) => {
        const arns = await listTasks(ecs, commands, cluster, { serviceName: service }, "RUNNING");
        const answers = await Promise.all(
          inBatches(arns, TASK_BATCH).map((tasks) =>
            ecs.send(new commands.GetTaskProtectionCommand({ cluster, tasks })),
          ),
        );
        const found = answers.flatMap(({ protectedTasks = [] }) => protectedTasks);
        return found.flatMap(({ taskArn, protectionEnabled, expirationDate }) => {
          const until = iso(expirationDate);
          return protectionEnabled === true ? [{ id: shortName(taskArn), ...(until && { until }) }] : [];
        });
      }),

    allTasks: (cluster, service) =>
      reading("DescribeTasks", async (ecs, commands) => {
        const list = (desired: "RUNNING" | "STOPPED") =>
          listTasks(ecs, commands, cluster, { serviceName: service }, desired);
        const arns = (await Promise.all([list("RUNNING"), list("STOPPED")])).flat();
        const tasks = await describeTasks(ecs, commands, cluster, [...new Set(arns)]);
        const wanted = tasks.filter((task) => task.desiredStatus !== "STOPPED");
        return {
          running: wanted.map(toTask),
          stopped: tasks.filter((task) => task.desiredStatus === "STOPPED").map(toTask),
        };
      }),
  };
}

/** ECS says an unknown revision with ClientException "Unable to describe task definition." */
function absent(failure: unknown): undefined {
  if ((failure as { name?: string }).name === "ClientException") return undefined;
  throw failure;
}

async function describeTasks(ecs: Sdk.ECSClient, sdk: typeof Commands, cluster: string, arns: readonly string[]) {
  const answers = await Promise.all(
    inBatches(arns, TASK_BATCH).map((tasks) => ecs.send(new sdk.DescribeTasksCommand({ cluster, tasks }))),
  );
  return answers.flatMap((answer) => answer.tasks ?? []);
}

async function listTasks(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  cluster: string,
  by: Pick<Sdk.ListTasksCommandInput, "serviceName" | "family">,
  desired: "RUNNING" | "STOPPED",
) {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new sdk.ListTasksCommand({
        cluster,
        ...by,
        desiredStatus: desired,
        ...(nextToken && { nextToken }),
      }),
    );
    found.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

function toService(service: Sdk.Service | undefined, cluster: string, name: string): Service {
  if (service === undefined || service.status === "INACTIVE") {
    throw usageError("service-absent", `cluster ${cluster} has no service ${name}`, [
      "check the target's names in vulcan-ops.yaml, or choose another with --target and --region",
    ]);
  }
  return {
    arn: service.serviceArn ?? "",
    name: service.serviceName ?? name,
    status: service.status ?? "",
    controller: service.deploymentController?.type ?? "ECS",
    strategy: service.deploymentConfiguration?.strategy ?? "ROLLING",
    taskDefinition: shortName(service.taskDefinition),
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    minimumHealthyPercent: service.deploymentConfiguration?.minimumHealthyPercent ?? 100,
    maximumPercent: service.deploymentConfiguration?.maximumPercent ?? 200,
    breaker: toBreaker(service.deploymentConfiguration?.deploymentCircuitBreaker, service.desiredCount ?? 0),
    ...toDeploymentAlarms(service.deploymentConfiguration?.alarms),
    balancers: (service.loadBalancers ?? []).map(
      ({ targetGroupArn, loadBalancerName, containerName, containerPort }) => ({
        targetGroup: targetGroupArn ?? loadBalancerName ?? "",
        container: containerName ?? "",
        port: containerPort ?? 0,
      }),
    ),
    ...toPlacement(service),
    deployments: (service.deployments ?? []).map(toDeployment),
    targetGroups: (service.loadBalancers ?? []).flatMap((balancer) => balancer.targetGroupArn ?? []),
    ...(service.currentServiceDeployment === undefined ? {} : { deploymentArn: service.currentServiceDeployment }),
    events: (service.events ?? [])
      .map((event) => ({ at: iso(event.createdAt) ?? "", text: event.message ?? "" }))
      .sort((a, b) => newestFirst(a.at, b.at)),
  };
}

function toDeploymentAlarms(alarms: Sdk.DeploymentAlarms | undefined): Pick<Service, "deploymentAlarms"> {
  return alarms?.enable === true ? { deploymentAlarms: alarms.alarmNames ?? [] } : {};
}

/** What RunTask has to be told so that a task starts where those of the service do. */
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
  return {
    id: deployment.id ?? "",
    status: deployment.status ?? "",
    taskDefinition: shortName(deployment.taskDefinition),
    ...(deployment.rolloutState === undefined ? {} : { rollout: deployment.rolloutState }),
    ...(deployment.rolloutStateReason === undefined ? {} : { rolloutReason: deployment.rolloutStateReason }),
    desired: deployment.desiredCount ?? 0,
    running: deployment.runningCount ?? 0,
    pending: deployment.pendingCount ?? 0,
    failed: deployment.failedTasks ?? 0,
    createdAt: iso(deployment.createdAt) ?? "",
  };
}

export function toTask(task: Sdk.Task): Task {
  const details = (task.attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  return {
    id: shortName(task.taskArn),
    taskDefinition: shortName(task.taskDefinitionArn),
    status: task.lastStatus ?? "",
    health: task.healthStatus ?? "UNKNOWN",
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
    exitCodes: (task.containers ?? []).flatMap((container) => container.exitCode ?? []),
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    ...(task.stoppingAt && { stoppingAt: task.stoppingAt.toISOString() }),
    ...(task.stoppedAt && { stoppedAt: task.stoppedAt.toISOString() }),
    ended: (task.containers ?? []).flatMap(toEnded),
    addresses: details.filter((detail) => detail.name === "privateIPv4Address").map((detail) => detail.value ?? ""),
  };
}

function toEnded({ name = "", exitCode, reason, lastStatus }: Sdk.Container): EndedContainer[] {
  if (lastStatus !== "STOPPED") return [];
  return [{ name, ...(exitCode === undefined ? {} : { exitCode }), ...(reason === undefined ? {} : { reason }) }];
}
