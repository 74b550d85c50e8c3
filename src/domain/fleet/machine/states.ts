import type { JsonObject } from "../../json.ts";

/** A state of Amazon States Language, as JSONPath has it. No JSONata: no interpreter on a laptop runs it. */
export type State = JsonObject;
export type States = Readonly<Record<string, State>>;

/** A read or write of the table that fails is tried again for some minutes: nothing else depends on it meanwhile. */
export const PATIENT = [
  { ErrorEquals: ["States.ALL"], IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: 8 },
];

/** `${…}` of the definition is filled in by CloudFormation. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own form
export const TABLE = "${Table}";

/** The brake of a wave: `failed` and `tolerated`, as numbers. Consistent: a count that has just been made is seen. */
export const readBrake = (wave: string, next: string): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::dynamodb:getItem",
  Parameters: { TableName: TABLE, Key: brakeOf(wave), ConsistentRead: true },
  ResultSelector: {
    "failed.$": "States.StringToJson($.Item.failed.N)",
    "tolerated.$": "States.StringToJson($.Item.tolerated.N)",
  },
  ResultPath: "$.brake",
  Retry: PATIENT,
  Next: next,
});

/** One update of a brake. `wave`: the path of its name. */
export const updateBrake = (wave: string, update: JsonObject, next: string): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::dynamodb:updateItem",
  Parameters: { TableName: TABLE, Key: brakeOf(wave), ...update },
  ResultPath: null,
  Retry: PATIENT,
  Next: next,
});

const brakeOf = (wave: string): JsonObject => ({
  pk: { "S.$": "States.Format('brake#{}', $.run)" },
  sk: { "S.$": wave },
});

/** The brake is on: more have failed than it tolerates. A stop by hand makes `tolerated` -1. */
export const BRAKE_IS_ON: JsonObject = {
  Variable: "$.brake.failed",
  NumericGreaterThanPath: "$.brake.tolerated",
};

export const pass = (fields: JsonObject, next?: string): State => ({
  Type: "Pass",
  ...fields,
  ...(next === undefined ? { End: true } : { Next: next }),
});

export const choice = (rules: readonly JsonObject[], otherwise: string): State => ({
  Type: "Choice",
  Choices: rules,
  Default: otherwise,
});

export const fail = (error: string, cause: JsonObject): State => ({ Type: "Fail", Error: error, ...cause });
