import type * as Sdk from "@aws-sdk/client-ecs";
import type { SetupReads } from "../domain/aws/reads.ts";
import type {
  BackupSetup,
  ContainerSetup,
  DefinitionSetup,
  RestoreWindow,
  ServiceSetup,
  TargetCheck,
} from "../domain/aws/setup.ts";
import type { Clients } from "./client/clients.ts";
import { guarded } from "./client/read-call.ts";
import { readActiveMutes, readMetricAlarms } from "./cloudwatch/alarms.ts";
import { readCluster, readExecTasks } from "./ecs/exec-setup.ts";
import { readReach } from "./ssm/endpoint-reach.ts";

export function createSetupReads(clients: Clients): SetupReads {
  const definition = (name: string) => guarded("ecs:DescribeTaskDefinition", () => readDefinition(clients, name));
  return {
    cluster: (name) => guarded("ecs:DescribeClusters", () => readCluster(clients, name)),
    service: (cluster, service) => guarded("ecs:DescribeServices", () => readService(clients, cluster, service)),
    definition,
    containers: async (name) => (await definition(name)).containers,
    execTasks: (cluster, service) => guarded("ecs:DescribeTasks", () => readExecTasks(clients, cluster, service)),
    messagesReach: () => guarded("ssmmessages", () => readReach(clients)),
    deregistrationDelay: (group) =>
      guarded("elasticloadbalancing:DescribeTargetGroupAttributes", () => readDelay(clients, group)),
    targetChecks: (groups) =>
      guarded("elasticloadbalancing:DescribeTargetGroups", () => readTargetChecks(clients, groups)),
    backups: (database) => guarded("rds:DescribeDBInstances", () => readBackups(clients, database)),
    parameterGroups: (database) => guarded("rds:DescribeDBInstances", () => readParameterGroups(clients, database)),
    metricAlarms: () => guarded("cloudwatch:DescribeAlarms", () => readMetricAlarms(clients)),
    activeMutes: () => guarded("cloudwatch:ListAlarmMuteRules", () => readActiveMutes(clients)),
    restoreWindow: (database) => guarded("rds:DescribeDBInstanceAutomatedBackups", () => readWindow(clients, database)),
  };
}

async function readService(clients: Clients, cluster: string, name: string): Promise<ServiceSetup | undefined> {
  const [ecs, { DescribeServicesCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
  const answer = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  const service = answer.services?.[0];
  if (service === undefined) return undefined;
  const configuration = service.deploymentConfiguration;
  const breaker = configuration?.deploymentCircuitBreaker;
  const graceSeconds = service.healthCheckGracePeriodSeconds;
  return {
    ...(breaker && { breaker: { enable: breaker.enable === true, rollback: breaker.rollback === true } }),
    minimumHealthyPercent: configuration?.minimumHealthyPercent ?? 100,
    maximumPercent: configuration?.maximumPercent ?? 200,
    execEnabled: service.enableExecuteCommand === true,
    ...(graceSeconds === undefined ? {} : { graceSeconds }),
    strategy: configuration?.strategy ?? "ROLLING",
  };
}

async function readDefinition(clients: Clients, name: string): Promise<DefinitionSetup> {
  const [ecs, { DescribeTaskDefinitionCommand }] = await Promise.all([clients.ecs(), import("./sdk/ecs.ts")]);
  const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name }));
  const { taskRoleArn, pidMode, containerDefinitions = [] } = answer.taskDefinition ?? {};
  return {
    ...(taskRoleArn && { taskRole: taskRoleArn }),
    ...(pidMode && { pidMode }),
    containers: containerDefinitions.map(toContainer),
  };
}

function toContainer(definition: Sdk.ContainerDefinition): ContainerSetup {
  const { name = "", image, essential, dockerLabels: labels } = definition;
  const { readonlyRootFilesystem, stopTimeout, healthCheck, logConfiguration } = definition;
  const { options = {} } = logConfiguration ?? {};
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix, "awslogs-region": region } = options;
  const secrets = (definition.secrets ?? []).flatMap((secret) => secret.valueFrom ?? []);
  const variables = [...(definition.environment ?? []), ...(definition.secrets ?? [])];
  return {
    name,
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

async function readDelay(clients: Clients, TargetGroupArn: string): Promise<number> {
  const [elb, { DescribeTargetGroupAttributesCommand }] = await Promise.all([clients.elb(), import("./sdk/elb.ts")]);
  const { Attributes = [] } = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  return Number(Attributes.find(({ Key }) => Key === "deregistration_delay.timeout_seconds")?.Value ?? 300);
}

async function readTargetChecks(clients: Clients, groups: readonly string[]): Promise<TargetCheck[]> {
  if (groups.length === 0) return [];
  const [elb, { DescribeTargetGroupsCommand }] = await Promise.all([clients.elb(), import("./sdk/elb.ts")]);
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [...groups] }));
  return TargetGroups.flatMap(({ HealthCheckEnabled, HealthCheckIntervalSeconds, UnhealthyThresholdCount }) =>
    HealthCheckEnabled === false || HealthCheckIntervalSeconds === undefined || UnhealthyThresholdCount === undefined
      ? []
      : [{ interval: HealthCheckIntervalSeconds, unhealthyAfter: UnhealthyThresholdCount }],
  );
}

async function readBackups(clients: Clients, id: string): Promise<BackupSetup | undefined> {
  const [rds, { DescribeDBInstancesCommand }] = await Promise.all([clients.rds(), import("./sdk/rds.ts")]);
  const answer = await rds
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
    .catch(absent("DBInstanceNotFoundFault"));
  const instance = answer?.DBInstances?.[0];
  if (instance === undefined) return undefined;
  return {
    status: instance.DBInstanceStatus ?? "",
    retentionDays: instance.BackupRetentionPeriod ?? 0,
    deletionProtected: instance.DeletionProtection === true,
  };
}

async function readParameterGroups(clients: Clients, id: string) {
  const [rds, { DescribeDBInstancesCommand }] = await Promise.all([clients.rds(), import("./sdk/rds.ts")]);
  const answer = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
  return (answer.DBInstances?.[0]?.DBParameterGroups ?? []).map((group) => ({
    name: group.DBParameterGroupName ?? "",
    status: group.ParameterApplyStatus ?? "",
  }));
}

async function readWindow(clients: Clients, id: string): Promise<RestoreWindow | undefined> {
  const [rds, { DescribeDBInstanceAutomatedBackupsCommand }] = await Promise.all([
    clients.rds(),
    import("./sdk/rds.ts"),
  ]);
  const answer = await rds
    .send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: id }))
    .catch(absent("DBInstanceAutomatedBackupNotFoundFault"));
  // The name may have belonged to deleted instances whose backups are kept: those are of another database.
  const active = answer?.DBInstanceAutomatedBackups?.find((backup) => backup.Status === "active");
  const { EarliestTime, LatestTime } = active?.RestoreWindow ?? {};
  if (EarliestTime === undefined || LatestTime === undefined) return undefined;
  return { earliest: EarliestTime.toISOString(), latest: LatestTime.toISOString() };
}

function absent(name: string) {
  return (failure: unknown): undefined => {
    if ((failure as { name?: string }).name === name) return undefined;
    throw failure;
  };
}
