import { callLibrary, ends } from "./library.ts";
import { callMethod } from "./methods.ts";
import { childOf, expressionsOf, type GoNode, sourceOf } from "./node.ts";
import { doubt, type Run } from "./run.ts";
import { underlying } from "./types.ts";
import { change, changeOf, firstUnknown, HARMLESS, int, type List, type Scope, unknown, type Value } from "./value.ts";

export function callOf(run: Run, node: GoNode, scope: Scope): Value {
  const [first] = node.children;
  const called = first?.name === "ParameterizedExpr" ? first.children[0] : first;
  if (called === undefined) return doubt(run, node, "a call that is not followed");
  if (called.name === "make" || called.name === "new") return created(run, node, called, scope);
  if (called.name === "SelectorExpr") return selectedCall(run, node, called, scope);
  const name = called.name === "VariableName" ? sourceOf(called) : "";
  const isOwn = name !== "" && (scope.cell(name) !== undefined || run.go.declarations.has(name));
  if (name !== "" && !isOwn) return builtin(run, node, name, argumentsOf(run, node, scope));
  const type = scope.cell(name) === undefined ? run.go.declarations.get(name) : undefined;
  const target = type?.kind === "type" ? undefined : run.evaluate(called, scope);
  const values = argumentsOf(run, node, scope);
  if (type?.kind === "type") return toType(run, node, underlying(run.go, type.node.children.at(-1)), values);
  return callValue(run, node, target ?? HARMLESS, values, sourceOf(called));
}

/** The values that are handed to a call; one call that gives several stands for all of them. */
function argumentsOf(run: Run, node: GoNode, scope: Scope): readonly Value[] {
  const list = childOf(node, "Arguments");
  if (list === undefined) return [];
  const written = expressionsOf(list).map((part) => run.evaluate(part, scope));
  const isSpread = childOf(list, "...") !== undefined;
  const last = written.at(-1);
  if (isSpread && last !== undefined) {
    const changed = last.kind === "list" ? (changeOf(last) ?? run.state.anyChange) : undefined;
    const items = last.kind === "list" && changed === undefined ? last.items : [SPREAD(node)];
    return [...written.slice(0, -1), ...items];
  }
  return written.length === 1 && written[0]?.kind === "tuple" ? written[0].items : written;
}

const SPREAD = (node: GoNode): Value => unknown(node, "the elements of a list that is not known");

function callValue(run: Run, node: GoNode, target: Value, values: readonly Value[], name: string): Value {
  if (target.kind === "function") return run.call(target, values, node);
  if (target.kind === "harmless" || target.kind === "outcome") return HARMLESS;
  return outside(run, node, name, values);
}

/** A call to something that is not in these files. */
function outside(run: Run, node: GoNode, name: string, values: readonly Value[]): Value {
  const short = name.replace(/\s+/g, " ").slice(0, 60);
  run.calledOutside(short, values, node);
  for (const value of values) change(value, { node, why: `${short} may change it` });
  return doubt(run, node, `${short} is not followed`);
}

function selectedCall(run: Run, node: GoNode, called: GoNode, scope: Scope): Value {
  const owner = expressionsOf(called)[0] ?? called;
  const name = sourceOf(childOf(called, "FieldName") ?? called);
  const path = importedAs(run, owner, scope);
  if (path !== undefined) {
    const values = argumentsOf(run, node, scope);
    return callLibrary(run, node, path, name, values) ?? outside(run, node, sourceOf(called), values);
  }
  const target = run.evaluate(owner, scope);
  const field = target.kind === "struct" ? run.evaluate(called, scope) : undefined;
  const values = argumentsOf(run, node, scope);
  if (field?.kind === "function") return callValue(run, node, field, values, sourceOf(called));
  return callMethod(run, node, target, name, values) ?? outside(run, node, sourceOf(called), values);
}

