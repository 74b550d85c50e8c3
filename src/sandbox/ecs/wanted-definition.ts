import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { record, required } from "../http/input.ts";
import type { World } from "../world.ts";
import { findDefinition } from "./find.ts";
import type { TaskDefinition } from "./model.ts";

/** The revision that new tasks will run. It must exist and be ACTIVE. [D; texts O] */
export function wantedDefinition(world: World, input: Input): TaskDefinition {
  const definition = findDefinition(world, required(input, "taskDefinition"));
  if (definition === undefined) throw new AwsError("ClientException", "TaskDefinition not found.");
  if (definition.status === "INACTIVE") throw new AwsError("ClientException", "TaskDefinition is inactive");
  return definition;
}

/** `awsvpc` requires a network configuration; the other modes refuse one. [D; texts O] */
export function checkNetwork(definition: TaskDefinition, input: Input): void {
  const wanted = definition.registered.networkMode === "awsvpc";
  const given = record(input, "networkConfiguration") !== undefined;
  if (wanted === given) return;
  const message = wanted
    ? "Network Configuration must be provided when networkMode 'awsvpc' is specified."
    : "Network Configuration is not valid for the given networkMode of this task definition.";
  throw new AwsError("InvalidParameterException", message);
}
