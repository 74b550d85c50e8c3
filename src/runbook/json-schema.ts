import type { Field, FieldType } from "../domain/field.ts";
import type { JsonObject } from "../domain/json.ts";
import type { ActionSpec, ActionSpecs } from "./action-spec.ts";
import { type Key, type NameShape, type RecordShape, RUNBOOK, type Shape } from "./document-shape.ts";
import { REFERENCE_PATTERN } from "./reference.ts";

/**
 * The JSON Schema (draft 2020-12) of runbooks, for editors. It comes from the shape that the checker reads, and from
 * the existing actions. Only the checker knows the rules between two parts (references, risks).
 */
export function runbookJsonSchema(specs: ActionSpecs): JsonObject {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A vulcan-ops runbook",
    ...recordSchema(RUNBOOK, specs),
    $defs: { reference: REFERENCE },
  };
}

const REFERENCE: JsonObject = {
  type: "string",
  pattern: REFERENCE_PATTERN,
  description: "A whole value from elsewhere: an input, an earlier step's output, or the target.",
};

function schemaOf(shape: Shape, specs: ActionSpecs): JsonObject {
  switch (shape.kind) {
    case "text":
      return { type: "string", minLength: 1, maxLength: shape.most, ...(shape.name && nameSchema(shape.name)) };
    case "whole":
      return { type: "integer", minimum: shape.minimum, maximum: shape.maximum };
    case "flag":
      return { type: "boolean" };
    case "word":
      return { enum: shape.words };
    case "scalar":
      return { type: ["string", "number", "boolean"] };
    case "list":
      return { type: "array", items: schemaOf(shape.of, specs), minItems: shape.least, uniqueItems: shape.unique };
    case "named":
      return {
        type: "object",
        propertyNames: shape.name && nameSchema(shape.name),
        additionalProperties: schemaOf(shape.of, specs),
      };
    case "record":
      return recordSchema(shape, specs);
  }
}

function nameSchema({ pattern, reserved }: NameShape): JsonObject {
  return { pattern, not: { enum: reserved } };
}

/** What fits a record, whatever its document is. */
export function recordSchema({ keys }: RecordShape, specs: ActionSpecs): JsonObject {
  const all = Object.entries(keys);
  const rules = all.flatMap(([name, key]) => [
    ...typeRules(name, key),
    ...(key.actions === true ? actionRules(specs) : []),
  ]);
  return {
    type: "object",
    additionalProperties: false,
    required: all.flatMap(([name, key]) => (key.required === true ? [name] : [])),
    properties: Object.fromEntries(all.map(([name, key]) => [name, keySchema(key, specs)])),
    ...(rules.length > 0 && { allOf: rules }),
  };
}

function keySchema(key: Key, specs: ActionSpecs): JsonObject {
  if (key.actions === true) return { description: key.about, oneOf: Object.values(specs).flatMap(actionNames) };
  return { description: key.about, ...schemaOf(key.shape, specs) };
}

function actionNames({ name, formerly, summary, risk, outputs }: ActionSpec): readonly JsonObject[] {
  const given = Object.entries(outputs).map(([output, { description }]) => `\n- \`${output}\`: ${description}`);
  const outputText = given.length === 0 ? "" : `\n\nOutputs:${given.join("")}`;
  const now = { const: name, description: `${summary} Risk: ${risk}.${outputText}` };
  return formerly === undefined ? [now] : [now, { const: formerly, deprecated: true, description: `Now ${name}.` }];
}

/** A key that only some types allow, and that they may require. */
function typeRules(name: string, { types, neededThere }: Key): readonly JsonObject[] {
  if (types === undefined) return [];
  const isOfType = { properties: { type: { enum: types } }, required: ["type"] };
  return [rule(isOfType, neededThere && { required: [name] }, { properties: { [name]: false } })];
}

/** What each action takes under `with`. */
function actionRules(specs: ActionSpecs): readonly JsonObject[] {
  return Object.values(specs).map(({ name, formerly, inputs, irreversible }) => {
    const needed = Object.keys(inputs).filter((input) => inputs[input]?.required !== false);
    const properties = Object.fromEntries(Object.entries(inputs).map(([input, field]) => [input, valueSchema(field)]));
    const values = { properties: { with: { additionalProperties: false, properties, required: needed } } };
    const required = [...(needed.length > 0 ? ["with"] : []), ...(irreversible === true ? ["irreversible"] : [])];
    const named = formerly === undefined ? { const: name } : { enum: [name, formerly] };
    const isAction = { properties: { action: named }, required: ["action"] };
    return rule(isAction, { ...values, ...(required.length > 0 && { required }) });
  });
}

function rule(condition: JsonObject, consequence: JsonObject | undefined, otherwise?: JsonObject): JsonObject {
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  return { if: condition, then: consequence, else: otherwise };
}

function valueSchema(field: Field): JsonObject {
  return { description: field.description, anyOf: [FIELD_SCHEMAS[field.type](field), { $ref: "#/$defs/reference" }] };
}

const whole =
  (least?: number) =>
  ({ minimum = least, maximum }: Field): JsonObject => ({ type: "integer", minimum, maximum });

const TEXT: JsonObject = { type: "string", minLength: 1 };

const FIELD_SCHEMAS: Readonly<Record<FieldType, (field: Field) => JsonObject>> = {
  string: () => TEXT,
  integer: whole(),
  boolean: () => ({ type: "boolean" }),
  choice: ({ choices = [] }) => ({ enum: choices }),
  revision: (field) => ({ anyOf: [whole(1)(field), { type: "string", pattern: "^[1-9]\\d*$|:[1-9]\\d*$" }] }),
  version: whole(0),
  time: () => ({ type: "string", format: "date-time" }),
  duration: (field) => ({
    anyOf: [whole(0)(field), { type: "string", pattern: "^(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$" }],
  }),
  arn: () => ({ type: "string", pattern: "^arn:aws" }),
  taskDefinition: () => ({ type: "string", pattern: ":[1-9]\\d*$" }),
};
