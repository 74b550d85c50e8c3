import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { flag, required, text } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import type { World } from "../world.ts";
import type { Parameter } from "./parameter.ts";

function existing(world: World, input: Input): Parameter {
  const found = world.parameters.get(required(input, "Name"));
  if (found === undefined) throw new AwsError("ParameterNotFound", "The parameter was not found.");
  return found;
}

/** Without Overwrite only the first request succeeds and the others get an error. A lock needs this. [D] */
function put(world: World, input: Input): Output {
  const name = required(input, "Name");
  const before = world.parameters.get(name);
  if (before !== undefined && flag(input, "Overwrite") !== true) {
    const message =
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.";
    throw new AwsError("ParameterAlreadyExists", message);
  }
  const version = (before?.version ?? 0) + 1;
  const type = text(input, "Type") ?? before?.type ?? "String";
  world.parameters.set(name, { name, type, value: required(input, "Value"), version, modifiedAt: world.clock.now() });
  return { Version: version, Tier: "Standard" };
}

export const parameterOperations: Readonly<Record<string, Operation>> = {
  PutParameter: changing(put),

  GetParameter: reading((world, input) => {
    const { name, type, value, version, modifiedAt } = existing(world, input);
    return {
      Parameter: {
        Name: name,
        Type: type,
        Value: value,
        Version: version,
        LastModifiedDate: new Date(modifiedAt),
        ARN: `arn:aws:ssm:${world.region}:${world.account}:parameter/${name.replace(/^\//, "")}`,
        DataType: "text",
      },
    };
  }),

  DeleteParameter: changing((world, input) => {
    world.parameters.delete(existing(world, input).name);
    return {};
  }),
};
