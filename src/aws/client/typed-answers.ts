import { NormalizedSchema } from "@smithy/core/schema";

/** The part of an SDK client that is needed here: its protocol, which reads answers by AWS's own models. */
export interface Answering {
  readonly config: { readonly protocol?: unknown };
}

type ReadValue = (schema: unknown, value: unknown) => unknown;

interface Protocol {
  readonly deserializer?: { _read?: ReadValue; readSchema?: ReadValue };
}

/**
 * Leaves out of each answer what is not of the type that AWS's model gives it: a null, a number for a text, a text for a
 * number, a time that is none. The SDK passes most of these on as they are, and fails at some of them. So a member of an
 * answer is of its type, or it is absent. A list or a map with such an element is absent as a whole, because the
 * rest of it is not all that there is.
 */
export function omitMistyped({ config }: Answering): void {
  const { deserializer } = config.protocol as Protocol;
  if (deserializer?._read !== undefined) deserializer._read = checked(deserializer._read.bind(deserializer), isJson);
  if (deserializer?.readSchema !== undefined)
    deserializer.readSchema = checked(deserializer.readSchema.bind(deserializer), isXml);
}

/** The names of what was left out of an answer, on the answer itself. */
const MISTYPED = Symbol("mistyped");

/** The names of the members that were left out of this answer. */
export const mistyped = (answer: object): readonly string[] =>
  (answer as { readonly [MISTYPED]?: readonly string[] })[MISTYPED] ?? [];

type Fits = (schema: NormalizedSchema, value: unknown) => boolean;

/** The SDK calls it for the whole of an answer, and from within that for each member. */
function checked(read: ReadValue, fits: Fits): ReadValue {
  let depth = 0;
  let odd: string[] = [];
  return (ref, value) => {
    const schema = NormalizedSchema.of(ref as Parameters<typeof NormalizedSchema.of>[0]);
    if (depth === 0) odd = [];
    if (value === null || value === undefined) return undefined;
    const found = fits(schema, value) ? inside() : undefined;
    if (found === undefined) odd.push(schema.getMemberName() ?? schema.getName() ?? "");
    if (depth > 0 || odd.length === 0 || found === undefined) return found;
    return Object.assign(found as object, { [MISTYPED]: odd });

    function inside(): unknown {
      depth++;
      try {
        return whole(schema, read(ref, value), fits);
      } finally {
        depth--;
      }
    }
  };
}

/** What was read, if nothing in it had to be left out. The SDK itself reads texts and booleans in a list unseen. */
function whole(schema: NormalizedSchema, found: unknown, fits: Fits): unknown {
  const of = schema.isListSchema() || schema.isMapSchema() ? schema.getValueSchema() : undefined;
  if (of === undefined || typeof found !== "object" || found === null) return found;
  const isWhole = Object.values(found).every(
    (one) => one !== undefined && one !== null && (isRead(of) || fits(of, one)),
  );
  return isWhole ? found : undefined;
}

/** Is a value of this kind another one after it was read, or was it checked where it was read? */
const isRead = (schema: NormalizedSchema): boolean => !schema.isStringSchema() && !schema.isBooleanSchema();

const isRecord = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** The last moment that a Date can hold, in seconds. */
const LAST_SECOND = 8.64e12;

function isJson(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isStructSchema() || schema.isMapSchema()) return isRecord(value);
  if (schema.isListSchema()) return Array.isArray(value);
  if (schema.isStringSchema() || schema.isBlobSchema()) return typeof value === "string";
  if (schema.isBooleanSchema()) return typeof value === "boolean";
  if (schema.isTimestampSchema()) return isTime(value);
  return !schema.isNumericSchema() || Number.isFinite(value);
}

/** Seconds as a number, or as AWS writes a time as text. */
function isTime(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) <= LAST_SECOND;
  return typeof value === "string" && RFC_3339.test(value) && !Number.isNaN(Date.parse(value));
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** XML has texts and elements. An empty element is an empty list, an empty record, or an empty text. */
function isXml(schema: NormalizedSchema, value: unknown): boolean {
  const text = typeof value === "string" ? value : undefined;
  if (schema.isListSchema()) return text === undefined || text.trim() === "";
  if (schema.isStructSchema() || schema.isMapSchema()) return text === undefined ? isRecord(value) : text.trim() === "";
  if (schema.isStringSchema() || schema.isBlobSchema()) return text !== undefined;
  if (schema.isBooleanSchema()) return /^(true|false)$/i.test(text ?? "");
  if (schema.isTimestampSchema()) return isTime(text);
  return !schema.isNumericSchema() || (text !== undefined && text.trim() !== "" && Number.isFinite(Number(text)));
}
