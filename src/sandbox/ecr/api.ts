import { pinned } from "../ecs/image-of.ts";
import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { number, record, records, required, text } from "../http/input.ts";
import { changing, reading, type ServiceApi } from "../http/operation.ts";
import { page } from "../http/page.ts";
import type { Image } from "../vulcan/image.ts";
import type { World } from "../world.ts";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const SIZE = 48_300_000;

/** Splits `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG` into its parts. */
const partsOf = (ref: string): { repository: string; tag: string } => {
  const colon = ref.lastIndexOf(":");
  return { repository: ref.slice(ref.indexOf("/") + 1, colon), tag: ref.slice(colon + 1) };
};

/** The images of a repository, each once, oldest first. An image whose tag has moved to another image has no tags. */
function imagesIn(world: World, repository: string): Image[] {
  const found = [...new Set(world.images.values())].filter(({ ref }) => partsOf(ref).repository === repository);
  if (found.length > 0) {
    return found.sort((a, b) => (world.pushed.get(a.digest) ?? 0) - (world.pushed.get(b.digest) ?? 0));
  }
  const message = `The repository with name '${repository}' does not exist in the registry with id '${world.account}'`;
  throw new AwsError("RepositoryNotFoundException", message);
}

const tagsOf = (world: World, image: Image): string[] =>
  world.images.get(image.ref) === image ? [partsOf(image.ref).tag] : [];

/** The image that an id names: by digest, by tag, or by both if both match. */
const matching = (world: World, images: readonly Image[], id: Input): Image | undefined => {
  const digest = text(id, "imageDigest");
  const tag = text(id, "imageTag");
  return images.find(
    (image) =>
      (digest === undefined || image.digest === digest) && (tag === undefined || tagsOf(world, image).includes(tag)),
  );
};

function detail(world: World, repositoryName: string, image: Image): Output {
  const tags = tagsOf(world, image);
  return {
    registryId: world.account,
    repositoryName,
    imageDigest: image.digest,
    ...(tags.length === 0 ? {} : { imageTags: tags }),
    imageSizeInBytes: SIZE,
    imagePushedAt: new Date(world.pushed.get(image.digest) ?? 0),
    imageManifestMediaType: MANIFEST,
    artifactMediaType: "application/vnd.docker.container.image.v1+json",
  };
}

function describeImages(world: World, input: Input): Output {
  const repository = required(input, "repositoryName");
  const images = imagesIn(world, repository);
  const ids = records(input, "imageIds");
  const status = text(record(input, "filter") ?? {}, "tagStatus") ?? "ANY";
  const requested = ids.map((id) => matching(world, images, id) ?? notFound(world, repository, id));
  const listed = (ids.length > 0 ? requested : images).filter(
    (image) => status === "ANY" || (status === "TAGGED") === tagsOf(world, image).length > 0,
  );
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

function manifest(image: Image): string {
  const config = { mediaType: "application/vnd.docker.container.image.v1+json", size: 7023, digest: image.digest };
  return JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [] });
}

export const ecrApi: ServiceApi = {
  scope: "ecr",
  name: "ecr",
  target: "AmazonEC2ContainerRegistry_V20150921",
  jsonVersion: "1.1",
  operations: {
    DescribeImages: reading(describeImages),

    BatchGetImage: reading((world, input) => {
      const { found, failures } = lookUp(world, input);
      const images = found.map(([id, image]) => ({
        registryId: world.account,
        repositoryName: text(input, "repositoryName"),
        imageId: { ...id, imageDigest: image.digest },
        imageManifest: manifest(image),
        imageManifestMediaType: MANIFEST,
      }));
      return { images, failures };
    }),

    /** By tag, it removes the tag. By digest, it removes the image with all its tags. [D] */
    BatchDeleteImage: changing((world, input) => {
      const { found, failures } = lookUp(world, input);
      for (const [id, image] of found) {
        if (tagsOf(world, image).length > 0) world.images.delete(image.ref);
        const whole = id.imageDigest !== undefined || tagsOf(world, image).length === 0;
        if (whole) world.images.delete(pinned(image.ref, image.digest));
      }
      return { imageIds: found.map(([id, image]) => ({ ...id, imageDigest: image.digest })), failures };
    }),
  },
};
