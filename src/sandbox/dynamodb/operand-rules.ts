import { invalid } from "./invalid.ts";
import { type Path, pathText } from "./path.ts";
import { compare, isOrdered, typeOf, type Value } from "./value.ts";

/** What a comparison compares: an attribute, its size, or a value of the request. */
export type Operand =
  | { readonly kind: "path" | "size"; readonly path: Path }
  | { readonly kind: "value"; readonly value: Value };

const TYPES = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

/** What AWS refuses of an expression before it looks at an item. Throws ValidationException. [texts O] */
export function assertOperands(name: string, of: readonly Operand[], what: string): void {
  const refuse = (message: string): never => {
    throw invalid(`Invalid ${what}: ${message}`);
  };
  const [first, ...rest] = of;
  if (first?.kind === "path" && name !== "IN" && rest.some((one) => isSamePath(first, one)))
    refuse(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${name}, first operand: ${pathText(first.path)}`,
    );
  const [value, upper] = rest.map((one) => (one.kind === "value" ? one.value : undefined));
  if (name === "BETWEEN" && value !== undefined && upper !== undefined) assertBounds(value, upper, refuse);
  if (name === "begins_with" && value !== undefined && !["S", "B"].includes(typeOf(value)))
    refuse(
      `Incorrect operand type for operator or function; operator or function: begins_with, operand type: ${typeOf(value)}`,
    );
  if (name === "attribute_type" && !TYPES.includes(String(value?.S)))
    refuse(`Invalid attribute type name found; type: ${String(value?.S)}, valid types: {${TYPES.join(",")}}`);
}

const isSamePath = (one: Operand, other: Operand): boolean =>
  one.kind === "path" && other.kind === "path" && pathText(one.path) === pathText(other.path);

function assertBounds(lower: Value, upper: Value, refuse: (message: string) => never): void {
  const operands = `lower bound operand: ${shown(lower)}, upper bound operand: ${shown(upper)}`;
  if (typeOf(lower) !== typeOf(upper))
    refuse(`The BETWEEN operator requires same data type for lower and upper bounds; ${operands}`);
  if (isOrdered(lower) && compare(lower, upper) > 0)
    refuse(`The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${operands}`);
}

const shown = (value: Value): string => `AttributeValue: {${typeOf(value)}:${String(value[typeOf(value)])}}`;
