import { canonical, compareNumbers, significant } from "./decimal.ts";
import { invalid, unfit } from "./invalid.ts";

/** A value with its type: `{S: "text"}`. One member, by whose name it is known. */
export type Value = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, Value>>;

const SETS: Readonly<Record<string, string>> = { SS: "string", NS: "number", BS: "binary" };
const TYPES: ReadonlySet<string> = new Set(["S", "N", "B", "BOOL", "NULL", "L", "M", ...Object.keys(SETS)]);

export const typeOf = (value: Value): string => Object.keys(value)[0] ?? "";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value of a request as it is kept. Throws ValidationException. [D: AttributeValue; texts O] */
export function readValue(given: unknown): Value {
  const named = isRecord(given) ? Object.entries(given).filter(([, one]) => one !== null && one !== undefined) : [];
  const [first] = named;
  if (first === undefined || !TYPES.has(first[0]))
    throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  if (named.length > 1)
    throw invalid(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  const [type, value] = first;
  if (type === "L") return { L: (value as readonly unknown[]).map(readValue) };
  if (type === "M") return { M: readItem(value) };
  if (type in SETS) return { [type]: readSet(type, value as readonly unknown[]) };
  if (type === "N") return { N: canonical(String(value)) };
  if (type === "NULL" && value !== true) throw unfit("Null attribute value types must have the value of true");
  if (type === "BOOL" || type === "NULL") return { [type]: value === true };
  return { [type]: String(value) };
}

/** Each member of a map. */
export const readItem = (given: unknown): Item =>
  Object.fromEntries(Object.entries(isRecord(given) ? given : {}).map(([name, value]) => [name, readValue(value)]));

function readSet(type: string, given: readonly unknown[]): readonly string[] {
  if (given.length === 0) throw unfit(`An ${SETS[type]} set  may not be empty`);
  const members = given.map((one) => (type === "NS" ? canonical(String(one)) : String(one)));
  if (new Set(members).size < members.length)
    throw unfit(`Input collection [${given.join(", ")}]${type === "BS" ? "of type BS" : ""} contains duplicates.`);
  return members;
}

/** Bytes of a value, as DynamoDB counts them. [D: Item sizes and formats] */
export function sizeOf(value: Value): number {
  const type = typeOf(value);
  const content = value[type];
  if (type === "S") return Buffer.byteLength(String(content));
  if (type === "N") return numberSize(String(content));
  if (type === "B") return Buffer.from(String(content), "base64").length;
  if (type === "L") return 3 + (content as readonly Value[]).reduce((sum, one) => sum + 1 + sizeOf(one), 0);
  if (type === "M") return 3 + Object.keys(content as Item).length + itemSize(content as Item);
  const one = type.slice(0, 1);
  return type in SETS ? (content as readonly string[]).reduce((sum, text) => sum + sizeOf({ [one]: text }), 0) : 1;
}

/** About a byte for two digits, and one more. */
const numberSize = (text: string): number => Math.ceil(significant(text) / 2) + 1 + Number(text.startsWith("-"));

export const itemSize = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);

/** Order of two values of one type: texts by their UTF-8 bytes, numbers by value, binaries by bytes. [D: Query] */
export function compare(a: Value, b: Value): number {
  const type = typeOf(a);
  const [first, second] = [String(a[type]), String(b[type])];
  if (type === "N") return compareNumbers(first, second);
  const encoding = type === "B" ? "base64" : "utf8";
  return Buffer.compare(Buffer.from(first, encoding), Buffer.from(second, encoding));
}

/** Types that have an order. */
export const isOrdered = (value: Value): boolean => ["S", "N", "B"].includes(typeOf(value));

/** Whether both are the same value: of sets and maps the order does not count. */
export const isSame = (a: Value, b: Value): boolean => JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));

function inOrder(value: Value): unknown {
  const type = typeOf(value);
  const content = value[type];
  if (type in SETS) return { [type]: [...(content as readonly string[])].sort() };
  if (type === "L") return { L: (content as readonly Value[]).map(inOrder) };
  if (type !== "M") return value;
  const members = Object.entries(content as Item).sort(([one], [other]) => (one < other ? -1 : 1));
  return { M: members.map(([name, one]) => [name, inOrder(one)]) };
}
