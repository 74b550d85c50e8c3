import type { Input } from "../http/input.ts";
import { number, record, records, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { healthRule } from "./container-health.ts";
import type { ContainerDefinition, DependencyCondition, TaskDefinition } from "./model.ts";
import { ecsArn } from "./names.ts";
import { tagsOf } from "./tags.ts";

/** Default time from SIGTERM to SIGKILL, in seconds. [D] */
const STOP_TIMEOUT = 30;

/** Adds the next revision of a family. `tags` are separate from the rest, as in the API. */
export function addDefinition(
  world: World,
  input: Input,
  registeredAt = world.clock.now(),
  revision = nextRevision(world, text(input, "family") ?? ""),
): TaskDefinition {
  const { tags: _, ...registered } = input;
  const family = text(input, "family") ?? "";
  const definition: TaskDefinition = {
    family,
    revision,
    arn: ecsArn(world, `task-definition/${family}:${revision}`),
    status: "ACTIVE",
    registeredAt,
    deregisteredAt: undefined,
    registeredBy: `arn:aws:sts::${world.account}:assumed-role/deploy/github-actions`,
    registered,
    tags: tagsOf(input),
    containers: records(input, "containerDefinitions").map(readContainer),
  };
  const revisions = world.ecs.families.get(family) ?? [];
  world.ecs.families.set(family, [...revisions, definition]);
  return definition;
}

const nextRevision = (world: World, family: string): number =>
  (world.ecs.families.get(family)?.at(-1)?.revision ?? 0) + 1;

function readContainer(container: Input): ContainerDefinition {
  return {
    name: text(container, "name") ?? "",
    image: text(container, "image") ?? "",
    essential: container.essential !== false,
    dependsOn: records(container, "dependsOn").map((one) => ({
      containerName: text(one, "containerName") ?? "",
      condition: (text(one, "condition") ?? "") as DependencyCondition,
    })),
    ports: records(container, "portMappings").flatMap((mapping) => number(mapping, "containerPort") ?? []),
    health: healthRule(record(container, "healthCheck")),
    startTimeoutSeconds: number(container, "startTimeout"),
    stopTimeoutSeconds: Number(container.stopTimeout ?? STOP_TIMEOUT),
    registered: container,
  };
}
