import { AwsError } from "../wire/aws-error.ts";
import { list, records, text } from "../wire/input.ts";
import type { Input } from "../wire/payload.ts";

const refuse = (message: string): AwsError => new AwsError("ClientException", message);

/** What a revision must state before it is registered. [D; texts O] */
export function checkDefinition(input: Input): void {
  const family = text(input, "family") ?? "";
  if (family === "") throw refuse("Family can not be blank.");
  if (!/^[\w-]{1,255}$/.test(family)) {
    throw refuse("Family contains invalid characters: letters, numbers, hyphens and underscores are allowed.");
  }
  checkContainers(records(input, "containerDefinitions"));
  if (list(input, "requiresCompatibilities").includes("FARGATE")) checkFargate(input);
}

function checkContainers(containers: readonly Input[]): void {
  if (containers.length === 0) throw refuse("Container list cannot be empty.");
  for (const name of ["name", "image"]) {
    const isStated = (container: Input): boolean => (text(container, name) ?? "") !== "";
    if (!containers.every(isStated)) throw refuse(`Container.${name} should not be null or empty.`);
  }
  if (containers.every(({ essential }) => essential === false)) {
    throw refuse("A task definition must have at least one essential container.");
  }
}

function checkFargate(input: Input): void {
  if (text(input, "networkMode") !== "awsvpc") throw refuse("Fargate only supports network mode ‘awsvpc’.");
  for (const size of ["cpu", "memory"]) {
    if (text(input, size) === undefined) throw refuse(`Fargate requires that '${size}' be defined at the task level.`);
  }
}
