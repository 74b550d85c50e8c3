import type { Field, FieldType } from "../domain/field.ts";
import type { ScalarValue } from "./yaml/tree.ts";

interface TypeRow {
  /** How YAML writes a value of this type. */
  readonly written: readonly ("string" | "number" | "boolean")[];
  /** The other types a reference to it may fill. A value keeps its form, so a number never fills a text. */
  readonly fills: readonly FieldType[];
}

/** What a runbook has to know of each field type. */
const TYPES: Readonly<Record<FieldType, TypeRow>> = {
  string: { written: ["string"], fills: [] },
  integer: { written: ["number"], fills: [] },
  boolean: { written: ["boolean"], fills: [] },
  choice: { written: ["string"], fills: ["string"] },
  revision: { written: ["number", "string"], fills: [] },
  version: { written: ["number"], fills: ["integer"] },
  time: { written: ["string"], fills: ["string"] },
  duration: { written: ["string", "number"], fills: [] },
  arn: { written: ["string"], fills: ["string"] },
  taskDefinition: { written: ["string"], fills: ["string"] },
};

export const FIELD_TYPES = Object.keys(TYPES) as readonly FieldType[];

/** Types whose values `minimum` and `maximum` can narrow. */
export const BOUNDED: readonly FieldType[] = ["integer", "revision", "version", "duration"];

export function isFieldType(name: string | undefined): name is FieldType {
  return name !== undefined && Object.hasOwn(TYPES, name);
}

/** Is the value written as YAML writes this type? `"42"` is text and no revision. */
export function isWrittenAs(type: FieldType, value: ScalarValue): boolean {
  return TYPES[type].written.some((form) => form === typeof value);
}

/** Why a reference to `from` cannot fill `to`; undefined where it can. */
export function typeMismatch(from: Field, to: Field): string | undefined {
  if (from.type !== to.type && !TYPES[from.type].fills.includes(to.type))
    return `is of type ${from.type}, not ${to.type}`;
  if (to.type === "choice") {
    const outside = (from.choices ?? []).filter((choice) => !to.choices?.includes(choice));
    return outside.length === 0 ? undefined : `may be ${outside.join(", ")}, which does not fit`;
  }
  return undefined;
}

/** Why an operator's number could lie outside what is allowed; an action's own outputs are trusted. */
export function outOfBounds(from: Field, to: Field): string | undefined {
  if (to.minimum !== undefined && (from.minimum ?? Number.NEGATIVE_INFINITY) < to.minimum) {
    return `minimum: ${to.minimum}`;
  }
  if (to.maximum !== undefined && (from.maximum ?? Number.POSITIVE_INFINITY) > to.maximum) {
    return `maximum: ${to.maximum}`;
  }
  return undefined;
}