function importedAs(run: Run, owner: GoNode, scope: Scope): string | undefined {
  const alias = owner.name === "VariableName" ? sourceOf(owner) : "";
  if (alias === "" || scope.cell(alias) !== undefined || run.go.declarations.has(alias)) return undefined;
  return run.go.importOf(owner.file, alias);
}

/** `make([]string, 0, 8)` is empty; `new(pgx.Batch)` is a batch. */
function created(run: Run, node: GoNode, called: GoNode, scope: Scope): Value {
  const parts = (childOf(node, "Arguments")?.children ?? []).filter(({ name }) => !/^[(),]$/.test(name));
  const [type, ...rest] = parts;
  if (run.go.declaredNames.has(called.name) || type === undefined)
    return doubt(run, node, "a call that is not followed");
  const sizes = rest.filter((part) => part.name !== "...").map((part) => run.evaluate(part, scope));
  const of = underlying(run.go, type);
  const [size] = sizes;
  if (called.name === "make" && of?.name === "SliceType" && size?.kind === "int" && size.value === 0)
    return { kind: "list", items: [] };
  if (called.name === "new" && /^pgx\.Batch$/.test(sourceOf(type)) && importedPgx(run, type))
    return { kind: "batch", queued: [], owner: run };
  return unknown(node, `a new ${sourceOf(type).slice(0, 40)}`);
}

const importedPgx = (run: Run, type: GoNode): boolean =>
  /^github\.com\/jackc\/pgx(\/v\d+)?$/.test(run.go.importOf(type.file, "pgx") ?? "");

/** A conversion: the value stays what it is. */
function toType(run: Run, node: GoNode, type: GoNode | undefined, values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined || values.length !== 1) return doubt(run, node, "a conversion that is not followed");
  const name = type === undefined ? "" : sourceOf(type);
  const fits =
    (value.kind === "text" && name === "string") ||
    (value.kind === "function" && type?.name === "FunctionType") ||
    (value.kind === "list" && type?.name === "SliceType") ||
    (value.kind === "int" && isWide(name, value.value));
  return fits ? value : firstUnknown([value], node, `a conversion to ${name.slice(0, 40)}`);
}

/** Does every computer hold this number in a type of this name? */
const isWide = (type: string, value: number): boolean =>
  /^u?int(32|64)?$/.test(type) && value >= 0 && value <= 0x7fffffff;

function builtin(run: Run, node: GoNode, name: string, values: readonly Value[]): Value {
  const [first, ...rest] = values;
  switch (name) {
    case "append":
      return appended(run, node, first, rest);
    case "len":
      if (first?.kind === "text") return int(new TextEncoder().encode(first.text).length);
      return first?.kind === "list" && changeOf(first) === undefined
        ? int(first.items.length)
        : unknown(node, "a length");
    case "string":
      return first?.kind === "text" ? first : firstUnknown(values, node, "a conversion to string");
    case "panic":
      return ends(run, node, "panic");
    case "print":
    case "println":
    case "cap":
    case "min":
    case "max":
      return unknown(node, `what ${name} gives`);
    case "error":
    case "any":
      return first ?? HARMLESS;
    default:
      if (first?.kind === "int" && values.length === 1 && isWide(name, first.value)) return first;
      return /^(u?int(8|16|32|64)?|float(32|64)|byte|rune|bool)$/.test(name)
        ? firstUnknown(values, node, `a conversion to ${name}`)
        : outside(run, node, name, values);
  }
}

function appended(run: Run, node: GoNode, list: Value | undefined, added: readonly Value[]): Value {
  if (list?.kind === "nil") return { kind: "list", items: added };
  if (list?.kind !== "list") return firstUnknown(list === undefined ? [] : [list], node, "a list that is not known");
  const changed = changeOf(list) ?? run.state.anyChange;
  if (changed !== undefined) return unknown(changed.node, changed.why);
  if (list.isExtended) return unknown(node, "a list that is extended twice may overwrite itself");
  list.isExtended = true;
  const result: List = { kind: "list", items: [...list.items, ...added], base: list };
  return result;
}
