import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { record, records, text } from "../http/input.ts";

const refuse = (message: string): AwsError => new AwsError("ClientException", message);

const CONDITIONS = ["START", "HEALTHY", "COMPLETE", "SUCCESS"];

/** For these the other container has to end, which an essential one does only with its task. [D] */
const OF_ENDS = ["COMPLETE", "SUCCESS"];

/** Checks `dependsOn` of all containers. [D: the rules; texts I] */
export function checkDependencies(containers: readonly Input[]): void {
  for (const container of containers)
    for (const dependency of records(container, "dependsOn")) checkDependency(container, dependency, containers);
  if (containers.some((container) => reaches(container, text(container, "name") ?? "", containers)))
    throw refuse("Container dependencies must not form a cycle.");
}

function checkDependency(container: Input, dependency: Input, containers: readonly Input[]): void {
  const condition = text(dependency, "condition") ?? "";
  const name = text(dependency, "containerName") ?? "";
  const of = `Invalid dependsOn setting for container '${text(container, "name")}'`;
  if (!CONDITIONS.includes(condition)) throw refuse(`${of}: condition must be one of ${CONDITIONS.join(", ")}.`);
  const other = containers.find((one) => text(one, "name") === name);
  if (other === undefined) throw refuse(`${of}: container '${name}' does not exist in the task definition.`);
  if (other.essential !== false && OF_ENDS.includes(condition))
    throw refuse(`${of}: condition ${condition} cannot be set on the essential container '${name}'.`);
  if (condition === "HEALTHY" && record(other, "healthCheck") === undefined)
    throw refuse(`${of}: condition HEALTHY needs a healthCheck of container '${name}'.`);
}

/** Whether a container depends, over any number of others, on the one with that name. */
function reaches(from: Input, name: string, containers: readonly Input[], seen = new Set<Input>()): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const next = records(from, "dependsOn").map((one) => text(one, "containerName"));
  return containers.some(
    (one) => next.includes(text(one, "name")) && (text(one, "name") === name || reaches(one, name, containers, seen)),
  );
}
