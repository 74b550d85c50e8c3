import { type GoNode, isExpression, sourceOf } from "./node.ts";

const SUFFIXED = new Set(["CallExpr", "SelectorExpr", "IndexExpr", "SliceExpr", "TypeAssertion"]);

/** The grammar reads `"a" + f(x)` as `("a" + f)(x)`, and `-a.b` as `(-a).b`. Gives each suffix to what it belongs to. */
export function bound(node: GoNode): GoNode {
  const [first, ...rest] = node.children;
  if (first === undefined) return node;
  if (SUFFIXED.has(node.name) && (first.name === "BinaryExp" || first.name === "UnaryExp"))
    return withLast(first, node.to, (last) => bound({ ...node, from: last.from, children: [last, ...rest] }));
  const [sign, right] = rest;
  const isLooser = first.name === "BinaryExp" && sign !== undefined && rankOf(first.children[1]) < rankOf(sign);
  if (node.name === "BinaryExp" && isLooser && right !== undefined)
    return withLast(first, node.to, (last) => bound({ ...node, from: last.from, children: [last, sign, right] }));
  return node;
}

function withLast(node: GoNode, to: number, change: (last: GoNode) => GoNode): GoNode {
  const last = node.children.findLast(isExpression) as GoNode;
  return { ...node, to, children: node.children.map((child) => (child === last ? change(last) : child)) };
}

const RANKS = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">="], ["+", "-", "|", "^"]];

/** Signs that are not listed bind the most: `*`, `/`, `%`, `<<`, `>>`, `&`, `&^`. */
function rankOf(sign: GoNode | undefined): number {
  const rank = sign === undefined ? 0 : RANKS.findIndex((signs) => signs.includes(sourceOf(sign)));
  return rank < 0 ? RANKS.length : rank;
}
