import { describeToFile } from "../aws/copy-revision.ts";
import { deploymentConfiguration, documentedDeploymentOf } from "../aws/documented-deployment.ts";
import type { Container, HealthSetup, Service } from "../aws/ecs.ts";
import type { Database } from "../aws/rds.ts";
import { groupName } from "../aws/targets.ts";
import { commandLine, option } from "../command-line.ts";
import type { JsonObject } from "../json.ts";
import type { Target } from "../target.ts";
import type { Declared } from "./declared.ts";

/** The settings as AWS has them; what is absent is not known. */
export interface PresentSettings {
  readonly service: Service;
  /** The application's. */
  readonly container?: Container;
  readonly database?: Database;
  /** Deregistration delay of each target group that could be read. */
  readonly drains: readonly { readonly arn: string; readonly seconds: number }[];
}

/** The numbers of Vulcan's document. */
const DRAIN_SECONDS = 300;
const HEALTH: HealthSetup = { interval: 30, timeout: 5, retries: 3, startPeriod: 60 };
const HEALTH_COMMAND = ["CMD-SHELL", "curl -f http://localhost:8080/health || exit 1"];
/** The document wants backups and names no days: as the console has it. */
const RETENTION_DAYS = 7;

/** What differs from the document, as code. Each is whole, so that one does not revert another. */
export function declaredSettings(present: PresentSettings, target: Target): readonly Declared[] {
  return [
    ...deploymentSettings(present.service, target),
    ...execSetting(present.service, target),
    ...healthSetting(present, target),
    ...present.drains.flatMap(drainSetting),
    ...backupSettings(present.database, target),
  ];
}

const NO_DEPLOYMENT = "No deployment, no outage: it counts from the next deployment on.";

/** Percents and breaker are one setting of ECS: each request has both. */
function deploymentSettings(found: Service, { cluster, service }: Target): readonly Declared[] {
  const wanted = documentedDeploymentOf(found);
  const { least, most } = wanted;
  const { minimumHealthyPercent, maximumPercent, breaker } = found;
  if (least === undefined || most === undefined || breaker === undefined) return [];
  if (least === minimumHealthyPercent && most === maximumPercent && breaker.enabled && breaker.rollback) return [];
  return [
    {
      label: "service",
      effects: ["Documented: 100 % to 200 %, circuit breaker with rollback.", NO_DEPLOYMENT],
      terraform: {
        type: "aws_ecs_service",
        attributes: { deployment_minimum_healthy_percent: least, deployment_maximum_percent: most },
        blocks: { deployment_circuit_breaker: { enable: true, rollback: true } },
      },
      cloudFormation: {
        type: "AWS::ECS::Service",
        properties: {
          DeploymentConfiguration: {
            MinimumHealthyPercent: least,
            MaximumPercent: most,
            DeploymentCircuitBreaker: { Enable: true, Rollback: true },
          },
        },
      },
      aws: [
        {
          service: "ecs",
          name: "UpdateService",
          input: { cluster, service, deploymentConfiguration: deploymentConfiguration(wanted) },
        },
      ],
    },
  ];
}

function execSetting({ execEnabled }: Service, { cluster, service }: Target): readonly Declared[] {
  if (execEnabled !== false) return [];
  const input = { cluster, service, enableExecuteCommand: true, forceNewDeployment: true };
  return [
    {
      label: "service",
      effects: [
        "ECS Exec, for migrations rolled back in a task.",
        "A DEPLOYMENT: tasks keep their setting, so each is replaced. No outage: new tasks start first.",
      ],
      terraform: {
        type: "aws_ecs_service",
        attributes: { enable_execute_command: true, force_new_deployment: true },
      },
      cloudFormation: { type: "AWS::ECS::Service", properties: { EnableExecuteCommand: true } },
      aws: [{ service: "ecs", name: "UpdateService", input }],
    },
  ];
}

/** Where it has no check, or one that counts failures of a start. A longer startPeriod of one's own stays. */
function healthSetting({ service: found, container }: PresentSettings, target: Target): readonly Declared[] {
  if (container === undefined || isHealthFine(container.health)) return [];
  const { name, health } = container;
  const numbers = { ...HEALTH, startPeriod: Math.max(HEALTH.startPeriod, health?.startPeriod ?? 0) };
  const { interval, timeout, retries, startPeriod } = numbers;
  const whole = { command: HEALTH_COMMAND, ...numbers };
  return [
    {
      label: "task_health_check",
      effects: [
        `Documented health check of container ${name}: in a new revision, in its container definition.`,
        "A DEPLOYMENT: the service moves to that revision. No outage: new tasks start first.",
        ...(health === undefined ? [] : ["A command that it has stays as it is."]),
      ],
      terraform: {
        type: "aws_ecs_task_definition",
        attributes: { container_definitions: { expression: containersText(name, whole) } },
      },
      cloudFormation: {
        type: "AWS::ECS::TaskDefinition",
        properties: {
          ContainerDefinitions: [
            {
              Name: name,
              HealthCheck: {
                Command: HEALTH_COMMAND,
                Interval: interval,
                Timeout: timeout,
                Retries: retries,
                StartPeriod: startPeriod,
              },
            },
          ],
        },
      },
      aws: [healthLine(found.taskDefinition, name, numbers, target)],
    },
  ];
}

