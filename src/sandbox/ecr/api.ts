import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { number, record, records, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading, type ServiceApi } from "../http/operation.ts";
import { page } from "../http/page.ts";
import type { Image } from "../vulcan/image.ts";
import type { World } from "../world.ts";
import { imagesIn, imageTags, matching, removeImage } from "./images.ts";
import { repositoryOperations } from "./repositories.ts";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
const SIZE = 48_300_000;

function detail(world: World, repositoryName: string, image: Image): Output {
  const tags = imageTags(world, image);
  return {
    registryId: world.account,
    repositoryName,
    imageDigest: image.digest,
    ...(tags.length === 0 ? {} : { imageTags: tags }),
    imageSizeInBytes: SIZE,
    imagePushedAt: new Date(world.pushed.get(image.digest) ?? 0),
    imageManifestMediaType: INDEX,
  };
}

/** Whether `filter.tagStatus` lets an image pass. */
function statusFilter(world: World, input: Input): (image: Image) => boolean {
  const status = text(record(input, "filter") ?? {}, "tagStatus") ?? "ANY";
  return (image) => status === "ANY" || (status === "TAGGED") === imageTags(world, image).length > 0;
}

/** Each image under each of its tags. [D] */
function listImages(world: World, input: Input): Output {
  const images = imagesIn(world, required(input, "repositoryName")).filter(statusFilter(world, input));
  const { items, nextToken } = page(images, number(input, "maxResults") ?? 100, text(input, "nextToken"), "image-ids");
  const idOf = (image: Image): Output => {
    const [tag] = imageTags(world, image);
    return { imageDigest: image.digest, ...(tag === undefined ? {} : { imageTag: tag }) };
  };
  return { imageIds: items.map(idOf), nextToken };
}

function describeImages(world: World, input: Input): Output {
  const repository = required(input, "repositoryName");
  const images = imagesIn(world, repository);
  const ids = records(input, "imageIds");
  const requested = ids.map((id) => matching(world, images, id) ?? notFound(world, repository, id));
  const listed = (ids.length > 0 ? requested : images).filter(statusFilter(world, input));
  const { items, nextToken } = page(listed, number(input, "maxResults") ?? 100, text(input, "nextToken"), "images");
  return { imageDetails: items.map((image) => detail(world, repository, image)), nextToken };
}

function notFound(world: World, repository: string, id: Input): never {
  const named = `{imageDigest:'${text(id, "imageDigest") ?? "null"}', imageTag:'${text(id, "imageTag") ?? "null"}'}`;
  const message = `The image with imageId ${named} does not exist within the repository with name '${repository}' in the registry with id '${world.account}'`;
  throw new AwsError("ImageNotFoundException", message);
}

/** Finds each id. Unknown ids become failures, as in all Batch calls. [D] */
function lookUp(world: World, input: Input): { found: [Input, Image][]; failures: Output[] } {
  const images = imagesIn(world, required(input, "repositoryName"));
  const found: [Input, Image][] = [];
  const failures: Output[] = [];
  for (const id of records(input, "imageIds")) {
    const image = matching(world, images, id);
    if (image !== undefined) found.push([id, image]);
    else failures.push({ imageId: id, failureCode: "ImageNotFound", failureReason: "Requested image not found" });
  }
  return { found, failures };
}

/** An index, as buildx pushes it: an image for each platform. [O] */
function manifest({ digest, platforms = ["linux/amd64"] }: Image): string {
  const manifests = platforms.map((platform) => {
    const [os, architecture] = platform.split("/");
    return { mediaType: MANIFEST, size: 1572, digest, platform: { architecture, os } };
  });
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
}

/** Registries of other accounts hold nothing that may be seen. */
function inOwnRegistry(operation: Operation): Operation {
  const handle: Operation["handle"] = (world, input, fault) => {
    const registry = text(input, "registryId") ?? world.account;
    if (registry === world.account) return operation.handle(world, input, fault);
    const name = text(input, "repositoryName") ?? texts(input, "repositoryNames")[0];
    const message = `The repository with name '${name ?? ""}' does not exist in the registry with id '${registry}'`;
    throw new AwsError("RepositoryNotFoundException", message);
  };
  return { ...operation, handle };
}

const own = (operations: Readonly<Record<string, Operation>>): Record<string, Operation> =>
  Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, inOwnRegistry(operation)]));

export const ecrApi: ServiceApi = {
  scope: "ecr",
  name: "ecr",
  target: "AmazonEC2ContainerRegistry_V20150921",
  jsonVersion: "1.1",
  operations: own({
    DescribeImages: reading(describeImages),
    ListImages: reading(listImages),

    BatchGetImage: reading((world, input) => {
      const { found, failures } = lookUp(world, input);
      const images = found.map(([id, image]) => ({
        registryId: world.account,
        repositoryName: text(input, "repositoryName"),
        imageId: { ...id, imageDigest: image.digest },
        imageManifest: manifest(image),
        imageManifestMediaType: INDEX,
      }));
      return { images, failures };
    }),

    /** An image has one tag here, and goes with it, as on AWS with its last one. [D] */
    BatchDeleteImage: changing((world, input) => {
      const { found, failures } = lookUp(world, input);
      for (const [, image] of found) removeImage(world, image);
      return { imageIds: found.map(([id, image]) => ({ ...id, imageDigest: image.digest })), failures };
    }),

    ...repositoryOperations,
  }),
};
