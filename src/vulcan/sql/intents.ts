import type { SqlGrammar, SqlStatement } from "./grammar.ts";
import { itemsAt, nameOfParts, nameOfRange, nodeAt, nodesOf, type SqlNode, textAt } from "./tree.ts";

/** What a statement is meant to do, as its words say it. */
export type IntentKind =
  | "add-column"
  | "drop-column"
  | "alter-type"
  | "set-not-null"
  | "add-check"
  | "add-foreign-key"
  | "add-not-null"
  | "add-unique"
  | "add-primary-key"
  | "add-exclusion"
  | "add-domain-check"
  | "validate"
  | "attach-partition"
  | "detach-partition"
  | "create-index"
  | "create-trigger"
  | "create-unlogged"
  | "create-extension"
  | "drop-table"
  | "drop-view"
  | "drop-index"
  | "rename-table"
  | "rename-column"
  | "rename-value"
  | "rebuild"
  | "update-all"
  | "delete-all"
  | "truncate"
  | "lock-table"
  | "write"
  | "transaction"
  | "dynamic"
  | "not-repeatable";

export interface Intent {
  readonly kind: IntentKind;
  /** What it is about, for people: `t.name`, `idx_t`. */
  readonly object: string;
  /** The table, view or index that has to be there before; empty for none. */
  readonly relation: string;
  /** An index that exists is used, or existing rows are not checked. */
  readonly isCheap?: boolean;
  readonly isConcurrent?: boolean;
  readonly isIfNotExists?: boolean;
}

/** Everything that the statement is meant to do; of a DO block, what its body does. */
export function intentsOf(grammar: SqlGrammar, statement: SqlStatement): readonly Intent[] {
  const inside = statement.type === "DoStmt" ? insideDo(grammar, statement.node) : [];
  const inQuery = [...nodesOf(nodeAt(statement.node, "withClause"), "DeleteStmt")].flatMap(byDelete);
  return [...(BY_TYPE[statement.type]?.(statement.node) ?? []), ...inside, ...inQuery].map(withoutPublic);
}

function insideDo(grammar: SqlGrammar, node: SqlNode): readonly Intent[] {
  const source = itemsAt(node, "args").find(([, arg]) => arg.defname === "as")?.[1] ?? {};
  const body = grammar.body(textAt(nodeAt(source, "arg", "String"), "sval"));
  if (body === undefined) return [of("dynamic", "a body in another language than PL/pgSQL")];
  const statements = body.sql.flatMap((sql) => {
    const read = grammar.statements(sql);
    return Array.isArray(read) ? (read as readonly SqlStatement[]) : [];
  });
  return [
    ...(body.isDynamic ? [of("dynamic", "EXECUTE of a text")] : []),
    ...(body.isTransactional ? [of("transaction", "COMMIT or ROLLBACK")] : []),
    ...statements.flatMap((one) => intentsOf(grammar, one)).filter(({ kind }) => kind !== "not-repeatable"),
  ];
}

const of = (kind: IntentKind, object: string, relation = "", more: Partial<Intent> = {}): Intent => ({
  kind,
  object,
  relation,
  ...more,
});

const bare = (name: string): string => name.replace(/^public\./, "");

const withoutPublic = (intent: Intent): Intent => ({
  ...intent,
  object: bare(intent.object),
  relation: bare(intent.relation),
});

const relationOf = (node: SqlNode): string => nameOfRange(nodeAt(node, "relation"));

type Read = (node: SqlNode) => readonly Intent[];

/** A second run would fail, where nothing says that it may be there already, or gone. */
const repeatable = (what: string, isSafe: unknown): readonly Intent[] =>
  isSafe === true ? [] : [of("not-repeatable", what)];

const byDelete: Read = (node) => [
  of("write", relationOf(node), relationOf(node)),
  ...("whereClause" in node ? [] : [of("delete-all", relationOf(node), relationOf(node))]),
];

const rebuild =
  (word: string): Read =>
  (node) => [of("rebuild", `${word} ${relationOf(node)}`, relationOf(node), { isConcurrent: isConcurrent(node) })];

const isConcurrent = (node: SqlNode): boolean =>
  node.concurrent === true || itemsAt(node, "params").some(([, { defname }]) => defname === "concurrently");

const BY_TYPE: Readonly<Record<string, Read | undefined>> = {
  AlterTableStmt: (node) => itemsAt(node, "cmds").flatMap(([, command]) => byCommand(node, command)),
  AlterDomainStmt: (node) => (node.subtype === "C" ? [of("add-domain-check", nameOfParts(node, "typeName"))] : []),
  AlterEnumStmt: (node) => ("oldVal" in node ? [of("rename-value", nameOfParts(node, "typeName"))] : []),
  AlterObjectSchemaStmt: (node) =>
    /TABLE|VIEW/.test(textAt(node, "objectType")) ? [of("rename-table", relationOf(node), relationOf(node))] : [],
  ClusterStmt: rebuild("CLUSTER"),
  CopyStmt: (node) => (node.is_from === true ? [of("write", relationOf(node), relationOf(node))] : []),
  CreateExtensionStmt: (node) => [of("create-extension", textAt(node, "extname"))],
  CreateStmt: (node) => [
    ...(nodeAt(node, "relation").relpersistence === "u" ? [of("create-unlogged", relationOf(node))] : []),
    ...repeatable(`CREATE TABLE ${relationOf(node)}`, node.if_not_exists),
  ],
  CreateTrigStmt: (node) => [of("create-trigger", textAt(node, "trigname"), relationOf(node))],
  DeleteStmt: byDelete,
  DropStmt: byDrop,
  IndexStmt: byIndex,
  InsertStmt: (node) => [of("write", relationOf(node), relationOf(node))],
  LockStmt: (node) => rangesOf(node).map((name) => of("lock-table", name, name)),
  RefreshMatViewStmt: rebuild("REFRESH"),
  ReindexStmt: rebuild("REINDEX"),
  RenameStmt: byRename,
  TransactionStmt: (node) =>
    /SAVEPOINT|RELEASE|ROLLBACK_TO/.test(textAt(node, "kind"))
      ? []
      : [of("transaction", textAt(node, "kind").replace("TRANS_STMT_", "").replace("_", " "))],
  TruncateStmt: (node) => rangesOf(node).flatMap((name) => [of("truncate", name, name), of("write", name, name)]),
  UpdateStmt: (node) => [
    of("write", relationOf(node), relationOf(node)),
    ...("whereClause" in node ? [] : [of("update-all", relationOf(node), relationOf(node))]),
  ],
  VariableSetStmt: (node) =>
    /^transaction_|^session_characteristics/i.test(textAt(node, "name")) || node.kind === "VAR_SET_MULTI"
      ? [of("transaction", "SET TRANSACTION")]
      : [],
};

