import { type GoNode, sourceOf } from "./node.ts";

/** Why something is not known, and where that begins. */
export interface Doubt {
  readonly why: string;
  readonly node: GoNode;
}

export interface Unknown extends Doubt {
  readonly kind: "unknown";
}

export interface List {
  readonly kind: "list";
  readonly items: readonly Value[];
  /** `pgx.Identifier`, which quotes its parts. */
  readonly isIdentifier?: boolean;
  /** The list that this one may share its elements with. */
  readonly base?: List | GoMap | undefined;
  changed?: Doubt;
  /** Something was appended: a second time it could overwrite what the first one added. */
  isExtended?: boolean;
}

export interface GoMap {
  readonly kind: "map";
  readonly entries: readonly (readonly [key: Value, value: Value])[];
  readonly base?: undefined;
  changed?: Doubt;
}

export interface Struct {
  readonly kind: "struct";
  /** Its name, without a package's own parameters; empty where it has none. */
  readonly type: string;
  readonly fields: ReadonlyMap<string, Value>;
  readonly node: GoNode;
}

export interface GoFunction {
  readonly kind: "function";
  /** A FunctionLiteral or a FunctionDecl. */
  readonly node: GoNode;
  readonly scope: Scope;
}

/** One SQL text that is executed. */
export interface Execution {
  readonly sql: string;
  readonly node: GoNode;
  /** Values stand beside it, for `$1` and what follows. */
  readonly hasValues?: boolean;
}

export interface Batch {
  readonly kind: "batch";
  readonly queued: Execution[];
  readonly owner: object;
}

export type Value =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "nil" }
  /** The error of a call: nil where the call has succeeded. */
  | { readonly kind: "outcome" }
  /** An error that the program itself makes. */
  | { readonly kind: "failure" }
  /** Some value whose methods change nothing. */
  | { readonly kind: "harmless" }
  | { readonly kind: "transaction"; readonly api: "pgx" | "sql" }
  | { readonly kind: "files"; readonly spec: GoNode }
  | { readonly kind: "tuple"; readonly items: readonly Value[] }
  | Batch
  | List
  | GoMap
  | Struct
  | GoFunction
  | Unknown;

export const text = (of: string): Value => ({ kind: "text", text: of });
export const int = (value: number): Value => ({ kind: "int", value });
export const NIL: Value = { kind: "nil" };
export const OUTCOME: Value = { kind: "outcome" };
export const FAILURE: Value = { kind: "failure" };
export const HARMLESS: Value = { kind: "harmless" };
export const unknown = (node: GoNode, why: string): Unknown => ({ kind: "unknown", node, why });
export const tuple = (...items: readonly Value[]): Value => ({ kind: "tuple", items });

/** The first of them that is not known; else, `otherwise` is why the whole is not. */
export const firstUnknown = (values: readonly Value[], node: GoNode, otherwise: string): Unknown =>
  values.find((value): value is Unknown => value.kind === "unknown") ?? unknown(node, otherwise);

/** Marks a list or map, and what it shares its elements with, as changed. */
export function change(value: Value, doubt: Doubt): void {
  if (value.kind !== "list" && value.kind !== "map") return;
  rootOf(value).changed ??= doubt;
}

export const changeOf = (value: List | GoMap): Doubt | undefined => rootOf(value).changed;

function rootOf(value: List | GoMap): List | GoMap {
  let root = value;
  while (root.base !== undefined) root = root.base;
  return root;
}

/** A variable. Closures share it with the function around them. */
export interface Cell {
  value: Value;
  /** Something that cannot be followed may change it at any time. */
  pinned?: Unknown;
}

export class Scope {
  readonly parent: Scope | undefined;
  readonly #cells = new Map<string, Cell>();

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  declare(name: GoNode | string, value: Value): void {
    const key = typeof name === "string" ? name : sourceOf(name);
    if (key !== "_") this.#cells.set(key, { value });
  }

  cell(name: string): Cell | undefined {
    return this.#cells.get(name) ?? this.parent?.cell(name);
  }

  has(name: string): boolean {
    return this.#cells.has(name);
  }

  assign(name: string, value: Value): void {
    const cell = this.cell(name);
    if (cell !== undefined) cell.value = value;
  }

  pin(name: string, why: Unknown): void {
    const cell = this.cell(name);
    if (cell !== undefined) cell.pinned ??= why;
  }

  /** Forgets the value of every variable of this scope alone. */
  forget(why: Unknown): void {
    for (const cell of this.#cells.values()) cell.pinned ??= why;
  }

  get isPackage(): boolean {
    return this.parent === undefined;
  }
}
