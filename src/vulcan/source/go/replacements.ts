import { rootOf, targetsOf } from "./assignments.ts";
import type { Made } from "./find-migrations.ts";
import { childOf, expressionsOf, type GoNode, isExpression, isType, nodesIn, sourceOf } from "./node.ts";
import type { GoPackage } from "./package.ts";

/** The first assignment that may put something else into the place of a migration, or of a part of it. */
export function replacementIn(go: GoPackage, mades: readonly Made[]): GoNode | undefined {
  const types = new Set(mades.map(({ type }) => type.split(".").at(-1) ?? "").filter((name) => name !== ""));
  const lists = new Set(
    go.specs.filter(({ spec }) => mades.some(({ node }) => isInside(node, spec))).map(({ name }) => sourceOf(name)),
  );
  const names = new Set([...types, ...lists]);
  const mentions = (node: GoNode) =>
    [...nodesIn(node)].some((one) => /^(TypeName|VariableName)$/.test(one.name) && names.has(sourceOf(one)));
  const changed = go.assignments.parts.filter((node) => mentions(topOf(node)) && !isElsewhere(node, mentions));
  const assigned = [...lists].flatMap((name) => {
    const node = go.assignments.names.get(name);
    return node === undefined ? [] : go.usesOf(name).map((use) => use.parent ?? node);
  });
  const whole = assigned.filter(
    (node) => node.name === "Assignment" && targetsOf(node).some(({ name }) => name === "VariableName"),
  );
  return [...changed, ...whole].find((node) => !isHarmless(node));
}

function isInside(node: GoNode, limit: GoNode): boolean {
  for (let one: GoNode | undefined = node; one !== undefined; one = one.parent) if (one === limit) return true;
  return false;
}

function topOf(node: GoNode): GoNode {
  let top = node;
  while (top.parent?.parent !== undefined) top = top.parent;
  return top;
}

/** Is it an element of something that this function made itself, or was given, and that holds no migration? */
function isElsewhere(node: GoNode, mentions: (node: GoNode) => boolean): boolean {
  return targetsOf(node).every((target) => {
    const root = rootOf(target);
    if (root === undefined) return false;
    const declared = [...nodesIn(topOf(node))].filter(
      (one) => one.name === "DefName" && sourceOf(one) === sourceOf(root),
    );
    return declared.length > 0 && declared.every(({ parent }) => parent !== undefined && isOther(parent, mentions));
  });
}

function isOther(declaration: GoNode, mentions: (node: GoNode) => boolean): boolean {
  if (declaration.name === "Parameter") return !declaration.children.filter(isType).some(mentions);
  const values = expressionsOf(declaration);
  const isNew = values.every(
    (value) => value.name === "TypedLiteral" || (value.name === "CallExpr" && value.children[0]?.name === "make"),
  );
  return /^(VarDecl|VarSpec)$/.test(declaration.name) && isNew && !mentions(declaration);
}

/** A literal, an element that is moved, or `append`: none of them changes what is in a migration that is there. */
function isHarmless(node: GoNode): boolean {
  const fields = targetsOf(node).filter(({ name }) => name === "SelectorExpr");
  if (fields.some((field) => /\.\s*(Version|Up|Down)$/.test(sourceOf(field)))) return false;
  if (fields.length > 0) return true;
  const sign = node.children.findIndex(({ name }) => name === "=");
  return (
    sign < 0 ||
    node.children
      .slice(sign + 1)
      .filter(isExpression)
      .every(isMoved)
  );
}

function isMoved(value: GoNode): boolean {
  if (value.name === "UnaryExp") return childOf(value, "TypedLiteral") !== undefined;
  if (value.name === "VariableName") return isRangeVariable(value);
  if (value.name !== "CallExpr") return /^(TypedLiteral|IndexExpr|Nil|String|Number|Bool)$/.test(value.name);
  const [called] = value.children;
  const list = childOf(value, "Arguments");
  const [first, ...added] = list === undefined ? [] : expressionsOf(list);
  const isSpread = list !== undefined && childOf(list, "...") !== undefined;
  return (
    called !== undefined &&
    sourceOf(called) === "append" &&
    first?.name === "VariableName" &&
    !(isSpread && added.some(({ name }) => name === "CallExpr"))
  );
}

function isRangeVariable(use: GoNode): boolean {
  for (let node = use.parent; node !== undefined; node = node.parent) {
    const clause = node.name === "ForStatement" ? childOf(node, "RangeClause") : undefined;
    if (clause?.children.some((one) => one.name === "DefName" && sourceOf(one) === sourceOf(use))) return true;
  }
  return false;
}
