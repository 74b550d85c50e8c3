import type { TextPosition } from "../problem.ts";

export type ScalarValue = string | number | boolean | null;

/** A runbook's data with its places: all that the checker knows of YAML. */
export type Tree = ScalarTree | ListTree | MapTree | OpaqueTree;

export interface ScalarTree extends TextPosition {
  readonly kind: "scalar";
  readonly value: ScalarValue;
}

interface ListTree extends TextPosition {
  readonly kind: "list";
  readonly items: readonly Tree[];
}

interface MapTree extends TextPosition {
  readonly kind: "map";
  /** By name; a Map, so that `__proto__` is a name like any other. */
  readonly entries: Entries;
}

export type Entries = ReadonlyMap<string, Entry>;

export interface Entry {
  readonly key: TextPosition;
  readonly value: Tree;
}

/** Something that was reported already. It fits every shape, so that it is reported only once. */
export interface OpaqueTree extends TextPosition {
  readonly kind: "opaque";
}

const NO_ENTRIES: Entries = new Map();

/** The members of a map; none where it is something else, which the shape has reported. */
export function entriesOf(tree: Tree | undefined): Entries {
  return tree?.kind === "map" ? tree.entries : NO_ENTRIES;
}

export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === "list" ? tree.items : [];
}

/** The value under a key of a map. */
export function member(tree: Tree | undefined, key: string): Tree | undefined {
  return entriesOf(tree).get(key)?.value;
}

export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === "scalar" && typeof tree.value === "string" ? tree.value : undefined;
}

/** The tree without its places, as plain data. */
export function dataOf(tree: Tree): unknown {
  if (tree.kind === "list") return tree.items.map(dataOf);
  if (tree.kind === "map") return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, dataOf(value)]));
  return tree.kind === "scalar" ? tree.value : undefined;
}
