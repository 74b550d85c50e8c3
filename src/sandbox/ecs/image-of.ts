import type { Image } from "../vulcan/image.ts";
import type { World } from "../world.ts";
import type { Task } from "./model.ts";
import { mainContainer } from "./task-queries.ts";

/** `repository@sha256:…`. The agent pulls this if the tag was resolved when the deployment was made. [D] */
export const pinned = (ref: string, digest: string): string => `${ref.slice(0, ref.lastIndexOf(":"))}@${digest}`;

/** The reference for pulling the task's image: its digest, or its tag if the tag could not be resolved. */
export function pullRef(task: Task): string {
  const { name, image } = mainContainer(task);
  const resolved = task.deployment.revision.images.find(({ containerName }) => containerName === name)?.imageDigest;
  return resolved === undefined ? image : pinned(image, resolved);
}

/** The build that the task runs; undefined when the registry does not have it. */
export const imageOf = (world: World, task: Task): Image | undefined => world.images.get(pullRef(task));
