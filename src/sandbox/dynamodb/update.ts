import { addNumbers } from "./decimal.ts";
import { invalid } from "./invalid.ts";
import { type Path, readPath, valueAt } from "./path.ts";
import { assertApart } from "./projection.ts";
import type { Substitutes } from "./substitutes.ts";
import { TokenReader } from "./tokens.ts";
import { type Item, typeOf, type Value } from "./value.ts";
import { removeAt, setAt } from "./write-path.ts";

type Source =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "if_not_exists"; readonly path: Path; readonly other: Source }
  | { readonly kind: "list_append" | "+" | "-"; readonly of: readonly [Source, Source] };

interface Change {
  readonly clause: "SET" | "REMOVE" | "ADD" | "DELETE";
  readonly path: Path;
  /** Absent for REMOVE. */
  readonly source?: Source;
}

/** Types as the errors of updates call them. [O] */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  BOOL: "BOOLEAN",
  L: "LIST",
  M: "MAP",
};

const CLAUSES = ["SET", "REMOVE", "ADD", "DELETE"] as const;

/** An update's changes. Throws ValidationException. [D: Update expressions] */
export function readUpdate(text: string, given: Substitutes): readonly Change[] {
  const reader = new TokenReader(text, "UpdateExpression");
  const changes: Change[] = [];
  const read = new Set<string>();
  while (reader.peek() !== undefined) {
    const clause = CLAUSES.find((one) => reader.takes(one));
    if (clause === undefined) throw reader.unexpected();
    if (read.has(clause))
      throw invalid(`Invalid UpdateExpression: The "${clause}" section can only be used once in an update expression;`);
    read.add(clause);
    do changes.push(readChange(clause, reader, given));
    while (reader.takes(","));
  }
  assertApart(
    changes.map(({ path }) => path),
    reader.what,
  );
  return changes;
}

function readChange(clause: Change["clause"], reader: TokenReader, given: Substitutes): Change {
  const path = readPath(reader, given);
  if (clause === "REMOVE") return { clause, path };
  if (clause === "SET") {
    reader.expect("=");
    return { clause, path, source: readSource(reader, given) };
  }
  const { kind, text } = reader.take();
  if (kind !== "value") throw reader.unexpected();
  const value = given.value(text, reader.what);
  const types = clause === "ADD" ? ["N", "SS", "NS", "BS"] : ["SS", "NS", "BS"];
  if (!types.includes(typeOf(value)))
    throw invalid(
      `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ${clause}, operand type: ${TYPE_NAMES[typeOf(value)] ?? typeOf(value)}`,
    );
  return { clause, path, source: { kind: "value", value } };
}

function readSource(reader: TokenReader, given: Substitutes): Source {
  const left = readOperand(reader, given);
  for (const kind of ["+", "-"] as const)
    if (reader.takes(kind)) return { kind, of: [left, readOperand(reader, given)] };
  return left;
}

function readOperand(reader: TokenReader, given: Substitutes): Source {
  if (reader.takes("(")) {
    const inside = readSource(reader, given);
    reader.expect(")");
    return inside;
  }
  const token = reader.peek();
  if (token?.kind === "value") return { kind: "value", value: given.value(reader.take().text, reader.what) };
  if (reader.peek(1)?.text !== "(") return { kind: "path", path: readPath(reader, given) };
  const name = reader.take().text;
  reader.expect("(");
  const first = readOperand(reader, given);
  reader.expect(",");
  const other = readOperand(reader, given);
  reader.expect(")");
  if (name === "list_append") return { kind: name, of: [first, other] };
  if (name !== "if_not_exists") throw invalid(`Invalid UpdateExpression: Invalid function name; function: ${name}`);
  if (first.kind === "path") return { kind: name, path: first.path, other };
  throw invalid(
    "Invalid UpdateExpression: Operator or function requires a document path; operator or function: if_not_exists",
  );
}

/** The item after all changes, each of which reads the item as it was before. [D] */
export function updated(before: Item, changes: readonly Change[]): Item {
  const writes = changes.map((change) => ({ ...change, value: newValue(before, change) }));
  const set = writes.reduce((item, { path, value }) => (value === undefined ? item : setAt(item, path, value)), before);
  // Elements of a list move when one before them goes: the last goes first.
  const removed = writes.filter(({ value }) => value === undefined).map(({ path }) => path);
  return removed
    .toSorted((a, b) => Number(b.at(-1)) - Number(a.at(-1)) || 0)
    .reduce((item, path) => removeAt(item, path), set);
}

/** Undefined where the attribute goes. */
function newValue(item: Item, { clause, path, source }: Change): Value | undefined {
  if (source === undefined) return undefined;
  const given = evaluate(item, source);
  if (clause === "SET") return given;
  const old = valueAt(item, path);
  const type = typeOf(given);
  if (old === undefined) return clause === "ADD" ? given : undefined;
  if (typeOf(old) !== type) throw wrongOperand();
  if (type === "N") return { N: addNumbers(String(old.N), String(given.N)) };
  const [had, other] = [old[type], given[type]] as readonly (readonly string[])[];
  const members =
    clause === "ADD"
      ? [...new Set([...(had ?? []), ...(other ?? [])])]
      : (had ?? []).filter((member) => !other?.includes(member));
  return members.length === 0 ? undefined : { [type]: members };
}

function evaluate(item: Item, source: Source): Value {
  switch (source.kind) {
    case "value":
      return source.value;
    case "path": {
      const found = valueAt(item, source.path);
      if (found !== undefined) return found;
      throw invalid("The provided expression refers to an attribute that does not exist in the item");
    }
    case "if_not_exists":
      return valueAt(item, source.path) ?? evaluate(item, source.other);
    default: {
      const [a, b] = source.of.map((one) => evaluate(item, one));
      if (source.kind === "list_append" && a?.L !== undefined && b?.L !== undefined)
        return { L: [...(a.L as readonly Value[]), ...(b.L as readonly Value[])] };
      if (source.kind === "list_append" || a?.N === undefined || b?.N === undefined) throw wrongOperand();
      return { N: addNumbers(String(a.N), String(b.N), source.kind === "+" ? 1 : -1) };
    }
  }
}

const wrongOperand = (): Error => invalid("An operand in the update expression has an incorrect data type");
