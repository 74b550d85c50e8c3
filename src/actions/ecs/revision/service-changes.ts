import { familyOf, type Service, type ServiceDeployment, type TaskDefinition } from "../../../domain/aws/ecs.ts";
import { releaseOf } from "../../../domain/aws/release-of.ts";
import type { Deed } from "../../../domain/deed.ts";
import type { Change } from "../../../domain/operation.ts";
import { releaseChange, releaseName } from "../../../domain/release.ts";
import { definitionChanges } from "./definition-diff.ts";
import { deployDeed } from "./release.ts";

/** A service, what it runs, and what it is to run. */
interface Deployment {
  readonly service: Service;
  /** The name of the application's container, if it is given. */
  readonly named?: string | undefined;
  readonly isUndo: boolean;
  readonly now: TaskDefinition | undefined;
  readonly wanted: TaskDefinition;
  /** The deployment in flight, if it can be cancelled. */
  readonly stoppable: ServiceDeployment | undefined;
}

/** What runs now, what is wanted, and both in a word. */
export function releasesOf({ service, named, now, wanted }: Deployment) {
  const from = releaseOf(service.taskDefinition, now, service, named);
  const to = releaseOf(wanted.name, wanted, service, named);
  return { from, to, change: releaseChange(from, to, familyOf(service.taskDefinition)) };
}

export function deedOf(deployment: Deployment): Deed {
  const { service, isUndo, stoppable } = deployment;
  const { from, to } = releasesOf(deployment);
  const deed = deployDeed(service, from, to, isUndo);
  if (stoppable === undefined) return deed;
  const how = `cancel the running deployment; ECS restores ${releaseName(to, familyOf(service.taskDefinition))}`;
  return { ...deed, how };
}

/** The task definition, its images, and what else differs between the two. */
export function serviceChanges({ service, now, wanted }: Deployment): Change[] {
  const subject = `service ${service.name}`;
  const definition = { subject, property: "task definition", before: service.taskDefinition, after: wanted.name };
  const images = wanted.containers.flatMap(({ name, image }) => {
    const before = now?.containers.find((container) => container.name === name)?.image ?? null;
    return before === image ? [] : [{ subject, property: `image of ${name}`, before, after: image }];
  });
  return [definition, ...images, ...(now === undefined ? [] : definitionChanges(now, wanted))];
}
