import type { JsonObject } from "../../domain/json.ts";

/** A JSON Schema as data. Members may be added in a later version, so none is forbidden. */
export type Schema = JsonObject;

export const text: Schema = { type: "string" };
export const whole: Schema = { type: "integer" };
export const number: Schema = { type: "number" };
export const flag: Schema = { type: "boolean" };
export const anything: Schema = {};
/** RFC 3339, in UTC. */
export const instant: Schema = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$" };

export const oneOf = (...words: readonly (string | number | boolean | null)[]): Schema => ({ enum: words });
export const listOf = (items: Schema): Schema => ({ type: "array", items });
export const mapOf = (values: Schema): Schema => ({ type: "object", additionalProperties: values });
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
export const either = (...schemas: readonly Schema[]): Schema => ({ anyOf: schemas });

/** An object; a name that ends in `?` may be absent. */
export function object(members: Readonly<Record<string, Schema>>): Schema {
  const entries = Object.entries(members);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace(/\?$/, ""), schema])),
    required: entries.flatMap(([name]) => (name.endsWith("?") ? [] : [name])),
  };
}
