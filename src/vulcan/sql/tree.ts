/** A node of the grammar's tree: JSON, with the names of PostgreSQL's own parse nodes. */
export type SqlNode = Readonly<Record<string, unknown>>;

/** `node.a.b`, where it is a node; else an empty one. */
export function nodeAt(node: SqlNode, ...path: readonly string[]): SqlNode {
  let at: unknown = node;
  for (const name of path) at = isNode(at) ? at[name] : undefined;
  return isNode(at) ? at : {};
}

/** The items of a list, each without the wrapper that names its type: `[type, node]`. */
export function itemsAt(node: SqlNode, name: string): readonly (readonly [type: string, node: SqlNode])[] {
  const list = node[name];
  return Array.isArray(list) ? list.flatMap((item) => (isNode(item) ? [unwrapped(item)] : [])) : [];
}

/** `{DropStmt: {…}}` → `["DropStmt", {…}]` */
export function unwrapped(wrapper: SqlNode): readonly [type: string, node: SqlNode] {
  const [type = ""] = Object.keys(wrapper);
  return [type, nodeAt(wrapper, type)];
}

export const textAt = (node: SqlNode, name: string): string => {
  const value = node[name];
  return typeof value === "string" ? value : "";
};

/** Every node of one type, at any depth, the outermost first. */
export function* nodesOf(top: unknown, type: string): Generator<SqlNode> {
  if (Array.isArray(top)) for (const item of top) yield* nodesOf(item, type);
  if (!isNode(top)) return;
  for (const [name, value] of Object.entries(top)) {
    if (name === type && isNode(value)) yield value;
    yield* nodesOf(value, type);
  }
}

/** `public.t` or `t`, of a RangeVar. */
export function nameOfRange(range: SqlNode): string {
  return [textAt(range, "schemaname"), textAt(range, "relname")].filter((part) => part !== "").join(".");
}

/** `public.t` or `t`, of a list of String nodes. */
export function nameOfParts(node: SqlNode, name: string): string {
  return itemsAt(node, name)
    .map(([, part]) => textAt(part, "sval"))
    .filter((part) => part !== "")
    .join(".");
}

const isNode = (value: unknown): value is SqlNode =>
  typeof value === "object" && value !== null && !Array.isArray(value);
