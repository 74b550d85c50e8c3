import { childOf, expressionsOf, type GoNode, isType, sourceOf } from "./node.ts";
import type { Run } from "./run.ts";
import { fieldsOf, nameOfType, underlying } from "./types.ts";
import { firstUnknown, type Scope, type Struct, unknown, type Value } from "./value.ts";

/** `[]T{…}`, `map[K]V{…}`, `T{…}`, or the `{…}` inside of them. `key` is its key in a map. */
export function compose(run: Run, type: GoNode | undefined, literal: GoNode, scope: Scope, key?: Value): Value {
  run.step(literal);
  run.visited.add(literal);
  const of = underlying(run.go, type);
  const elements = literal.children.filter(({ name }) => name === "Element");
  if (of?.name === "SliceType" || of?.name === "ArrayType") return list(run, of, elements, scope);
  if (of?.name === "MapType") return map(run, of, elements, scope);
  const name = nameOfType(type);
  const [alias = "", own] = name.split(".");
  if (own !== undefined && /^github\.com\/jackc\/pgx(\/v\d+)?$/.test(run.go.importOf(literal.file, alias) ?? "")) {
    if (own === "Identifier")
      return { kind: "list", items: items(run, undefined, elements, scope), isIdentifier: true };
    if (own === "Batch" && elements.length === 0) return { kind: "batch", queued: [], owner: run };
  }
  return struct(run, { of, name }, literal, scope, key);
}

function valueIn(run: Run, type: GoNode | undefined, element: GoNode, scope: Scope, key?: Value): Value {
  const value = expressionsOf(element)[0];
  if (value === undefined) return unknown(element, "an element that is not known");
  if (value.name === "LiteralValue") return run.compose(type, value, scope, key);
  const isLiteral = value.name === "TypedLiteral" || (value.name === "UnaryExp" && childOf(value, "TypedLiteral"));
  const literal = value.name === "UnaryExp" ? childOf(value, "TypedLiteral") : value;
  if (key === undefined || !isLiteral || literal === undefined) return run.evaluate(value, scope);
  run.visited.add(value).add(literal);
  return run.compose(literal.children[0], childOf(literal, "LiteralValue") ?? literal, scope, key);
}

const items = (run: Run, type: GoNode | undefined, elements: readonly GoNode[], scope: Scope): readonly Value[] =>
  elements.map((element) => valueIn(run, type, element, scope));

function list(run: Run, of: GoNode, elements: readonly GoNode[], scope: Scope): Value {
  const values = items(run, of.children.findLast(isType), elements, scope);
  const keyed = elements.find((element) => childOf(element, "Key"));
  if (keyed !== undefined) return unknown(keyed, "a list whose elements have numbers");
  // An array has as many elements as its type says.
  const isCounted = of.name === "ArrayType" && childOf(of, "Number") !== undefined;
  if (of.name === "ArrayType" && !(isCounted && Number(sourceOf(childOf(of, "Number") ?? of)) === values.length))
    return unknown(of, "an array with more elements than are written");
  return { kind: "list", items: values };
}

function map(run: Run, of: GoNode, elements: readonly GoNode[], scope: Scope): Value {
  const types = of.children.filter(isType);
  const entries = elements.map((element) => {
    const written = expressionsOf(childOf(element, "Key") ?? element)[0] ?? element;
    const key =
      written.name === "LiteralValue" ? unknown(written, "a key that is not known") : run.evaluate(written, scope);
    return [key, valueIn(run, types[1], element, scope, key)] as const;
  });
  return { kind: "map", entries };
}

interface StructType {
  readonly of: GoNode | undefined;
  readonly name: string;
}

function struct(run: Run, { of, name }: StructType, node: GoNode, scope: Scope, key: Value | undefined): Value {
  const elements = node.children.filter((child) => child.name === "Element");
  const isKeyed = elements.every((element) => childOf(element, "Key"));
  const names = isKeyed
    ? elements.map((element) => sourceOf(expressionsOf(childOf(element, "Key") ?? element)[0] ?? element))
    : of?.name === "StructType"
      ? fieldsOf(of)
      : [];
  const fields = new Map(
    elements.map((element, at) => [names[at] ?? `#${at}`, valueIn(run, undefined, element, scope)] as const),
  );
  if (!isKeyed && names.length === 0) {
    run.calledOutside(name || "this type", [...fields.values()], node);
    return firstUnknown([...fields.values()], node, `the fields of ${name || "this type"} are not known here`);
  }
  const made: Struct = { kind: "struct", type: name, fields, node };
  run.made(made, key);
  return made;
}
