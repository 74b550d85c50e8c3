import { pinned } from "../ecs/image-of.ts";
import type { Input } from "../http/input.ts";
import { text } from "../http/input.ts";
import type { Image } from "../vulcan/image.ts";
import type { World } from "../world.ts";
import { findRepository } from "./repository.ts";

/** Splits `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG` into its parts. */
export const partsOf = (ref: string): { repository: string; tag: string } => {
  const colon = ref.lastIndexOf(":");
  return { repository: ref.slice(ref.indexOf("/") + 1, colon), tag: ref.slice(colon + 1) };
};

/** The images of a repository, each once, oldest first. An image whose tag has moved to another image has no tags. */
export function imagesIn(world: World, repository: string): Image[] {
  const { name } = findRepository(world, repository);
  const found = [...new Set(world.images.values())].filter(({ ref }) => partsOf(ref).repository === name);
  return found.sort((a, b) => (world.pushed.get(a.digest) ?? 0) - (world.pushed.get(b.digest) ?? 0));
}

export const imageTags = (world: World, image: Image): string[] =>
  world.images.get(image.ref) === image ? [partsOf(image.ref).tag] : [];

/** The image that an id names: by digest, by tag, or by both if both match. */
export const matching = (world: World, images: readonly Image[], id: Input): Image | undefined => {
  const digest = text(id, "imageDigest");
  const tag = text(id, "imageTag");
  return images.find(
    (image) =>
      (digest === undefined || image.digest === digest) && (tag === undefined || imageTags(world, image).includes(tag)),
  );
};

/** Removes an image with all its tags. */
export function removeImage(world: World, image: Image): void {
  if (world.images.get(image.ref) === image) world.images.delete(image.ref);
  world.images.delete(pinned(image.ref, image.digest));
}
