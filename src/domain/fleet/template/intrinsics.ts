import type { Json, JsonObject } from "../../json.ts";

/** Functions of CloudFormation. */
export const ref = (name: string): JsonObject => ({ Ref: name });
export const attribute = (resource: string, name: string): JsonObject => ({ "Fn::GetAtt": [resource, name] });
export const sub = (text: string): JsonObject => ({ "Fn::Sub": text });
export const joined = (list: string): JsonObject => ({ "Fn::Join": [",", ref(list)] });

/** A statement of a policy. */
export const allow = (actions: readonly string[], resource: Json, condition?: JsonObject): JsonObject => ({
  Effect: "Allow",
  Action: actions,
  Resource: resource,
  ...(condition && { Condition: condition }),
});

export const policy = (...statements: readonly JsonObject[]): JsonObject => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** Items of the table by how their first key begins: `x#*`. */
export const itemsOf = (...keys: readonly string[]): JsonObject => ({
  "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys },
});
