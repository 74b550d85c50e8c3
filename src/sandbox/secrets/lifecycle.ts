import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { flag, list, number, records, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { findLive, findSecret } from "./find.ts";
import type { Secret } from "./secret.ts";

const DAY = 24 * 3600 * 1000;

/** A secret's own members, as DescribeSecret and ListSecrets show them. */
export const secretView = ({ arn, name, description, createdAt, deletedAt, versions, tags }: Secret): Output => ({
  ARN: arn,
  Name: name,
  Description: description,
  CreatedDate: new Date(createdAt),
  LastChangedDate: new Date(versions.at(-1)?.createdAt ?? createdAt),
  DeletedDate: deletedAt === undefined ? undefined : new Date(deletedAt),
  Tags: tags,
});

export const stagesOf = ({ versions }: Secret): Record<string, readonly string[]> =>
  Object.fromEntries(versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]));

/** Which secrets a filter of ListSecrets lets pass; values are prefixes, `!` before one negates it. [D] */
const FILTERS: Readonly<Record<string, (secret: Secret) => readonly string[]>> = {
  name: ({ name }) => [name],
  description: ({ description }) => [description ?? ""],
  "tag-key": ({ tags }) => tags.map(({ Key }) => Key),
  "tag-value": ({ tags }) => tags.map(({ Value }) => Value),
};

function passes(secret: Secret, filter: Input): boolean {
  const key = text(filter, "Key") ?? "";
  const field = FILTERS[key];
  if (field === undefined) throw new AwsError("NotImplemented", `The sandbox does not filter secrets by ${key}.`, 501);
  return texts(filter, "Values").some((value) => {
    const isNegated = value.startsWith("!");
    return field(secret).some((own) => own.startsWith(isNegated ? value.slice(1) : value)) !== isNegated;
  });
}

/** Deleted at once on demand, else after 7 to 30 days, within which it can be restored. [D; texts O] */
function remove(world: World, input: Input): Output {
  const secret = findSecret(world, input);
  const isForced = flag(input, "ForceDeleteWithoutRecovery") === true;
  const days = number(input, "RecoveryWindowInDays");
  if (isForced && days !== undefined) {
    const message = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.";
    throw new AwsError("InvalidParameterException", message);
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    const message = "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).";
    throw new AwsError("InvalidParameterException", message);
  }
  const wait = isForced ? 0 : (days ?? 30) * DAY;
  const at = world.clock.now() + wait;
  secret.deletedAt = at;
  const gone = (): void => {
    if (secret.deletedAt === at) world.secrets.delete(secret.name);
  };
  if (isForced) gone();
  else world.clock.after(wait, gone);
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(at) };
}

export const lifecycleOperations: Readonly<Record<string, Operation>> = {
  ListSecrets: reading((world, input) => {
    const isWhole = flag(input, "IncludePlannedDeletion") === true;
    const found = [...world.secrets.values()].filter(
      (secret) =>
        (isWhole || secret.deletedAt === undefined) &&
        records(input, "Filters").every((filter) => passes(secret, filter)),
    );
    if (text(input, "SortOrder") === "asc") found.reverse();
    const { items, nextToken } = page(found, number(input, "MaxResults") ?? 100, text(input, "NextToken"), "secrets");
    const view = (secret: Secret): Output => {
      const stages = Object.entries(stagesOf(secret));
      return { ...secretView(secret), SecretVersionsToStages: Object.fromEntries(stages) };
    };
    return { SecretList: items.map(view), NextToken: nextToken };
  }),

  ListSecretVersionIds: reading((world, input) => {
    const secret = findSecret(world, input);
    const isWhole = flag(input, "IncludeDeprecated") === true;
    const versions = secret.versions.filter(({ stages }) => isWhole || stages.length > 0);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: versions.map(({ id, stages, createdAt }) => ({
        VersionId: id,
        VersionStages: stages,
        CreatedDate: new Date(createdAt),
      })),
    };
  }),

  DeleteSecret: changing(remove),

  RestoreSecret: changing((world, input) => {
    const secret = findSecret(world, input);
    secret.deletedAt = undefined;
    return { ARN: secret.arn, Name: secret.name };
  }),

  TagResource: changing((world, input) => {
    const secret = findLive(world, input);
    const added = tagsOf(input);
    const keys = added.map(({ Key }) => Key);
    secret.tags = [...secret.tags.filter(({ Key }) => !keys.includes(Key)), ...added];
    return {};
  }),

  UntagResource: changing((world, input) => {
    const secret = findLive(world, input);
    const keys = list(input, "TagKeys").map(String);
    secret.tags = secret.tags.filter(({ Key }) => !keys.includes(Key));
    return {};
  }),

  /** No secret here has a policy of its own. */
  GetResourcePolicy: reading((world, input) => {
    const { arn, name } = findSecret(world, input);
    return { ARN: arn, Name: name };
  }),
};
