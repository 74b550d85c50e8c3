import type { Json, JsonObject } from "../json.ts";

/** A statement of a policy. */
export const allow = (actions: readonly string[], resource: Json, condition?: JsonObject): JsonObject => ({
  Effect: "Allow",
  Action: actions,
  Resource: resource,
  ...(condition && { Condition: condition }),
});

export const named = (sid: string, statement: JsonObject): JsonObject => ({ Sid: sid, ...statement });

export const policy = (...statements: readonly JsonObject[]): JsonObject => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** Lets a service, or principals, assume a role. */
export const trust = (principal: JsonObject, condition?: JsonObject): JsonObject =>
  policy({
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...(condition && { Condition: condition }),
  });

/** Items of a table by how their key begins, `x#*`: for other items a statement allows nothing. [D: IAM conditions of DynamoDB] */
export const itemsOf = (...keys: readonly string[]): JsonObject => ({
  "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys },
});
