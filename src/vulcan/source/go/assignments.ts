import { childOf, expressionsOf, type GoNode, isExpression, nodesIn, sourceOf } from "./node.ts";

export interface Assignments {
  /** By the name at the left end: `a`, `a.b`, `a[0]`, `&a` are all of `a`. */
  readonly names: ReadonlyMap<string, GoNode>;
  /** By the name of the field: `a[0].Down = …`. */
  readonly fields: ReadonlyMap<string, GoNode>;
  /** Assignments to an element, a field, or by a pointer. */
  readonly parts: readonly GoNode[];
  /** The first one by a pointer: `*a = …`. */
  readonly byPointer: GoNode | undefined;
}

export function assignmentsIn(nodes: readonly GoNode[]): Assignments {
  const names = new Map<string, GoNode>();
  const fields = new Map<string, GoNode>();
  const parts = new Set<GoNode>();
  let byPointer: GoNode | undefined;
  for (const node of nodes)
    for (const target of targetsOf(node)) {
      const root = rootOf(target);
      if (root !== undefined) names.set(sourceOf(root), node);
      if (target.name === "UnaryExp") byPointer ??= node;
      if (target.name === "SelectorExpr") fields.set(fieldOf(target), node);
      if (target.name !== "VariableName" && node.name !== "UnaryExp") parts.add(node);
    }
  return { names, fields, parts: [...parts], byPointer };
}

/** The expressions that this node itself gives another value, or lets others give one. */
export function targetsOf(node: GoNode): readonly GoNode[] {
  switch (node.name) {
    case "Assignment":
    case "ReceiveStatement":
    case "RangeClause":
      return childOf(node, "=", "UpdateOp") === undefined ? [] : beforeSign(node);
    case "IncDecStatement":
      return expressionsOf(node).slice(0, 1);
    case "UnaryExp":
      return sourceOf(childOf(node, "DerefOp") ?? node) === "&" ? expressionsOf(node).filter(isPlace) : [];
    default:
      return [];
  }
}

const isPlace = ({ name }: GoNode): boolean => /^(VariableName|SelectorExpr|IndexExpr|ParenthesizedExpr)$/.test(name);

function beforeSign({ children }: GoNode): readonly GoNode[] {
  const sign = children.findIndex(({ name }) => name === "=" || name === "UpdateOp");
  return children.slice(0, sign).filter(isExpression);
}

export const fieldOf = (selector: GoNode): string => sourceOf(childOf(selector, "FieldName") ?? selector);

export function rootOf(node: GoNode): GoNode | undefined {
  let root: GoNode | undefined = node;
  while (root !== undefined && root.name !== "VariableName")
    root = /^(SelectorExpr|IndexExpr|SliceExpr|ParenthesizedExpr|UnaryExp|TypeAssertion)$/.test(root.name)
      ? expressionsOf(root)[0]
      : undefined;
  return root;
}

/** Names of variables outside of `node` that something inside of it assigns; and the first assignment to a part. */
export interface OuterAssignments {
  readonly names: ReadonlySet<string>;
  readonly part: GoNode | undefined;
}

const cache = new WeakMap<GoNode, OuterAssignments>();

export function outerAssignmentsOf(node: GoNode): OuterAssignments {
  const known = cache.get(node);
  if (known !== undefined) return known;
  const names = new Set<string>();
  let part: GoNode | undefined;
  for (const one of nodesIn(node))
    for (const target of targetsOf(one)) {
      const root = rootOf(target);
      if (target.name !== "VariableName" && one.name !== "UnaryExp") part ??= one;
      if (root !== undefined && !isDeclaredInside(root, node)) names.add(sourceOf(root));
    }
  const result = { names, part };
  cache.set(node, result);
  return result;
}

/** Is the name declared between this use and the end of `limit`, in a block around the use and before it? */
function isDeclaredInside(use: GoNode, limit: GoNode): boolean {
  const name = sourceOf(use);
  for (let node = use; node !== limit && node.parent !== undefined; node = node.parent) {
    const before = node.parent.children.filter(({ to }) => to <= node.from);
    if (before.some((sibling) => declares(sibling, name))) return true;
  }
  return false;
}

/** A declaration, or the head of a function, a loop or a condition. */
function declares(node: GoNode, name: string): boolean {
  switch (node.name) {
    case "VarDecl":
    case "ConstDecl":
    case "RangeClause":
    case "ForClause":
    case "Parameters":
      return [...nodesIn(node)].some(
        (one) => one.name === "DefName" && sourceOf(one) === name && !isInFunction(one, node),
      );
    default:
      return false;
  }
}

function isInFunction(node: GoNode, limit: GoNode): boolean {
  for (let one = node.parent; one !== undefined && one !== limit; one = one.parent)
    if (one.name === "FunctionLiteral") return true;
  return false;
}