const isHealthFine = (health: HealthSetup | undefined): boolean =>
  health !== undefined && health.timeout < health.interval && health.startPeriod > 0;

/** Terraform has container definitions as one JSON text. */
const containersText = (name: string, healthCheck: JsonObject): string =>
  `jsonencode([${JSON.stringify({ name, healthCheck })}])`;

/** The lines need `jq`, as those of a copied revision do. */
function healthLine(definition: string, container: string, numbers: HealthSetup, target: Target): string {
  const { cluster, service, region } = target;
  const where = region === undefined ? [] : option("region", region);
  const [family = definition] = definition.split(":");
  const check = `{command: ${JSON.stringify(HEALTH_COMMAND)}} + (. // {}) + ${JSON.stringify(numbers)}`;
  const filter = `(.containerDefinitions[] | select(.name == ${JSON.stringify(container)}) | .healthCheck) |= (${check})`;
  return [
    describeToFile(definition, [], region),
    commandLine`jq ${filter} copy.json > healthy.json`,
    commandLine`aws ecs register-task-definition --cli-input-json file://healthy.json ${where}`,
    commandLine`aws ecs update-service --cluster ${cluster} --service ${service} --task-definition ${family} ${where}`,
  ].join(" && ");
}

/** Shorter cuts requests off; longer keeps an old task running. The bounds are the doctor's. */
const SHORT_SECONDS = 30;
const LONG_SECONDS = 600;

function drainSetting({ arn, seconds }: PresentSettings["drains"][number]): readonly Declared[] {
  if (seconds >= SHORT_SECONDS && seconds <= LONG_SECONDS) return [];
  const attribute = { Key: "deregistration_delay.timeout_seconds", Value: String(DRAIN_SECONDS) };
  return [
    {
      label: `target_group_${groupName(arn).replace(/\W/g, "_")}`,
      effects: [
        `Documented drain of ${DRAIN_SECONDS} s, now ${seconds} s.`,
        "No deployment, no outage: it counts for each target that deregisters from now on.",
      ],
      terraform: { type: "aws_lb_target_group", attributes: { deregistration_delay: DRAIN_SECONDS } },
      cloudFormation: {
        type: "AWS::ElasticLoadBalancingV2::TargetGroup",
        properties: { TargetGroupAttributes: [attribute] },
      },
      aws: [
        {
          service: "elb",
          name: "ModifyTargetGroupAttributes",
          input: { TargetGroupArn: arn, Attributes: [attribute] },
        },
      ],
    },
  ];
}

/** A member of a cluster is backed up with it. From 0 days to more, RDS restarts the instance. [D: ModifyDBInstance] */
function backupSettings(database: Database | undefined, { database: id }: Target): readonly Declared[] {
  if (database === undefined || database.cluster !== undefined) return [];
  const { retentionDays, deletionProtected } = database;
  const isOff = retentionDays === 0;
  if (!isOff && deletionProtected !== false) return [];
  const change = {
    ...(isOff && { BackupRetentionPeriod: RETENTION_DAYS }),
    ...(deletionProtected === false && { DeletionProtection: true }),
  };
  return [
    {
      label: "database_backups",
      effects: [
        `Backups that a restore can use${deletionProtected === false ? ", and protection from deletion" : ""}.`,
        isOff
          ? "AN OUTAGE of some minutes: RDS restarts the instance when backups go from 0 days to more."
          : "No deployment, no outage.",
      ],
      terraform: {
        type: "aws_db_instance",
        attributes: {
          ...(isOff && { backup_retention_period: RETENTION_DAYS }),
          ...(deletionProtected === false && { deletion_protection: true }),
          apply_immediately: true,
        },
      },
      cloudFormation: { type: "AWS::RDS::DBInstance", properties: change },
      aws: [
        {
          service: "rds",
          name: "ModifyDBInstance",
          input: { DBInstanceIdentifier: id, ...change, ApplyImmediately: true },
        },
      ],
    },
  ];
}
