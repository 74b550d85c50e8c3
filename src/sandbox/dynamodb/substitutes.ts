import { type Input, record } from "../http/input.ts";
import { invalid } from "./invalid.ts";
import { RESERVED } from "./reserved-words.ts";
import { readValue, type Value } from "./value.ts";

/** The members of a request that hold expressions. */
const EXPRESSIONS = [
  "KeyConditionExpression",
  "FilterExpression",
  "UpdateExpression",
  "ConditionExpression",
  "ProjectionExpression",
] as const;

/** What `#name` and `:value` of a request's expressions mean, and which of them were used. */
export class Substitutes {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #unused = { names: new Set<string>(), values: new Set<string>() };

  constructor(input: Input) {
    const names = record(input, "ExpressionAttributeNames");
    const values = record(input, "ExpressionAttributeValues");
    assertWanted(input, names, values);
    this.#names = new Map(Object.entries(names ?? {}).map(([key, name]) => [key, String(name)]));
    this.#values = new Map(Object.entries(values ?? {}).map(([key, value]) => [key, read(key, value)]));
    for (const key of this.#names.keys()) assertKey(key, "#", "ExpressionAttributeNames");
    for (const key of this.#values.keys()) assertKey(key, ":", "ExpressionAttributeValues");
    this.#unused = { names: new Set(this.#names.keys()), values: new Set(this.#values.keys()) };
  }

  /** An attribute's name as an expression writes it. */
  name(written: string, what: string): string {
    if (!written.startsWith("#")) {
      if (!RESERVED.has(written.toUpperCase())) return written;
      throw invalid(`Invalid ${what}: Attribute name is a reserved keyword; reserved keyword: ${written}`);
    }
    const name = this.#names.get(written);
    this.#unused.names.delete(written);
    if (name !== undefined) return name;
    const message = "An expression attribute name used in the document path is not defined";
    throw invalid(`Invalid ${what}: ${message}; attribute name: ${written}`);
  }

  value(written: string, what: string): Value {
    const value = this.#values.get(written);
    this.#unused.values.delete(written);
    if (value !== undefined) return value;
    const message = "An expression attribute value used in expression is not defined";
    throw invalid(`Invalid ${what}: ${message}; attribute value: ${written}`);
  }

  /** Called once all expressions are read. */
  assertUsed(): void {
    for (const [kind, left] of [
      ["Names", this.#unused.names],
      ["Values", this.#unused.values],
    ] as const)
      if (left.size > 0)
        throw invalid(
          `Value provided in ExpressionAttribute${kind} unused in expressions: keys: {${[...left].join(", ")}}`,
        );
  }
}

function read(key: string, value: unknown): Value {
  try {
    return readValue(value);
  } catch (error) {
    throw invalid(`ExpressionAttributeValues contains invalid value: ${(error as Error).message} for key ${key}`);
  }
}

function assertKey(key: string, sign: string, member: string): void {
  if (!new RegExp(`^${sign}[A-Za-z0-9_]+$`).test(key))
    throw invalid(`${member} contains invalid key: Syntax error; key: "${key}"`);
}

/** They mean nothing without an expression, and must not be empty. [O] */
function assertWanted(input: Input, names: Input | undefined, values: Input | undefined): void {
  const given = EXPRESSIONS.filter((name) => input[name] !== undefined && input[name] !== null);
  if (names !== undefined && given.length === 0)
    throw invalid("ExpressionAttributeNames can only be specified when using expressions");
  if (values !== undefined && given.every((name) => name === "ProjectionExpression"))
    throw invalid("ExpressionAttributeValues can only be specified when using expressions");
  if (names !== undefined && Object.keys(names).length === 0)
    throw invalid("ExpressionAttributeNames must not be empty");
  if (values !== undefined && Object.keys(values).length === 0)
    throw invalid("ExpressionAttributeValues must not be empty");
}
