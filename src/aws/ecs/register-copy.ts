import type * as Sdk from "@aws-sdk/client-ecs";
import { toCopyRequest } from "../../domain/aws/copy-revision.ts";
import { shortName } from "../../domain/aws/ecs.ts";
import { EXECUTION_TAG } from "../../domain/aws/execution-tag.ts";
import type { Sender } from "../sender.ts";
import { copyOf } from "./copy-task-definition.ts";

/**
 * Reads the revision that is copied and registers the copy. ECS takes no token, and a repetition makes one more revision:
 * the tag says which attempt made it.
 */
export const registerCopy: Sender = async (clients, input, key) => {
  const [client, commands] = await Promise.all([clients.ecs(), import("../sdk/ecs.ts")]);
  const request = toCopyRequest(input);
  const { taskDefinition = {} as Sdk.TaskDefinition, tags = [] } = await client.send(
    new commands.DescribeTaskDefinitionCommand({ taskDefinition: request.copyOf, include: ["TAGS"] }),
  );
  const copy = copyOf(taskDefinition, tags, request);
  const named = { ...copy, tags: [...withoutOurs(copy.tags), { key: EXECUTION_TAG, value: key }] };
  const output = await client.send(new commands.RegisterTaskDefinitionCommand(named));
  const { family, revision, taskDefinitionArn } = output.taskDefinition ?? {};
  const made = revision === undefined ? shortName(taskDefinitionArn) : `${family}:${revision}`;
  return { requestId: output.$metadata.requestId, answer: { taskDefinition: made } };
};

const withoutOurs = (tags: readonly Sdk.Tag[] = []): Sdk.Tag[] => tags.filter(({ key }) => key !== EXECUTION_TAG);
