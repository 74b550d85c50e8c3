import type { Image } from "../vulcan/image.ts";
import type { World } from "../world.ts";
import type { Task } from "./model.ts";
import type { TaskContainer } from "./task-container.ts";

/** `repository@sha256:…`. The agent pulls this if the tag was resolved when the deployment was made. [D] */
export const pinned = (ref: string, digest: string): string => `${ref.slice(0, ref.lastIndexOf(":"))}@${digest}`;

/** The reference for pulling a container's image: its digest, or its tag if the tag could not be resolved. */
export function pullRef(task: Task, { definition: { name, image } }: TaskContainer): string {
  const resolved = task.deployment.revision.images.find(({ containerName }) => containerName === name)?.imageDigest;
  return resolved === undefined ? image : pinned(image, resolved);
}

/** The build that a container runs; undefined when the registry does not have it, or it is no build of Vulcan's. */
export const imageOf = (world: World, task: Task, container: TaskContainer): Image | undefined =>
  world.images.get(pullRef(task, container));
