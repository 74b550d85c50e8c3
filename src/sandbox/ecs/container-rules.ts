import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { list, number, record, records, text } from "../http/input.ts";
import { checkDependencies } from "./dependency-rules.ts";

const refuse = (message: string): AwsError => new AwsError("ClientException", message);

/** Bounds of a container's health check, in seconds; `retries` is a number of times. [D] */
const HEALTH_BOUNDS = {
  interval: [5, 300],
  timeout: [2, 60],
  retries: [1, 10],
  startPeriod: [0, 300],
} as const;

/** Checks the containers of a revision. [D; texts O, of health checks I] */
export function checkContainers(input: Input): void {
  const containers = records(input, "containerDefinitions");
  if (containers.length === 0) throw refuse("Container list cannot be empty.");
  for (const container of containers) checkContainer(container, input);
  const names = new Set(containers.map(({ name }) => name));
  if (names.size < containers.length) throw refuse("Container names must be unique within a Task Definition.");
  if (containers.every(({ essential }) => essential === false)) {
    throw refuse("Task definition doesn't have any essential container.");
  }
  checkDependencies(containers);
}

function checkContainer(container: Input, input: Input): void {
  for (const name of ["name", "image"]) {
    if ((text(container, name) ?? "") === "") throw refuse(`Container.${name} should not be null or empty.`);
  }
  const name = text(container, "name") ?? "";
  if (!/^[\w-]{1,255}$/.test(name)) throw refuse("Container.name contains invalid characters.");
  const sized = [container.memory, container.memoryReservation, input.memory].some((value) => value != null);
  if (!sized) {
    throw refuse(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  for (const mapping of records(container, "portMappings")) checkPorts(name, mapping, input);
  const health = record(container, "healthCheck");
  if (health !== undefined) checkHealth(name, health);
}

function checkPorts(name: string, mapping: Input, input: Input): void {
  const port = number(mapping, "containerPort") ?? 0;
  const isRange = text(mapping, "containerPortRange") !== undefined;
  if (!isRange && !(port >= 1 && port <= 65_535))
    throw refuse(`Invalid 'containerPort' setting for container '${name}'.`);
  const host = number(mapping, "hostPort") ?? 0;
  if (text(input, "networkMode") !== "awsvpc" || host === 0 || host === port) return;
  throw refuse("When networkMode=awsvpc, the host ports and container ports in port mappings must match.");
}

function checkHealth(name: string, health: Input): void {
  const [kind] = list(health, "command");
  if (kind !== "CMD" && kind !== "CMD-SHELL") {
    throw refuse(`Invalid health check for container '${name}': its command must begin with CMD or CMD-SHELL.`);
  }
  for (const [member, [least, most]] of Object.entries(HEALTH_BOUNDS)) {
    const value = number(health, member);
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw refuse(`Invalid health check for container '${name}': its ${member} must be from ${least} to ${most}.`);
  }
}
