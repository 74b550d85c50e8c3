import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { flag, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import type { Parameter } from "./parameter.ts";
import { findParameter, parameterReads, parameterView } from "./parameter-reads.ts";

function existing(world: World, input: Input): Parameter {
  const found = findParameter(world, required(input, "Name"));
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
  const given = tagsOf(input);
  if (before !== undefined && given.length > 0) {
    const message =
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, remove overwrite.";
    throw new AwsError("ValidationException", message);
  }
  world.parameters.set(name, {
    name,
    type,
    value: required(input, "Value"),
    version,
    modifiedAt: world.clock.now(),
    description: text(input, "Description") ?? before?.description,
    tags: before?.tags ?? given,
  });
  return { Version: version, Tier: "Standard" };
}

export const parameterOperations: Readonly<Record<string, Operation>> = {
  PutParameter: changing(put),

  GetParameter: reading((world, input) => {
    return { Parameter: parameterView(world, existing(world, input), input) };
  }),

  DeleteParameter: changing((world, input) => {
    world.parameters.delete(existing(world, input).name);
    return {};
  }),

  DeleteParameters: changing((world, input) => {
    required(input, "Names");
    const names = texts(input, "Names");
    const [deleted, invalid] = [true, false].map((isThere) =>
      names.filter((name) => world.parameters.has(name) === isThere),
    );
    for (const name of deleted ?? []) world.parameters.delete(name);
    return { DeletedParameters: deleted, InvalidParameters: invalid };
  }),

  ...parameterReads,
};
