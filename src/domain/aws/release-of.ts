import type { Release } from "../release.ts";
import { certainContainerName, chooseContainer } from "./application-container.ts";
import type { Service, TaskDefinition } from "./ecs.ts";

/** The release that a revision is, by the image of its application's container; `named` is its configured name. */
export function releaseOf(
  taskDefinition: string,
  definition: Pick<TaskDefinition, "containers"> | undefined,
  { balancers }: Pick<Service, "balancers">,
  named?: string,
): Release {
  const containers = definition?.containers ?? [];
  const application = certainContainerName(chooseContainer({ named, balancers, containers }));
  const image = containers.find(({ name }) => name === application)?.image;
  return { taskDefinition, ...(image !== undefined && { image }) };
}
