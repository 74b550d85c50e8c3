import type { Json, JsonObject } from "../json.ts";

/** The value of a parameter, or the name of a resource. */
export const ref = (name: string): JsonObject => ({ Ref: name });

export const attribute = (resource: string, name: string): JsonObject => ({ "Fn::GetAtt": [resource, name] });

/** A text that CloudFormation fills in: each name in braces, `{AWS::Region}`, stands for its value. */
export const sub = (text: string): JsonObject => ({ "Fn::Sub": text.replaceAll("{", "${") });

/** JSON as one text that CloudFormation fills in: each name that is alone in its braces. */
export const subJson = (value: JsonObject): JsonObject => ({
  "Fn::Sub": JSON.stringify(value).replace(/\{(?=\w+\})/g, "$${"),
});

/** A list as one text, with commas. */
export const joined = (list: string): JsonObject => ({ "Fn::Join": [",", ref(list)] });

export const either = (condition: string, then: Json, otherwise: Json): JsonObject => ({
  "Fn::If": [condition, then, otherwise],
});

/** As if the property were not there. */
export const NOTHING = ref("AWS::NoValue");
