import { pinned } from "../ecs/image-of.ts";
import type { Image } from "../vulcan/image.ts";
import type { World } from "../world.ts";
import { partsOf } from "./images.ts";
import { newRepository } from "./repository.ts";

/** Adds an image to the registry. It takes over the tag of an earlier image, which stays under its digest. */
export function push(world: World, image: Image, at = world.clock.now()): void {
  const { repository } = partsOf(image.ref);
  if (!world.repositories.has(repository)) world.repositories.set(repository, newRepository(world, repository, at));
  world.images.set(image.ref, image);
  world.images.set(pinned(image.ref, image.digest), image);
  world.pushed.set(image.digest, at);
}
