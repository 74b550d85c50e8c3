import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { required } from "../http/input.ts";
import type { World } from "../world.ts";
import type { Secret } from "./secret.ts";

/** Finds a secret by name, by ARN, or by an ARN without its six random characters. [D] */
export function findSecret(world: World, input: Input): Secret {
  const id = required(input, "SecretId");
  const found = [...world.secrets.values()].find(
    ({ name, arn }) => name === id || arn === id || arn.slice(0, -"-Ab12Cd".length) === id,
  );
  if (found !== undefined) return found;
  throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

/** The same, unless it is about to be deleted. [D; text O] */
export function findLive(world: World, input: Input): Secret {
  const secret = findSecret(world, input);
  if (secret.deletedAt === undefined) return secret;
  const message = "You can't perform this operation on the secret because it was marked for deletion.";
  throw new AwsError("InvalidRequestException", message);
}
