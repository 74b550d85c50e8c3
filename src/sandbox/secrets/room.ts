import { AwsError } from "../wire/aws-error.ts";
import { required } from "../wire/input.ts";
import { reading, type ServiceRoom } from "../wire/operation.ts";
import type { Input } from "../wire/payload.ts";
import type { World } from "../world.ts";
import type { Secret } from "./secret.ts";

/** By name, by ARN, or by an ARN without its six random characters. [D] */
function findSecret(world: World, input: Input): Secret {
  const id = required(input, "SecretId");
  const found = [...world.secrets.values()].find(
    ({ name, arn }) => name === id || arn === id || arn.slice(0, -"-Ab12Cd".length) === id,
  );
  if (found !== undefined) return found;
  throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

export const secretsRoom: ServiceRoom = {
  scope: "secretsmanager",
  name: "secretsmanager",
  target: "secretsmanager",
  jsonVersion: "1.1",
  operations: {
    DescribeSecret: reading((world, input) => {
      const { arn, name, versionId, createdAt } = findSecret(world, input);
      return {
        ARN: arn,
        Name: name,
        CreatedDate: new Date(createdAt),
        LastChangedDate: new Date(createdAt),
        VersionIdsToStages: { [versionId]: ["AWSCURRENT"] },
      };
    }),

    GetSecretValue: reading((world, input) => {
      const { arn, name, value, versionId, createdAt } = findSecret(world, input);
      return {
        ARN: arn,
        Name: name,
        VersionId: versionId,
        SecretString: value,
        VersionStages: ["AWSCURRENT"],
        CreatedDate: new Date(createdAt),
      };
    }),
  },
};
