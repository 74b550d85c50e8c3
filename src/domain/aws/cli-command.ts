import { commandLine, option } from "../command-line.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Operation } from "../operation.ts";
import type { Target } from "../target.ts";
import { accountRegionOf } from "./arn.ts";
import { copyLine, toCopyRequest } from "./copy-revision.ts";

/** AWS CLI names of the services whose Operations we send. */
const CLI_SERVICE: Readonly<Record<string, string>> = {
  ecs: "ecs",
  rds: "rds",
  cloudwatch: "cloudwatch",
  elb: "elbv2",
};

/**
 * The Operation as a line that a person can paste: same service, same members, quoted for a POSIX shell.
 * Member names become options the way the AWS CLI does it (forceNewDeployment → --force-new-deployment).
 */
export function awsLine(operation: Operation, region?: string): string {
  const { tasks, argv, rows: _rows, ...shared } = operation.input;
  if (operation.service === "container" && Array.isArray(argv)) return execLine(shared, argv, region);
  if (operation.name === "RegisterTaskDefinition") return copyLine(toCopyRequest(operation.input), region);
  // The only Operation that takes several calls.
  if (operation.name === "StopTasks" && Array.isArray(tasks)) {
    const one = (task: Json) => lineOf({ ...operation, name: "StopTask", input: { ...shared, task } }, region);
    return tasks.map(one).join(" && ");
  }
  return lineOf(operation, region);
}

/** The line that gives the service new tasks. A task keeps its ECS Exec setting and platform until it stops. */
export function renewTasks({ cluster, service, region }: Target, change: JsonObject = {}): string {
  const input = { cluster, service, ...change, forceNewDeployment: true };
  return awsLine({ service: "ecs", name: "UpdateService", input }, region);
}

/** AWS refuses ExecuteCommand without `--interactive`, so it also refuses the line in Vulcan's document. */
function execLine(place: JsonObject, argv: readonly Json[], region?: string): string {
  const command = commandLine`${argv.map(String)}`;
  return lineOf({ service: "ecs", name: "ExecuteCommand", input: { ...place, interactive: true, command } }, region);
}

function lineOf(operation: Operation, region?: string): string {
  const service = CLI_SERVICE[operation.service] ?? operation.service;
  const options = Object.entries(operation.input).flatMap(([name, value]) => words(optionName(name), value));
  const { TopicArn } = operation.input;
  const home = (typeof TopicArn === "string" ? accountRegionOf(TopicArn)?.region : undefined) ?? region;
  const where = home === undefined ? [] : option("region", home);
  return commandLine`aws ${service} ${optionName(operation.name)} ${options} ${where}`;
}

function words(name: string, value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  if (value === true) return [`--${name}`];
  if (value === false) return [`--no-${name}`];
  if (isPlainList(value)) return [`--${name}`, ...value];
  return option(name, typeof value === "object" && value !== null ? JSON.stringify(value) : String(value));
}

/** The AWS CLI takes a list word by word. If an item begins like an option, the list is written as JSON instead. */
function isPlainList(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && !item.startsWith("-"));
}

/** UpdateService → update-service, DBInstanceIdentifier → db-instance-identifier, IAMRoles → iam-roles. */
export function optionName(member: string): string {
  return member
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}
