import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { required, text, texts } from "../http/input.ts";
import { changing, reading, type ServiceApi } from "../http/operation.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { findLive, findSecret } from "./find.ts";
import { lifecycleOperations, secretView, stagesOf } from "./lifecycle.ts";
import { addVersion, CURRENT, type Secret, versionAt } from "./secret.ts";

type Version = Secret["versions"][number];

/** Finds a version by its id, by its stage, or by both. The default is the current version. [D; text O] */
function findVersion(secret: Secret, input: Input): Version {
  const [id, stage] = [text(input, "VersionId"), text(input, "VersionStage")];
  const found =
    id === undefined ? versionAt(secret, stage ?? CURRENT) : secret.versions.find((version) => version.id === id);
  if (found !== undefined && (stage === undefined || found.stages.includes(stage))) return found;
  const label = id === undefined ? `staging label: ${stage ?? CURRENT}` : `VersionId: ${id}`;
  const message = `Secrets Manager can't find the specified secret value for ${label}`;
  throw new AwsError("ResourceNotFoundException", message);
}

/** A repeated token with the same value creates no second version. With another value it is refused. [D; texts I] */
function put(world: World, input: Input): Output {
  const secret = findLive(world, input);
  const value = text(input, "SecretString");
  if (value === undefined && input.SecretBinary != null) {
    throw new AwsError("NotImplemented", "The sandbox's secrets are text: it keeps no SecretBinary.", 501);
  }
  if (value === undefined) {
    throw new AwsError("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
  }
  const id = text(input, "ClientRequestToken") ?? world.random.uuid();
  const before = secret.versions.find((version) => version.id === id);
  if (before !== undefined && before.value !== value) {
    const message = "A resource with the ID you requested already exists: a version cannot be given another value.";
    throw new AwsError("ResourceExistsException", message);
  }
  const given = texts(input, "VersionStages");
  const version = before ?? { id, value, createdAt: world.clock.now(), stages: given.length === 0 ? [CURRENT] : given };
  if (before === undefined) addVersion(secret, version);
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: version.stages };
}

/** The ARN ends with six random characters, so that a later secret of the same name gets another ARN. [D] */
function create(world: World, input: Input): Output {
  const name = required(input, "Name");
  if ([...world.secrets.values()].some((secret) => secret.name === name)) {
    const message = `The operation failed because the secret ${name} already exists.`;
    throw new AwsError("ResourceExistsException", message);
  }
  const suffix = world.random.uuid().replaceAll("-", "").slice(0, 6);
  const arn = `arn:aws:secretsmanager:${world.region}:${world.account}:secret:${name}-${suffix}`;
  const description = text(input, "Description");
  const createdAt = world.clock.now();
  world.secrets.set(name, {
    arn,
    name,
    description,
    createdAt,
    versions: [],
    tags: tagsOf(input),
    deletedAt: undefined,
  });
  return text(input, "SecretString") === undefined ? { ARN: arn, Name: name } : put(world, { ...input, SecretId: arn });
}

export const secretsApi: ServiceApi = {
  scope: "secretsmanager",
  name: "secretsmanager",
  target: "secretsmanager",
  jsonVersion: "1.1",
  operations: {
    DescribeSecret: reading((world, input) => {
      const secret = findSecret(world, input);
      return { ...secretView(secret), VersionIdsToStages: stagesOf(secret) };
    }),

    GetSecretValue: reading((world, input) => {
      const secret = findLive(world, input);
      const { id, value, stages, createdAt } = findVersion(secret, input);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: id,
        SecretString: value,
        VersionStages: stages,
        CreatedDate: new Date(createdAt),
      };
    }),

    CreateSecret: changing(create),
    PutSecretValue: changing(put),

    /** A description, a new value, or both. [D] */
    UpdateSecret: changing((world, input) => {
      const secret = findLive(world, input);
      if (input.KmsKeyId != null) {
        throw new AwsError("NotImplemented", "The sandbox's secrets are encrypted by no key.", 501);
      }
      secret.description = text(input, "Description") ?? secret.description;
      const hasValue = input.SecretString != null || input.SecretBinary != null;
      return hasValue ? put(world, input) : { ARN: secret.arn, Name: secret.name };
    }),

    ...lifecycleOperations,
  },
};
