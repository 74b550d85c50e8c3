import { invalid } from "./invalid.ts";
import { assertOperands, type Operand } from "./operand-rules.ts";
import { readPath, valueAt } from "./path.ts";
import type { Substitutes } from "./substitutes.ts";
import { TokenReader } from "./tokens.ts";
import { compare, type Item, isOrdered, isSame, sizeOf, typeOf, type Value } from "./value.ts";

export type Condition =
  | { readonly kind: "and" | "or"; readonly parts: readonly [Condition, Condition] }
  | { readonly kind: "not"; readonly part: Condition }
  | {
      readonly kind: "compare" | "between" | "in" | "function";
      readonly name: string;
      readonly of: readonly Operand[];
    };

/** Each function with the number of its operands. [D: Comparison operator and function reference] */
const FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Conditions that stand in parentheses. */
const WRAPPED = new WeakSet<Condition>();

/** `what`: the member of the request that holds it, for errors. NOT binds closest, then AND, then OR. [D] */
export function readCondition(text: string, what: string, given: Substitutes): Condition {
  const reader = new TokenReader(text, what);
  const condition = readOr(reader, given);
  reader.end();
  return condition;
}

function readOr(reader: TokenReader, given: Substitutes): Condition {
  let left = readAnd(reader, given);
  while (reader.takes("OR")) left = { kind: "or", parts: [left, readAnd(reader, given)] };
  return left;
}

function readAnd(reader: TokenReader, given: Substitutes): Condition {
  let left = readNot(reader, given);
  while (reader.takes("AND")) left = { kind: "and", parts: [left, readNot(reader, given)] };
  return left;
}

function readNot(reader: TokenReader, given: Substitutes): Condition {
  if (reader.takes("NOT")) return { kind: "not", part: readNot(reader, given) };
  if (reader.takes("(")) {
    const inside = readOr(reader, given);
    reader.expect(")");
    if (WRAPPED.has(inside)) throw invalid(`Invalid ${reader.what}: The expression has redundant parentheses;`);
    WRAPPED.add(inside);
    return inside;
  }
  const isCall = reader.peek()?.kind === "word" && reader.peek(1)?.text === "(" && reader.peek()?.text !== "size";
  return isCall ? readFunction(reader, given) : readComparison(reader, given);
}

function readFunction(reader: TokenReader, given: Substitutes): Condition {
  const name = reader.take().text;
  const wanted = FUNCTIONS[name];
  if (wanted === undefined) throw invalid(`Invalid ${reader.what}: Invalid function name; function: ${name}`);
  const of = readList(reader, given);
  if (of.length !== wanted)
    throw invalid(
      `Invalid ${reader.what}: Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${of.length}`,
    );
  if (of[0]?.kind !== "path" && name !== "begins_with" && name !== "contains")
    throw invalid(
      `Invalid ${reader.what}: Operator or function requires a document path; operator or function: ${name}`,
    );
  assertOperands(name, of, reader.what);
  return { kind: "function", name, of };
}

function readList(reader: TokenReader, given: Substitutes): readonly Operand[] {
  reader.expect("(");
  const of = [readOperand(reader, given)];
  while (reader.takes(",")) of.push(readOperand(reader, given));
  reader.expect(")");
  return of;
}

function readComparison(reader: TokenReader, given: Substitutes): Condition {
  const left = readOperand(reader, given);
  if (reader.takes("BETWEEN")) {
    const low = readOperand(reader, given);
    reader.expect("AND");
    const of = [left, low, readOperand(reader, given)];
    assertOperands("BETWEEN", of, reader.what);
    return { kind: "between", name: "BETWEEN", of };
  }
  if (reader.takes("IN")) return { kind: "in", name: "IN", of: [left, ...readList(reader, given)] };
  const name = reader.peek()?.text ?? "";
  if (!(name in COMPARISONS) && name !== "=" && name !== "<>") throw reader.unexpected();
  reader.take();
  const of = [left, readOperand(reader, given)];
  assertOperands(name, of, reader.what);
  return { kind: "compare", name, of };
}

