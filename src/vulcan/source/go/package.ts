import { type Assignments, assignmentsIn } from "./assignments.ts";
import { childOf, childrenOf, expressionsOf, type GoFile, type GoNode, isType, nodesIn, sourceOf } from "./node.ts";

/** One name of a `const` or `var`, with the expression that gives its value. */
export interface Spec {
  readonly kind: "const" | "var";
  readonly name: GoNode;
  readonly spec: GoNode;
  readonly type: GoNode | undefined;
  /** Absent where it has none, or shares one call with other names. */
  readonly value: GoNode | undefined;
  /** What `iota` is here. */
  readonly iota: number;
}

export type Declaration =
  | Spec
  | { readonly kind: "function" | "type"; readonly name: GoNode; readonly node: GoNode }
  /** Declared in more than one file or place: which one is built is unknown. */
  | { readonly kind: "twice"; readonly name: GoNode };

export interface GoPackage {
  readonly files: readonly GoFile[];
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** Every function and method with a body, `init` among them. */
  readonly functions: readonly GoNode[];
  readonly specs: readonly Spec[];
  /** What is assigned anywhere in the package. */
  readonly assignments: Assignments;
  /** Every name that is declared anywhere, at any depth. */
  readonly declaredNames: ReadonlySet<string>;
  /** Has a type a method by which package fmt shows it? Then no formatted text is known. */
  readonly formats: GoNode | undefined;
  readonly usesOf: (name: string) => readonly GoNode[];
  readonly importOf: (file: GoFile, alias: string) => string | undefined;
  /** The content of a file beside this one, in UTF-8; undefined where there is none that Go would embed. */
  readonly beside: (file: GoFile, name: string) => string | undefined;
}

export function packageOf(files: readonly GoFile[], beside: GoPackage["beside"]): GoPackage {
  const tops = files.flatMap(({ top }) => top.children);
  const specs = tops.flatMap(specsOf);
  const functions = tops.filter((node) => /^(Function|Method)Decl$/.test(node.name) && childOf(node, "Block"));
  const nodes = files.flatMap(({ top }) => [...nodesIn(top)]);
  const uses = new Map<string, GoNode[]>();
  for (const node of nodes) {
    if (node.name !== "VariableName") continue;
    const same = uses.get(sourceOf(node));
    if (same === undefined) uses.set(sourceOf(node), [node]);
    else same.push(node);
  }
  const imports = new Map(files.map((file) => [file, importsOf(file)]));
  return {
    files,
    functions,
    specs,
    declarations: declarationsOf(tops, specs),
    assignments: assignmentsIn(nodes),
    declaredNames: new Set(nodes.filter(({ name }) => name === "DefName").map(sourceOf)),
    formats: functions.find(isFormatter),
    usesOf: (name) => uses.get(name) ?? [],
    importOf: (file, alias) => imports.get(file)?.get(alias) ?? USUAL_IMPORTS[alias],
    beside,
  };
}

function isFormatter(node: GoNode): boolean {
  const name = childOf(node, "FieldName");
  return node.name === "MethodDecl" && name !== undefined && /^(String|GoString|Error|Format)$/.test(sourceOf(name));
}

/** For a part of a file that lacks its imports. Go compiles no name that is not imported. */
const USUAL_IMPORTS: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(
    ["context", "embed", "errors", "fmt", "log", "os", "strconv", "strings", "time"].map((a) => [a, a]),
  ),
  goose: "github.com/pressly/goose/v3",
  slog: "log/slog",
  sql: "database/sql",
  pgx: "github.com/jackc/pgx/v5",
};

function importsOf({ top }: GoFile): ReadonlyMap<string, string> {
  const specs = childrenOf(top, "ImportDecl").flatMap((node) =>
    [node, ...childrenOf(node, "SpecList")].flatMap((list) => childrenOf(list, "ImportSpec")),
  );
  return new Map(
    specs.map((spec) => {
      const path = sourceOf(childOf(spec, "String") ?? spec).slice(1, -1);
      const alias = childOf(spec, "DefName");
      const usual =
        path
          .replace(/\/v\d+$/, "")
          .split("/")
          .at(-1) ?? "";
      return [alias === undefined ? usual : sourceOf(alias), path];
    }),
  );
}

function declarationsOf(tops: readonly GoNode[], specs: readonly Spec[]): ReadonlyMap<string, Declaration> {
  const types = tops.flatMap((node) =>
    node.name === "TypeDecl"
      ? [node, ...childrenOf(node, "SpecList")].flatMap((list) => childrenOf(list, "TypeSpec"))
      : [],
  );
  const named = [
    ...tops.filter(({ name }) => name === "FunctionDecl").map((node) => ({ kind: "function" as const, node })),
    ...types.map((node) => ({ kind: "type" as const, node })),
  ].flatMap(({ kind, node }) =>
    childrenOf(node, "DefName")
      .slice(0, 1)
      .map((name) => ({ kind, name, node })),
  );
  const found = new Map<string, Declaration>();
  for (const declaration of [...specs, ...named]) {
    const name = sourceOf(declaration.name);
    if (name === "_" || name === "init") continue;
    found.set(name, found.has(name) ? { kind: "twice", name: declaration.name } : declaration);
  }
  return found;
}

/** The names of a ConstDecl or VarDecl, short ones included. A const without a value repeats the one before it. */
export function specsOf(node: GoNode): readonly Spec[] {
  if (node.name !== "ConstDecl" && node.name !== "VarDecl") return [];
  const kind = node.name === "ConstDecl" ? "const" : "var";
  const isShort = childOf(node, ":=") !== undefined;
  const list = isShort
    ? [node]
    : [node, ...childrenOf(node, "SpecList")].flatMap((part) => childrenOf(part, "ConstSpec", "VarSpec"));
  let repeated: Pick<Spec, "type"> & { readonly values: readonly GoNode[] } = { type: undefined, values: [] };
  return list.flatMap((spec, iota) => {
    const names = childrenOf(spec, "DefName");
    const own = { type: spec.children.find(isType), values: expressionsOf(spec) };
    if (kind === "var" || own.values.length > 0) repeated = own;
    const { type, values } = repeated;
    return names.map((name, at) => ({
      ...({ kind, name, spec, type, iota } as const),
      value: values.length === names.length ? values[at] : undefined,
    }));
  });
}
