import { aside } from "./asides.ts";
import { outerAssignmentsOf } from "./assignments.ts";
import { callOf } from "./calls.ts";
import { compose } from "./composites.ts";
import { embeddedBy } from "./embed.ts";
import { integerOf, textOf } from "./literals.ts";
import { childOf, expressionsOf, type GoNode, sourceOf } from "./node.ts";
import type { Declaration, Spec } from "./package.ts";
import type { Run } from "./run.ts";
import { zeroOf } from "./types.ts";
import {
  change,
  changeOf,
  firstUnknown,
  type GoFunction,
  int,
  NIL,
  Scope,
  text,
  unknown,
  type Value,
} from "./value.ts";

/** The value of an expression. Whatever is executed on the way is noted in `run`. */
export function evaluate(run: Run, node: GoNode, scope: Scope): Value {
  run.step(node);
  run.visited.add(node);
  switch (node.name) {
    case "String": {
      const read = textOf(sourceOf(node));
      return typeof read === "object" ? text(read.text) : unknown(node, "a text with bytes that are no characters");
    }
    case "Number": {
      const value = integerOf(sourceOf(node));
      return value === undefined ? unknown(node, "a number that is not whole") : int(value);
    }
    case "Bool":
    case "Nil":
      return predeclared(run, node);
    case "VariableName":
      return nameValue(run, node, scope);
    case "ParenthesizedExpr":
      return evaluate(run, expressionsOf(node)[0] ?? node, scope);
    case "UnaryExp":
      return unary(run, node, scope);
    case "BinaryExp":
      return binary(run, node, scope);
    case "TypedLiteral":
      return compose(run, node.children[0], childOf(node, "LiteralValue") ?? node, scope);
    case "FunctionLiteral":
      return closure(run, node, scope);
    case "SelectorExpr":
      return selected(run, node, scope);
    case "IndexExpr":
      return indexed(run, node, scope);
    case "Conversion":
      return converted(run, node, scope);
    case "CallExpr":
      return callOf(run, node, scope);
    default:
      return firstUnknown(
        expressionsOf(node).map((part) => evaluate(run, part, scope)),
        node,
        "an expression that is not worked out",
      );
  }
}

function predeclared(run: Run, node: GoNode): Value {
  const word = sourceOf(node);
  if (run.go.declaredNames.has(word)) return unknown(node, `the package has a ${word} of its own`);
  return word === "nil" ? NIL : { kind: "bool", value: word === "true" };
}

function nameValue(run: Run, node: GoNode, scope: Scope): Value {
  const name = sourceOf(node);
  // The grammar takes some of them for names.
  const cell = scope.cell(name);
  if (cell !== undefined) return cell.pinned ?? cell.value;
  const declaration = run.go.declarations.get(name);
  if (declaration !== undefined) return declared(run, declaration, name);
  if (name === "nil" || name === "true" || name === "false") return predeclared(run, node);
  return unknown(node, `${name} is not declared here`);
}

function declared(run: Run, declaration: Declaration, name: string): Value {
  const known = run.state.values.get(name);
  if (known !== undefined) return known;
  run.state.values.set(name, unknown(declaration.name, `${name} is made of itself`));
  const value = worthOf(run, declaration, name);
  run.state.values.set(name, value);
  return value;
}

function worthOf(run: Run, declaration: Declaration, name: string): Value {
  if (declaration.kind === "twice") return unknown(declaration.name, `${name} is declared more than once`);
  if (declaration.kind === "type") return unknown(declaration.name, `${name} is a type`);
  if ("node" in declaration) return { kind: "function", node: declaration.node, scope: run.packageScope };
  if (declaration.kind === "const") return specValue(run, declaration, run.packageScope);
  const changed = run.go.assignments.names.get(name);
  if (changed !== undefined) return unknown(changed, `${name} is assigned here, when it runs`);
  const value = specValue(run, declaration, run.packageScope);
  const leak = value.kind === "list" || value.kind === "map" ? run.go.usesOf(name).find(isLeak) : undefined;
  return leak === undefined ? value : unknown(leak, `${name} is handed on, which may change it`);
}

/** Every use of a package's list but these may change its elements. */
function isLeak(use: GoNode): boolean {
  const parent = use.parent;
  if (parent === undefined || parent.name === "RangeClause" || parent.name === "ForStatement") return false;
  if (parent.name === "IndexExpr") return expressionsOf(parent)[0] === use && isPart(parent);
  if (parent.name !== "Arguments" || parent.parent === undefined) return true;
  const called = sourceOf(parent.parent.children[0] as GoNode);
  return called !== "len" && called !== "strings.Join";
}

/** `list[0].x`, `list[0][1]`: a part of an element that may be a list itself, or be called. */
const isPart = ({ parent }: GoNode): boolean => /^(SelectorExpr|IndexExpr|SliceExpr)$/.test(parent?.name ?? "");

/** The value that a declaration gives to one of its names. */
export function specValue(run: Run, spec: Spec, scope: Scope): Value {
  const embedded = spec.kind === "var" && scope.isPackage ? embeddedBy(run.go, spec) : undefined;
  if (embedded !== undefined) return embedded;
  if (spec.value === undefined) {
    if (spec.type !== undefined && expressionsOf(spec.spec).length === 0) return zeroOf(run.go, spec.type);
    return unknown(spec.spec, `${sourceOf(spec.name)} has no value of its own`);
  }
  const inner = new Scope(scope);
  if (spec.kind === "const") inner.declare("iota", int(spec.iota));
  return evaluate(run, spec.value, spec.kind === "const" ? inner : scope);
}

