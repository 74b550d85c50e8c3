import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { flag, number, record, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { imagesIn, removeImage } from "./images.ts";
import type { Repository } from "./model.ts";
import { findRepository, newRepository } from "./repository.ts";

const repositoryView = (world: World, repository: Repository): Output => ({
  repositoryArn: repository.arn,
  registryId: world.account,
  repositoryName: repository.name,
  repositoryUri: `${world.account}.dkr.ecr.${world.region}.amazonaws.com/${repository.name}`,
  createdAt: new Date(repository.createdAt),
  imageTagMutability: repository.isImmutable ? "IMMUTABLE" : "MUTABLE",
  imageScanningConfiguration: { scanOnPush: false },
  encryptionConfiguration: { encryptionType: "AES256" },
});

/** Lower case, digits, and `.`, `_`, `-` and `/` between them. [D; text O] */
const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

function create(world: World, input: Input): Output {
  const name = required(input, "repositoryName");
  if (name.length < 2 || name.length > 256 || !NAME.test(name)) {
    const message = `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression'`;
    throw new AwsError("InvalidParameterException", message);
  }
  if (world.repositories.has(name)) {
    const message = `The repository with name '${name}' already exists in the registry with id '${world.account}'`;
    throw new AwsError("RepositoryAlreadyExistsException", message);
  }
  refuseUnsimulated(input);
  const repository: Repository = {
    ...newRepository(world, name, world.clock.now()),
    isImmutable: text(input, "imageTagMutability") === "IMMUTABLE",
    tags: tagsOf(input, "tags"),
  };
  world.repositories.set(name, repository);
  return { repository: repositoryView(world, repository) };
}

function refuseUnsimulated(input: Input): void {
  const encryption = text(record(input, "encryptionConfiguration") ?? {}, "encryptionType") ?? "AES256";
  const scans = flag(record(input, "imageScanningConfiguration") ?? {}, "scanOnPush") === true;
  const mutability = text(input, "imageTagMutability") ?? "MUTABLE";
  if (encryption === "AES256" && !scans && /^(IM)?MUTABLE$/.test(mutability)) return;
  const what = scans ? "scans" : encryption === "AES256" ? mutability : encryption;
  throw new AwsError("NotImplemented", `The sandbox does not simulate repositories with ${what}.`, 501);
}

function findTagged(world: World, input: Input): Repository {
  const arn = required(input, "resourceArn");
  return findRepository(world, arn.replace(/^.*:repository\//, ""));
}

/** Twelve hours. [D] */
const TOKEN_LASTS = 12 * 3600 * 1000;

export const repositoryOperations: Readonly<Record<string, Operation>> = {
  DescribeRepositories: reading((world, input) => {
    const names = texts(input, "repositoryNames");
    const all = [...world.repositories.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const found = names.length === 0 ? all : names.map((name) => findRepository(world, name));
    const { items, nextToken } = page(
      found,
      number(input, "maxResults") ?? 100,
      text(input, "nextToken"),
      "repositories",
    );
    return { repositories: items.map((repository) => repositoryView(world, repository)), nextToken };
  }),

  CreateRepository: changing(create),

  /** With its images only on demand. [D; text O] */
  DeleteRepository: changing((world, input) => {
    const repository = findRepository(world, required(input, "repositoryName"));
    const { name } = repository;
    const images = imagesIn(world, name);
    if (images.length > 0 && flag(input, "force") !== true) {
      const message = `The repository with name '${name}' in registry with id '${world.account}' cannot be deleted because it still contains images`;
      throw new AwsError("RepositoryNotEmptyException", message);
    }
    for (const image of images) removeImage(world, image);
    world.repositories.delete(name);
    return { repository: repositoryView(world, repository) };
  }),

  /** A token that no registry here takes: images are not pushed, scenarios have them. */
  GetAuthorizationToken: reading((world) => ({
    authorizationData: [
      {
        authorizationToken: Buffer.from("AWS:rehearsal").toString("base64"),
        expiresAt: new Date(world.clock.now() + TOKEN_LASTS),
        proxyEndpoint: `https://${world.account}.dkr.ecr.${world.region}.amazonaws.com`,
      },
    ],
  })),

  /** No repository has a policy: what would make one is not simulated. */
  GetRepositoryPolicy: reading((world, input) => {
    const { name } = findRepository(world, required(input, "repositoryName"));
    const message = `Repository policy does not exist for the repository with name '${name}' in the registry with id '${world.account}'`;
    throw new AwsError("RepositoryPolicyNotFoundException", message);
  }),
  GetLifecyclePolicy: reading((world, input) => {
    const { name } = findRepository(world, required(input, "repositoryName"));
    const message = `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${world.account}'`;
    throw new AwsError("LifecyclePolicyNotFoundException", message);
  }),

  ListTagsForResource: reading((world, input) => ({ tags: findTagged(world, input).tags })),

  TagResource: changing((world, input) => {
    const repository = findTagged(world, input);
    const added = tagsOf(input, "tags");
    const keys = added.map(({ Key }) => Key);
    repository.tags = [...repository.tags.filter(({ Key }) => !keys.includes(Key)), ...added];
    return {};
  }),

  UntagResource: changing((world, input) => {
    const repository = findTagged(world, input);
    const keys = texts(input, "tagKeys");
    repository.tags = repository.tags.filter(({ Key }) => !keys.includes(Key));
    return {};
  }),
};
