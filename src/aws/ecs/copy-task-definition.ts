import type * as Sdk from "@aws-sdk/client-ecs";
import {
  ANSWER_ONLY,
  type ContainerEdit,
  type CopyRequest,
  type Edit,
  type TagEdit,
  toCopyRequest,
} from "../../domain/aws/copy-revision.ts";
import { shortName } from "../../domain/aws/ecs.ts";
import { EXECUTION_TAG } from "../../domain/aws/execution-tag.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { translateRead } from "../client/errors.ts";
import { assertTyped, needed } from "../client/needed.ts";
import type { Sender } from "../sender.ts";

/**
 * Reads the revision to copy and registers the copy. ECS takes no token, and a repeated call makes one more revision.
 * The tag shows which attempt made it.
 */
export const registerCopy: Sender = async (clients, input, key) => {
  const [client, commands] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
  const request = toCopyRequest(input);
  const found = await client.send(
    new commands.DescribeTaskDefinitionCommand({ taskDefinition: request.copyOf, include: ["TAGS"] }),
  );
  const copy = copyOf(asRead(found), found.tags ?? [], request);
  const named = { ...copy, tags: [...withoutOurs(copy.tags), { key: EXECUTION_TAG, value: key }] };
  const output = await client.send(new commands.RegisterTaskDefinitionCommand(named));
  const { family, revision, taskDefinitionArn } = output.taskDefinition ?? {};
  const isNamed = family !== undefined && revision !== undefined;
  const made = isNamed ? `${family}:${revision}` : shortName(taskDefinitionArn);
  return { requestId: output.$metadata.requestId, answer: { taskDefinition: made === "" ? null : made } };
};

/** Nothing has been sent yet. A copy must not lack what its original has. */
function asRead(answer: Sdk.DescribeTaskDefinitionCommandOutput): Sdk.TaskDefinition {
  try {
    assertTyped(answer);
    return needed(answer.taskDefinition, "taskDefinition");
  } catch (failure) {
    throw translateRead(failure, "ecs:DescribeTaskDefinition");
  }
}

const withoutOurs = (tags: readonly Sdk.Tag[] = []): Sdk.Tag[] => tags.filter(({ key }) => key !== EXECUTION_TAG);

/**
 * The input of RegisterTaskDefinition for a copy of a task definition with some edits. The values of variables exist
 * only here, between two calls. We neither show nor keep them.
 */
export function copyOf(
  definition: Sdk.TaskDefinition,
  tags: readonly Sdk.Tag[],
  { edits }: CopyRequest,
): Sdk.RegisterTaskDefinitionCommandInput {
  const kept = Object.fromEntries(
    Object.entries(definition).filter(([name]) => !(ANSWER_ONLY as readonly string[]).includes(name)),
  );
  const containerDefinitions = edits.filter(isOfContainer).reduce(edited, definition.containerDefinitions ?? []);
  const dropped = edits.filter(isOfTags).map(({ name }) => name);
  const isKept = (tag: Sdk.Tag): boolean => isOurs(tag) && !dropped.includes(tag.key ?? "");
  return { ...kept, family: definition.family, containerDefinitions, tags: tags.filter(isKept) };
}

const isOfTags = (edit: Edit): edit is TagEdit => edit.member === "tags";
const isOfContainer = (edit: Edit): edit is ContainerEdit => !isOfTags(edit);

/** AWS's own tags cannot be passed. [D] */
const isOurs = ({ key = "" }: Sdk.Tag): boolean => !key.startsWith("aws:");

function edited(containers: Sdk.ContainerDefinition[], edit: ContainerEdit): Sdk.ContainerDefinition[] {
  if (!containers.some(({ name }) => name === edit.container))
    throw editMismatchError(`there is no container ${edit.container}`);
  return containers.map((container) => (container.name === edit.container ? apply(container, edit) : container));
}

function apply(container: Sdk.ContainerDefinition, edit: ContainerEdit): Sdk.ContainerDefinition {
  switch (edit.member) {
    case "image":
      return { ...container, image: edit.to };
    case "dockerLabels":
      return { ...container, dockerLabels: without(container.dockerLabels ?? {}, edit.name) };
    case "secrets":
      return { ...container, secrets: replaced(container.secrets ?? [], edit.name, () => ({ valueFrom: edit.to })) };
    case "environment":
      return {
        ...container,
        environment: replaced(container.environment ?? [], edit.name, ({ value = "" }) => ({
          value: moved(value, edit),
        })),
      };
  }
}

const without = (labels: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => label !== name));

function replaced<T extends { name?: string | undefined }>(
  entries: T[],
  name: string,
  change: (one: T) => object,
): T[] {
  if (!entries.some((entry) => entry.name === name)) throw editMismatchError(`it has no ${name}`);
  return entries.map((entry) => (entry.name === name ? { ...entry, ...change(entry) } : entry));
}

/** Replaces the last match: an earlier one may be part of a password. */
function moved(value: string, { name, from, to }: ContainerEdit & { member: "environment" }): string {
  const at = value.lastIndexOf(from);
  if (at < 0) throw editMismatchError(`${name} does not name ${from}`);
  return value.slice(0, at) + to + value.slice(at + from.length);
}

function editMismatchError(why: string): OpsError {
  return new OpsError({
    code: "copy-unfit",
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    message: `the task definition is not what the plan has seen: ${why}`,
  });
}
