import type { Condition } from "./condition.ts";
import { invalid, unfit } from "./invalid.ts";
import type { Keys } from "./item-store.ts";
import type { Operand } from "./operand-rules.ts";
import type { Table } from "./table.ts";
import { typeOf, type Value } from "./value.ts";

/** Which items a query reads: those of one hash key whose range key fulfils the rest. */
export interface KeyRange {
  readonly hash: Value;
  /** Undefined: all of them. */
  readonly range: Condition | undefined;
}

const OF_RANGES: ReadonlySet<string> = new Set(["=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"]);

/** The key condition of a query. Throws ValidationException. [D: Key condition expressions; texts O] */
export function readKeyRange(condition: Condition, keys: Keys, types: Table["types"]): KeyRange {
  const parts = partsOf(condition);
  const named = parts.map((part) => ({ part, name: attributeOf(part) }));
  const [first] = named.filter(({ name }) => name === keys.hash);
  if (first === undefined) throw invalid(`Query condition missed key schema element: ${keys.hash}`);
  const others = named.filter((one) => one !== first);
  const [second] = others;
  if (first.part.name !== "=" || others.length > 1) throw invalid("Query key condition not supported");
  if (second !== undefined && second.name !== keys.range) {
    if (keys.range === undefined) throw invalid("Query key condition not supported");
    throw invalid(`Query condition missed key schema element: ${keys.range}`);
  }
  for (const { part, name } of named) assertTypes(part, types[name]);
  const hash = valuesOf(first.part)[0] ?? {};
  return { hash, range: second?.part };
}

type Leaf = Extract<Condition, { readonly of: readonly Operand[] }>;

function partsOf(condition: Condition): readonly Leaf[] {
  if (condition.kind === "and") return condition.parts.flatMap(partsOf);
  if ("of" in condition && OF_RANGES.has(condition.name)) return [condition];
  const operator = "of" in condition ? condition.name : condition.kind.toUpperCase();
  throw invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function attributeOf({ of: [first, ...rest] }: Leaf): string {
  const isPlain = first?.kind === "path" && first.path.length === 1 && rest.every(({ kind }) => kind === "value");
  if (!isPlain) throw invalid("Invalid condition in KeyConditionExpression: a key attribute has to stand on the left");
  return first.path[0];
}

const valuesOf = ({ of }: Leaf): readonly Value[] => of.flatMap((one) => (one.kind === "value" ? [one.value] : []));

function assertTypes(part: Leaf, type: string | undefined): void {
  if (valuesOf(part).some((value) => typeOf(value) !== type))
    throw unfit("Condition parameter type does not match schema type");
}
