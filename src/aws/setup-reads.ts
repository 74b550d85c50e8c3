import type * as Sdk from "@aws-sdk/client-ecs";
import type { SetupReads } from "../domain/aws/reads.ts";
import type { BackupSetup, ContainerSetup, DefinitionSetup, ServiceSetup } from "../domain/aws/setup.ts";
import type { Clients } from "./client/clients.ts";
import { assertTyped, needed, orDefault } from "./client/needed.ts";
import { readCall } from "./client/read-call.ts";
import { readActiveMutes, readMetricAlarms } from "./cloudwatch/alarms.ts";
import { readDrainSeconds } from "./drain-seconds.ts";
import { readCluster, readExecTasks } from "./ecs/exec-setup.ts";
import { readTargetGroups } from "./elb/target-groups.ts";
import { readReach } from "./ssm/endpoint-reach.ts";

export function createSetupReads(clients: Clients): SetupReads {
  const definition = (name: string) => readCall("ecs:DescribeTaskDefinition", () => readDefinition(clients, name));
  return {
    cluster: (name) => readCall("ecs:DescribeClusters", () => readCluster(clients, name)),
    service: (cluster, service) => readCall("ecs:DescribeServices", () => readService(clients, cluster, service)),
    definition,
    containers: async (name) => (await definition(name)).containers,
    execTasks: (cluster, service) => readCall("ecs:DescribeTasks", () => readExecTasks(clients, cluster, service)),
    messagesReach: () => readCall("ssmmessages", () => readReach(clients)),
    deregistrationDelay: (group) =>
      readCall("elasticloadbalancing:DescribeTargetGroupAttributes", () => readDrainSeconds(clients, group)),
    targetGroups: (arns) =>
      readCall("elasticloadbalancing:DescribeTargetGroups", () => readTargetGroups(clients, arns)),
    backups: (database) => readCall("rds:DescribeDBInstances", () => readBackups(clients, database)),
    parameterGroups: (database) => readCall("rds:DescribeDBInstances", () => readParameterGroups(clients, database)),
    metricAlarms: () => readCall("cloudwatch:DescribeAlarms", () => readMetricAlarms(clients)),
    activeMutes: () => readCall("cloudwatch:ListAlarmMuteRules", () => readActiveMutes(clients)),
  };
}

async function readService(clients: Clients, cluster: string, name: string): Promise<ServiceSetup | undefined> {
  const [ecs, { DescribeServicesCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
  const answer = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  const [service] = needed(answer.services, "services");
  if (service === undefined) return undefined;
  const { deploymentConfiguration, enableExecuteCommand, healthCheckGracePeriodSeconds: graceSeconds } = service;
  const { minimumHealthyPercent, maximumPercent, deploymentCircuitBreaker, strategy } = deploymentConfiguration ?? {};
  const { enable, rollback } = deploymentCircuitBreaker ?? {};
  return {
    ...(enable !== undefined && rollback !== undefined && { breaker: { enable, rollback } }),
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(maximumPercent !== undefined && { maximumPercent }),
    ...(enableExecuteCommand !== undefined && { execEnabled: enableExecuteCommand }),
    ...(graceSeconds !== undefined && { graceSeconds }),
    // The default of CreateService, and not in the answer for a service that was made without it. [D]
    strategy: orDefault(answer, "strategy", strategy, "ROLLING"),
  };
}

async function readDefinition(clients: Clients, name: string): Promise<DefinitionSetup> {
  const [ecs, { DescribeTaskDefinitionCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
  const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name }));
  assertTyped(answer);
  const { taskRoleArn, pidMode, containerDefinitions } = needed(answer.taskDefinition, "taskDefinition");
  return {
    ...(taskRoleArn && { taskRole: taskRoleArn }),
    ...(pidMode && { pidMode }),
    containers: needed(containerDefinitions, "containerDefinitions").map(toContainer),
  };
}

/** What was left out at the registration is not in the answer, and means ECS's default. [D: ContainerDefinition] */
function toContainer(definition: Sdk.ContainerDefinition): ContainerSetup {
  const { name, image, essential, dockerLabels: labels } = definition;
  const { readonlyRootFilesystem, stopTimeout, healthCheck, logConfiguration } = definition;
  const { options = {} } = logConfiguration ?? {};
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix, "awslogs-region": region } = options;
  const secrets = (definition.secrets ?? []).flatMap((secret) => secret.valueFrom ?? []);
  const variables = [...(definition.environment ?? []), ...(definition.secrets ?? [])];
  return {
    name: needed(name, "name of a container"),
    ...(image && { image }),
    ...(essential === false && { essential }),
    ...(labels && { labels }),
    readonlyRoot: readonlyRootFilesystem === true,
    initProcess: definition.linuxParameters?.initProcessEnabled === true,
    variables: variables.flatMap((variable) => variable.name ?? []),
    stopTimeout: stopTimeout ?? 30,
    ...(healthCheck && { health: toHealth(healthCheck) }),
    secrets: secrets.filter((from) => /^arn:aws[a-z-]*:secretsmanager:/.test(from)),
    ...(group && prefix && { logs: { group, prefix, ...(region && { region }) } }),
  };
}

function toHealth({ interval, timeout, retries, startPeriod }: Sdk.HealthCheck): NonNullable<ContainerSetup["health"]> {
  return { interval: interval ?? 30, timeout: timeout ?? 5, retries: retries ?? 3, startPeriod: startPeriod ?? 0 };
}

async function readBackups(clients: Clients, id: string): Promise<BackupSetup | undefined> {
  const [rds, { DescribeDBInstancesCommand }] = await Promise.all([clients.rds(), import("./sdk/rds.ts")]);
  const answer = await rds
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
    .catch(absent("DBInstanceNotFoundFault"));
  const [instance] = answer === undefined ? [] : needed(answer.DBInstances, "DBInstances");
  if (instance === undefined) return undefined;
  const { DBInstanceStatus: status, BackupRetentionPeriod: retentionDays, DeletionProtection } = instance;
  const { DBClusterIdentifier: cluster, LatestRestorableTime: latest } = instance;
  return {
    ...(cluster && { cluster }),
    ...(latest && { latestRestorableTime: latest.toISOString() }),
    ...(status !== undefined && { status }),
    ...(retentionDays !== undefined && { retentionDays }),
    ...(DeletionProtection !== undefined && { deletionProtected: DeletionProtection }),
  };
}

async function readParameterGroups(clients: Clients, id: string) {
  const [rds, { DescribeDBInstancesCommand }] = await Promise.all([clients.rds(), import("./sdk/rds.ts")]);
  const answer = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
  const [instance] = needed(answer.DBInstances, "DBInstances");
  return needed(instance?.DBParameterGroups, "DBParameterGroups").map((group) => ({
    name: needed(group.DBParameterGroupName, "DBParameterGroupName"),
    status: needed(group.ParameterApplyStatus, "ParameterApplyStatus"),
  }));
}

function absent(name: string) {
  return (failure: unknown): undefined => {
    if ((failure as { name?: string }).name === name) return undefined;
    throw failure;
  };
}
