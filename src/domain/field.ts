import { parseDuration, parseMoment } from "./time.ts";

/**
 * Field types are data: the TypeScript type, the checker, the prompt and the JSON Schema come from one record. Values
 * are plain JSON. `revision` is a whole number from 1, or
 * `family:revision` or an ARN where the family is given; `version` is a whole number from 0; `time` is RFC 3339 in UTC; `duration` is
 * whole seconds; `taskDefinition` is `family:revision` or an ARN.
 */
export type FieldType =
  | "string"
  | "integer"
  | "boolean"
  | "choice"
  | "revision"
  | "version"
  | "time"
  | "duration"
  | "arn"
  | "taskDefinition";

export interface Field {
  readonly type: FieldType;
  readonly description: string;
  /** Absent means required. */
  readonly required?: boolean;
  readonly default?: FieldValue;
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

export type Fields = Readonly<Record<string, Field>>;
export type FieldValue = string | number | boolean;

interface TypeOf {
  string: string;
  integer: number;
  boolean: boolean;
  choice: string;
  revision: number | string;
  version: number;
  time: string;
  duration: number;
  arn: string;
  taskDefinition: string;
}

type Optional<F extends Fields> = { [K in keyof F]: F[K] extends { required: false } ? K : never }[keyof F];

/** The values that fit a record of fields. */
export type Values<F extends Fields> = {
  readonly [K in Exclude<keyof F, Optional<F>>]: TypeOf[F[K]["type"]];
} & { readonly [K in Optional<F>]?: TypeOf[F[K]["type"]] };

export type AnyValues = Readonly<Record<string, FieldValue | undefined>>;

export type Parsed =
  | { readonly ok: true; readonly value: FieldValue }
  | { readonly ok: false; readonly expected: string };

const parsed = (value: FieldValue): Parsed => ({ ok: true, value });
const refused = (expected: string): Parsed => ({ ok: false, expected });

/** What a person reads where a value does not fit. */
export function expectation(field: Field): string {
  if (field.type === "choice") return `one of ${(field.choices ?? []).join(", ")}`;
  return EXPECTED[field.type];
}

/**
 * Turns a value from YAML, JSON or a command line into the field's type, once.
 * `now` (epoch ms) fixes relative times such as `-15m` to UTC.
 */
export function parseField(field: Field, raw: unknown, now: number): Parsed {
  if (typeof raw === "string" && raw.length > MAX_TEXT) return refused(`at most ${MAX_TEXT} characters`);
  const result = PARSERS[field.type](raw, field, now);
  return result === undefined ? refused(expectation(field)) : parsed(result);
}

const MAX_TEXT = 4096;

const EXPECTED: Readonly<Record<FieldType, string>> = {
  string: "text",
  integer: "a whole number",
  boolean: "true or false",
  choice: "one of the choices",
  revision: "a task definition revision, as in 42, vulcan-prod:42 or its ARN",
  version: "a migration version: a whole number from 0, as in 6",
  time: "a time with an offset (2026-04-10T12:00:00Z) or an age (-15m)",
  duration: "a duration such as 90s, 15m or 1h30m",
  arn: "an ARN (arn:aws:…)",
  taskDefinition: "a task definition, as in vulcan-prod:42 or its ARN",
};

type Parser = (raw: unknown, field: Field, now: number) => FieldValue | undefined;

const whole =
  (least: number): Parser =>
  (raw, field) => {
    const text = typeof raw === "number" ? String(raw) : raw;
    if (typeof text !== "string" || !/^-?\d{1,15}$/.test(text)) return undefined;
    const value = Number(text);
    const inRange =
      value >= Math.max(field.minimum ?? least, least) && value <= (field.maximum ?? Number.MAX_SAFE_INTEGER);
    return inRange ? value : undefined;
  };

const matching =
  (pattern: RegExp): Parser =>
  (raw) =>
    typeof raw === "string" && pattern.test(raw) ? raw : undefined;

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ["true", true],
  ["false", false],
]);

const TASK_DEFINITION = /^(arn:aws[a-z-]*:ecs:\S+:task-definition\/)?[A-Za-z0-9_-]{1,255}:[1-9]\d{0,8}$/;

/** `42` and `:42` are numbers in the family in use. A name with its family stays what it is. */
const revision: Parser = (raw, field, now) =>
  whole(1)(typeof raw === "string" ? raw.replace(/^:/, "") : raw, field, now) ??
  matching(TASK_DEFINITION)(raw, field, now);

const WHOLE: Field = { type: "integer", description: "" };

const PARSERS: Readonly<Record<FieldType, Parser>> = {
  string: (raw) => (typeof raw === "string" && raw !== "" ? raw : undefined),
  integer: whole(Number.MIN_SAFE_INTEGER),
  boolean: (raw) => BOOLEANS.get(raw),
  choice: (raw, field) => (typeof raw === "string" && field.choices?.includes(raw) ? raw : undefined),
  revision,
  version: whole(0),
  time: (raw, _field, now) => (typeof raw === "string" ? parseMoment(raw, now) : undefined),
  duration: (raw, { minimum = 0, maximum = Number.POSITIVE_INFINITY }) => {
    const seconds = typeof raw === "number" ? whole(0)(raw, WHOLE, 0) : parseDuration(raw);
    return typeof seconds === "number" && seconds >= minimum && seconds <= maximum ? seconds : undefined;
  },
  arn: matching(/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:\S+$/),
  taskDefinition: matching(TASK_DEFINITION),
};