function unary(run: Run, node: GoNode, scope: Scope): Value {
  const operand = expressionsOf(node)[0] ?? node;
  const sign = sourceOf(node.children[0] ?? node);
  if (sign === "&" && operand.name === "VariableName") {
    const why = unknown(node, `the address of ${sourceOf(operand)} is handed on`);
    const cell = scope.cell(sourceOf(operand));
    if (cell !== undefined) change(cell.value, why);
    scope.pin(sourceOf(operand), why);
    return why;
  }
  const value = evaluate(run, operand, scope);
  if (sign === "&" && operand.name === "TypedLiteral") return value;
  if (sign === "&") run.state.anyChange ??= { node, why: "the address of an element is handed on" };
  if (sign === "-" && value.kind === "int") return int(-value.value);
  return firstUnknown([value], node, "an expression that is not worked out");
}

/** A long sum is a tree that leans to the left. */
function binary(run: Run, node: GoNode, scope: Scope): Value {
  const parts: GoNode[] = [];
  let first: GoNode = node;
  while (first.name === "BinaryExp") {
    parts.push(first);
    first = expressionsOf(first)[0] ?? first;
  }
  let value = evaluate(run, first, scope);
  for (const part of parts.toReversed()) {
    run.step(part);
    const right = expressionsOf(part)[1] ?? part;
    const sign = sourceOf(part.children[1] ?? part);
    const isLazy = sign === "&&" || sign === "||";
    const next = isLazy
      ? aside(run, part, scope, { why: "behind a condition", isAfterError: false }, () => evaluate(run, right, scope))
      : evaluate(run, right, scope);
    value = combined(part, sign, value, next ?? unknown(part, "a condition"));
  }
  return value;
}

export function combined(node: GoNode, sign: string, left: Value, right: Value): Value {
  if (left.kind === "text" && right.kind === "text" && sign === "+") return text(left.text + right.text);
  const number = left.kind === "int" && right.kind === "int" ? arithmetic(sign, left.value, right.value) : undefined;
  if (number !== undefined && Number.isSafeInteger(number)) return int(number);
  return firstUnknown([left, right], node, "an expression that is not worked out");
}

function arithmetic(sign: string, left: number, right: number): number | undefined {
  if (sign === "+") return left + right;
  if (sign === "-") return left - right;
  if (sign === "*") return left * right;
  if (sign === "/" && right !== 0) return Math.trunc(left / right);
  if (sign === "%" && right !== 0) return left % right;
  return sign === "<<" && right >= 0 && right < 50 && left >= 0 ? left * 2 ** right : undefined;
}

/** It may be called at any time from now on. */
function closure(run: Run, node: GoNode, scope: Scope): GoFunction {
  if (!scope.isPackage) {
    const { names, part } = outerAssignmentsOf(node);
    for (const name of names) scope.pin(name, unknown(node, `${name} is assigned in a function of its own`));
    if (part !== undefined)
      run.state.anyChange ??= { node: part, why: "an element is assigned in a function of its own" };
  }
  return { kind: "function", node, scope };
}

function selected(run: Run, node: GoNode, scope: Scope): Value {
  const value = evaluate(run, expressionsOf(node)[0] ?? node, scope);
  const field = sourceOf(childOf(node, "FieldName") ?? node);
  const { fields, byPointer } = run.go.assignments;
  const assigned = fields.get(field) ?? byPointer;
  const found = value.kind === "struct" ? value.fields.get(field) : undefined;
  if (found !== undefined && assigned !== undefined) return unknown(assigned, `${field} may be assigned here`);
  return found ?? firstUnknown([value], node, `${sourceOf(node).slice(0, 60)} is not followed`);
}

function indexed(run: Run, node: GoNode, scope: Scope): Value {
  const [of, at] = expressionsOf(node).map((part) => evaluate(run, part, scope));
  const changed = of?.kind === "list" || of?.kind === "map" ? (changeOf(of) ?? run.state.anyChange) : undefined;
  if (changed !== undefined) return unknown(changed.node, changed.why);
  if (of?.kind === "list" && at?.kind === "int") {
    const item = of.items[at.value];
    if (item !== undefined) return item;
  }
  if (of?.kind === "map" && at?.kind === "text") {
    const entry = of.entries.findLast(([key]) => key.kind === "text" && key.text === at.text);
    if (entry !== undefined && of.entries.every(([key]) => key.kind === "text")) return entry[1];
  }
  return firstUnknown(
    [of, at].filter((value) => value !== undefined),
    node,
    "an element that is not known",
  );
}

/** `[]byte(text)` has the same content. */
function converted(run: Run, node: GoNode, scope: Scope): Value {
  const value = evaluate(run, expressionsOf(node)[0] ?? node, scope);
  const type = sourceOf(node.children[0] ?? node);
  const isSame = value.kind === "text" ? type === "[]byte" : value.kind === "function";
  return isSame ? value : firstUnknown([value], node, `a conversion to ${type.slice(0, 40)}`);
}