const rangesOf = (node: SqlNode): readonly string[] =>
  itemsAt(node, "relations").map(([, range]) => nameOfRange(range));

function byIndex(node: SqlNode): readonly Intent[] {
  const [name, table] = [textAt(node, "idxname") || "an index", relationOf(node)];
  const more = { isConcurrent: node.concurrent === true, isIfNotExists: node.if_not_exists === true };
  return [of("create-index", name, table, more), ...repeatable(`CREATE INDEX ${name}`, node.if_not_exists)];
}

const DROPS: Readonly<Record<string, IntentKind | undefined>> = {
  OBJECT_TABLE: "drop-table",
  OBJECT_FOREIGN_TABLE: "drop-table",
  OBJECT_VIEW: "drop-view",
  OBJECT_MATVIEW: "drop-view",
  OBJECT_INDEX: "drop-index",
};

function byDrop(node: SqlNode): readonly Intent[] {
  const kind = DROPS[textAt(node, "removeType")];
  const names = itemsAt(node, "objects").map(([, list]) => nameOfParts(list, "items"));
  const what = textAt(node, "removeType").replace("OBJECT_", "").replace("_", " ");
  return [
    ...(kind === undefined
      ? []
      : names.map((name) => of(kind, name, name, { isConcurrent: node.concurrent === true }))),
    ...repeatable(`DROP ${what} ${names.join(", ")}`, node.missing_ok),
  ];
}

function byRename(node: SqlNode): readonly Intent[] {
  const relation = relationOf(node);
  const type = textAt(node, "renameType");
  if (type === "OBJECT_COLUMN") return [of("rename-column", `${relation}.${textAt(node, "subname")}`, relation)];
  if (/^OBJECT_(TABLE|VIEW|MATVIEW|FOREIGN_TABLE)$/.test(type)) return [of("rename-table", relation, relation)];
  return [];
}

function byCommand(statement: SqlNode, command: SqlNode): readonly Intent[] {
  const table = relationOf(statement);
  const column = `${table}.${textAt(command, "name")}`;
  const fixed = COMMANDS[textAt(command, "subtype")];
  if (fixed !== undefined) return [of(fixed, fixed === "detach-partition" ? table : column, table)];
  switch (command.subtype) {
    case "AT_AddColumn":
      return byColumn(table, nodeAt(command, "def", "ColumnDef"), command.missing_ok);
    case "AT_AddConstraint":
      return byConstraint(table, nodeAt(command, "def", "Constraint"));
    case "AT_DropColumn":
      return [of("drop-column", column, table), ...repeatable(`DROP COLUMN ${column}`, command.missing_ok)];
    default:
      return [];
  }
}

const COMMANDS: Readonly<Record<string, IntentKind | undefined>> = {
  AT_AlterColumnType: "alter-type",
  AT_SetNotNull: "set-not-null",
  AT_ValidateConstraint: "validate",
  AT_AttachPartition: "attach-partition",
  AT_DetachPartition: "detach-partition",
};

function byColumn(table: string, definition: SqlNode, isIfNotExists: unknown): readonly Intent[] {
  const name = `${table}.${textAt(definition, "colname")}`;
  const inline = itemsAt(definition, "constraints").flatMap(([, constraint]) =>
    constraint.contype === "CONSTR_NOTNULL" ? [] : byConstraint(table, constraint, name),
  );
  return [of("add-column", name, table), ...inline, ...repeatable(`ADD COLUMN ${name}`, isIfNotExists)];
}

const CONSTRAINTS: Readonly<Record<string, IntentKind | undefined>> = {
  CONSTR_CHECK: "add-check",
  CONSTR_FOREIGN: "add-foreign-key",
  CONSTR_NOTNULL: "add-not-null",
  CONSTR_UNIQUE: "add-unique",
  CONSTR_PRIMARY: "add-primary-key",
  CONSTR_EXCLUSION: "add-exclusion",
};

function byConstraint(table: string, constraint: SqlNode, column = ""): readonly Intent[] {
  const kind = CONSTRAINTS[textAt(constraint, "contype")];
  if (kind === undefined) return [];
  const isCheap = constraint.skip_validation === true || textAt(constraint, "indexname") !== "";
  return [of(kind, textAt(constraint, "conname") || column || `a constraint of ${table}`, table, { isCheap })];
}
