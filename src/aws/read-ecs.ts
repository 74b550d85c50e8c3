import type * as Sdk from "@aws-sdk/client-ecs";
import { usageError } from "../domain/error.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import type { Clients } from "./clients.ts";
import { translateRead } from "./errors.ts";
import { toServiceRevision, toTaskDefinition } from "./read-definition.ts";
import { readDeployments, readHistory } from "./read-history.ts";
import type * as Commands from "./sdk/ecs.ts";
import {
  type Deployment,
  type DeploymentDetail,
  type HistoryRow,
  inBatches,
  iso,
  type Service,
  type ServiceRevision,
  shortName,
  type Task,
  type TaskDefinition,
} from "./shapes.ts";

/** Reads of ECS. Every answer is sanitised here, at the boundary; every failure is an OpsError. */
export interface EcsReads {
  /** Throws usage (exit 6) where the cluster has no such service. */
  service(cluster: string, service: string): Promise<Service>;
  /** Service deployments of the last 90 days, newest first; at most 200. */
  history(cluster: string, service: string): Promise<readonly HistoryRow[]>;
  /** What is known of these service deployments, at most 20; those that are no longer on record are left out. */
  deployments(arns: readonly string[]): Promise<readonly DeploymentDetail[]>;
  /** Undefined where the family has no such revision. */
  taskDefinition(name: string): Promise<TaskDefinition | undefined>;
  /** Tags of a task definition, by key. */
  definitionTags(name: string): Promise<Readonly<Record<string, string>>>;
  /** At most 20; those that ECS no longer knows are left out. */
  serviceRevisions(arns: readonly string[]): Promise<readonly ServiceRevision[]>;
  /** `family:revision`, newest first, ACTIVE ones. */
  revisions(family: string): Promise<readonly string[]>;
  tasks(cluster: string, service: string, desired: "RUNNING" | "STOPPED"): Promise<readonly Task[]>;
}

const TASK_BATCH = 100;

export function createEcsReads(clients: Clients): EcsReads {
  const sdk = () => import("./sdk/ecs.ts");
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
  return {
    service: (cluster, service) =>
      reading("DescribeServices", (ecs, { DescribeServicesCommand }) =>
        ecs.send(new DescribeServicesCommand({ cluster, services: [service] })),
      ).then((answer) => toService(answer.services?.[0], cluster, service)),

    history: (cluster, service) =>
      reading("ListServiceDeployments", (ecs, commands) => readHistory(ecs, commands, cluster, service)),

    deployments: (arns) =>
      arns.length === 0
        ? Promise.resolve([])
        : reading("DescribeServiceDeployments", (ecs, commands) => readDeployments(ecs, commands, arns)),

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

    revisions: (family) =>
      reading("ListTaskDefinitions", async (ecs, { ListTaskDefinitionsCommand }) => {
        const answer = await ecs.send(
          new ListTaskDefinitionsCommand({ familyPrefix: family, status: "ACTIVE", sort: "DESC" }),
        );
        return (answer.taskDefinitionArns ?? []).map(shortName);
      }),

    tasks: (cluster, service, desired) =>
      reading("DescribeTasks", async (ecs, commands) => {
        const arns = await listTasks(ecs, commands, cluster, service, desired);
        const answers = await Promise.all(
          inBatches(arns, TASK_BATCH).map((tasks) => ecs.send(new commands.DescribeTasksCommand({ cluster, tasks }))),
        );
        return answers.flatMap((answer) => answer.tasks ?? []).map(toTask);
      }),
  };
}

/** ECS says an unknown revision with ClientException "Unable to describe task definition." */
function absent(failure: unknown): undefined {
  if ((failure as { name?: string }).name === "ClientException") return undefined;
  throw failure;
}

async function listTasks(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  cluster: string,
  service: string,
  desired: "RUNNING" | "STOPPED",
) {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new sdk.ListTasksCommand({
        cluster,
        serviceName: service,
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
    breaker: toBreaker(service.deploymentConfiguration?.deploymentCircuitBreaker),
    balancers: (service.loadBalancers ?? []).map(
      ({ targetGroupArn, loadBalancerName, containerName, containerPort }) => ({
        targetGroup: targetGroupArn ?? loadBalancerName ?? "",
        container: containerName ?? "",
        port: containerPort ?? 0,
      }),
    ),
    deployments: (service.deployments ?? []).map(toDeployment),
    targetGroups: (service.loadBalancers ?? []).flatMap((balancer) => balancer.targetGroupArn ?? []),
    events: (service.events ?? []).map((event) => ({ at: iso(event.createdAt) ?? "", text: event.message ?? "" })),
  };
}

function toBreaker(breaker: Sdk.DeploymentCircuitBreaker | undefined): Service["breaker"] {
  return { enabled: breaker?.enable === true, goesBack: breaker?.enable === true && breaker.rollback === true };
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

function toTask(task: Sdk.Task): Task {
  const stoppedAt = iso(task.stoppedAt);
  const details = (task.attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  return {
    id: shortName(task.taskArn),
    taskDefinition: shortName(task.taskDefinitionArn),
    status: task.lastStatus ?? "",
    health: task.healthStatus ?? "UNKNOWN",
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
    exitCodes: (task.containers ?? []).flatMap((container) => container.exitCode ?? []),
    ...(stoppedAt && { stoppedAt }),
    addresses: details.filter((detail) => detail.name === "privateIPv4Address").map((detail) => detail.value ?? ""),
  };
}