function readOperand(reader: TokenReader, given: Substitutes): Operand {
  const token = reader.peek();
  if (token?.kind === "value") return { kind: "value", value: given.value(reader.take().text, reader.what) };
  if (token?.text !== "size" || reader.peek(1)?.text !== "(") return { kind: "path", path: readPath(reader, given) };
  reader.take();
  reader.expect("(");
  const path = readPath(reader, given);
  reader.expect(")");
  return { kind: "size", path };
}

/** Whether an item, or none, fulfils it. A comparison with what is not there is false, but for `<>`. [D] */
export function holds(condition: Condition, item: Item | undefined): boolean {
  switch (condition.kind) {
    case "and":
      return condition.parts.every((part) => holds(part, item));
    case "or":
      return condition.parts.some((part) => holds(part, item));
    case "not":
      return !holds(condition.part, item);
    default: {
      const values = condition.of.map((operand) => valueIn(operand, item ?? {}));
      if (condition.kind === "function") return callHolds(condition.name, values);
      return comparisonHolds(condition.kind, condition.name, values);
    }
  }
}

function valueIn(operand: Operand, item: Item): Value | undefined {
  if (operand.kind === "value") return operand.value;
  const found = valueAt(item, operand.path);
  if (operand.kind === "path" || found === undefined) return found;
  const length = lengthOf(found);
  return length === undefined ? undefined : { N: String(length) };
}

/** Characters of a text, bytes of a binary, members of a set, a list or a map; nothing else has a size. [D: size] */
function lengthOf(value: Value): number | undefined {
  const type = typeOf(value);
  const content = value[type];
  if (type === "S") return String(content).length;
  if (type === "B") return sizeOf(value);
  if (type === "M") return Object.keys(content as Item).length;
  return Array.isArray(content) ? content.length : undefined;
}

function comparisonHolds(
  kind: "compare" | "between" | "in",
  name: string,
  values: readonly (Value | undefined)[],
): boolean {
  const [left, ...right] = values;
  if (kind === "in") return right.some((one) => equal(left, one));
  if (kind === "between") return ordered(left, ">=", right[0]) && ordered(left, "<=", right[1]);
  if (name === "=") return equal(left, right[0]);
  if (name === "<>") return !equal(left, right[0]);
  return ordered(left, name, right[0]);
}

const equal = (a: Value | undefined, b: Value | undefined): boolean =>
  a !== undefined && b !== undefined && isSame(a, b);

function ordered(a: Value | undefined, name: string, b: Value | undefined): boolean {
  if (a === undefined || b === undefined || typeOf(a) !== typeOf(b) || !isOrdered(a)) return false;
  return COMPARISONS[name]?.(compare(a, b)) ?? false;
}

function callHolds(name: string, [value, other]: readonly (Value | undefined)[]): boolean {
  if (name === "attribute_exists") return value !== undefined;
  if (name === "attribute_not_exists") return value === undefined;
  if (value === undefined || other === undefined) return false;
  if (name === "attribute_type") return typeOf(value) === other.S;
  if (name === "begins_with") return typeOf(value) === typeOf(other) && bytesOf(value).startsWith(bytesOf(other));
  return contains(value, other);
}

/** One character a byte, so that texts and binaries are compared alike. */
function bytesOf(value: Value): string {
  const type = typeOf(value);
  return Buffer.from(String(value[type]), type === "B" ? "base64" : "utf8").toString("latin1");
}

function contains(value: Value, other: Value): boolean {
  const type = typeOf(value);
  if (type === "S") return typeOf(other) === "S" && String(value.S).includes(String(other.S));
  if (type === "L") return (value.L as readonly Value[]).some((one) => isSame(one, other));
  const content = value[type];
  return Array.isArray(content) && type === `${typeOf(other)}S` && content.includes(other[typeOf(other)]);
}
