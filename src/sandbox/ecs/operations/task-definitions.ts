import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { number, required, text, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import { type Page, page } from "../../http/page.ts";
import type { World } from "../../world.ts";
import { checkDefinition } from "../definition-rules.ts";
import { addDefinition } from "../definitions.ts";
import { findDefinition } from "../find.ts";
import type { TaskDefinition } from "../model.ts";
import { shortName } from "../names.ts";
import { sizeOf } from "../task-size.ts";
import { definitionView } from "../views/task-definition.ts";

/** Default and maximum size of a page. [D] */
const MOST = 100;

function existing(world: World, input: Input): TaskDefinition {
  const definition = findDefinition(world, required(input, "taskDefinition"));
  if (definition === undefined) throw new AwsError("ClientException", "Unable to describe task definition.");
  return definition;
}

/** Only a revision can be deregistered. A family alone does not mean its newest revision. [D; text I] */
function refuseBareFamily(input: Input): void {
  if (shortName(required(input, "taskDefinition")).includes(":")) return;
  throw new AwsError("ClientException", "A task definition must be specified as family:revision or as an ARN.");
}

/** The families by name, each with its revisions, oldest first. */
const families = (world: World): [string, TaskDefinition[]][] =>
  [...world.ecs.families].sort(([a], [b]) => (a < b ? -1 : 1));

const isActive = ({ status }: TaskDefinition): boolean => status === "ACTIVE";

/** ACTIVE families have an ACTIVE revision, INACTIVE ones have none; without a status both are listed. [D] */
function hasStatus(revisions: readonly TaskDefinition[], status: string): boolean {
  return status === "ALL" || (status === "ACTIVE") === revisions.some(isActive);
}

function paged(all: readonly string[], input: Input, kind: string): Page<string> {
  const size = number(input, "maxResults") ?? MOST;
  if (size < 1 || size > MOST) {
    throw new AwsError("InvalidParameterException", `maxResults must be between 1 and ${MOST}.`);
  }
  return page(all, size, text(input, "nextToken"), kind);
}

export const taskDefinitionOperations: Readonly<Record<string, Operation>> = {
  RegisterTaskDefinition: changing((world, input) => {
    const sized = { ...input, ...sizeOf(input) };
    checkDefinition(sized);
    const definition = addDefinition(world, sized);
    return { taskDefinition: definitionView(definition), tags: definition.tags };
  }),

  DeregisterTaskDefinition: changing((world, input) => {
    refuseBareFamily(input);
    const definition = existing(world, input);
    definition.status = "INACTIVE";
    definition.deregisteredAt ??= world.clock.now();
    return { taskDefinition: definitionView(definition) };
  }),

  DescribeTaskDefinition: reading((world, input) => {
    const definition = existing(world, input);
    const tags = texts(input, "include").includes("TAGS") ? definition.tags : undefined;
    return { taskDefinition: definitionView(definition), tags };
  }),

  ListTaskDefinitions: reading((world, input) => {
    const status = text(input, "status") ?? "ACTIVE";
    // The documentation calls it a prefix, but it must be the full family name. [D]
    const family = text(input, "familyPrefix");
    const arns = families(world)
      .flatMap(([, revisions]) => revisions)
      .filter((definition) => definition.status === status && (family === undefined || definition.family === family))
      .map(({ arn }) => arn);
    if (text(input, "sort") === "DESC") arns.reverse();
    const { items, nextToken } = paged(arns, input, "definitions");
    return { taskDefinitionArns: items, nextToken };
  }),

  /** Here familyPrefix really is a prefix. [D] */
  ListTaskDefinitionFamilies: reading((world, input) => {
    const prefix = text(input, "familyPrefix") ?? "";
    const status = text(input, "status") ?? "ALL";
    const names = families(world)
      .filter(([name, revisions]) => name.startsWith(prefix) && hasStatus(revisions, status))
      .map(([name]) => name);
    const { items, nextToken } = paged(names, input, "families");
    return { families: items, nextToken };
  }),
};
