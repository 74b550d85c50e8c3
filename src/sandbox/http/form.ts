import type { Input } from "./input.ts";

type Tree = { [key: string]: Tree | string };

/** Reads a query form (`A.member.1.B=x`) into a nested record; lists become arrays. */
export function parseForm(body: string): Input {
  const tree: Tree = Object.create(null);
  for (const [key, value] of new URLSearchParams(body)) place(tree, key.split("."), value);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, collapse(value)]));
}

function place(tree: Tree, path: readonly string[], value: string): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const child = tree[head];
  const branch: Tree = typeof child === "object" ? child : Object.create(null);
  tree[head] = branch;
  place(branch, rest, value);
}

/** `{member: {1: …}}`, `{Filter: {1: …}}` and `{1: …}` are lists; anything else is a record. */
function collapse(value: Tree | string): unknown {
  if (typeof value === "string") return value;
  const keys = Object.keys(value);
  if (isNumbered(keys)) return items(value);
  const only = keys.length === 1 && keys[0] !== undefined ? value[keys[0]] : undefined;
  if (typeof only === "object" && isNumbered(Object.keys(only))) return items(only);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, collapse(child)]));
}

const isNumbered = (keys: readonly string[]): boolean => keys.length > 0 && keys.every((key) => /^\d+$/.test(key));

const items = (value: Tree): unknown[] =>
  Object.entries(value)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => collapse(child));
