import type { DownEffects } from "../../domain/migrations/schema-object.ts";
import { nameOf, type SchemaObject } from "../../domain/migrations/schema-object.ts";
import { SqlReader } from "./sql-reader.ts";
import { statementsOf } from "./sql-tokens.ts";

const NOTHING: DownEffects = { objects: [], altered: [], complete: true };
const UNKNOWN: DownEffects = { ...NOTHING, complete: false };

/** For any number of statements. The effects of triggers and default values cannot be seen here. */
export function downEffectsOf(sql: string): DownEffects {
  const statements = statementsOf(sql);
  return statements === undefined ? UNKNOWN : allOf(statements.map((tokens) => byStatement(new SqlReader(tokens))));
}

/** Joins the effects in order; an object that is named twice appears once. */
export function allOf(list: readonly DownEffects[]): DownEffects {
  return {
    objects: distinct(list.flatMap(({ objects }) => objects)),
    altered: distinct(list.flatMap(({ altered }) => altered)),
    complete: list.every(({ complete }) => complete),
  };
}

function distinct(objects: readonly SchemaObject[]): SchemaObject[] {
  return [...new Map(objects.map((object) => [`${object.kind} ${nameOf(object)}`, object])).values()];
}

function byStatement(sql: SqlReader): DownEffects {
  if (sql.take("drop")) return byDrop(sql);
  if (sql.take("alter table")) return byAlterTable(sql);
  if (sql.take("truncate")) return byTruncate(sql);
  if (sql.take("delete from")) return byDelete(sql);
  if (sql.take("update")) return byUpdate(sql);
  return isHarmless(sql) ? NOTHING : UNKNOWN;
}

const table = (name: string): SchemaObject => ({ kind: "table", table: name });

function byDrop(sql: SqlReader): DownEffects {
  if (sql.take("table") || sql.take("materialized view") || sql.take("foreign table"))
    return dropped(sql, "paths", table);
  if (sql.take("index")) {
    sql.take("concurrently");
    return dropped(sql, "paths", (index) => ({ kind: "index", index }));
  }
  const isWithoutRows = ROWLESS.some((kind) => sql.take(kind));
  return isWithoutRows && !sql.has("cascade") ? NOTHING : UNKNOWN;
}

/** Without CASCADE, dropping one of these removes no row: PostgreSQL refuses if something depends on it. */
const ROWLESS = ["view", "type", "domain", "function", "procedure", "trigger", "policy", "rule", "schema"];

/** CASCADE also drops objects that the text does not name. */
function dropped(sql: SqlReader, what: "paths" | "name", toObject: (name: string) => SchemaObject): DownEffects {
  sql.take("if exists");
  const names = sql[what]();
  if (names === undefined) return UNKNOWN;
  sql.take("restrict");
  return { objects: [names].flat().map(toObject), altered: [], complete: sql.isDone };
}

function byTruncate(sql: SqlReader): DownEffects {
  sql.take("table");
  const names = sql.paths();
  if (names === undefined) return UNKNOWN;
  if (!sql.take("restart identity")) sql.take("continue identity");
  sql.take("restrict");
  return { objects: [], altered: names.map(table), complete: sql.isDone };
}

/** Foreign keys may delete further rows in tables that are not named, so the result is never complete. */
function byDelete(sql: SqlReader): DownEffects {
  sql.take("only");
  const name = sql.path();
  return name === undefined ? UNKNOWN : { ...UNKNOWN, altered: [table(name)] };
}

/** Foreign keys and functions may change more than the columns that are set, so the result is never complete. */
function byUpdate(sql: SqlReader): DownEffects {
  sql.take("only");
  const name = sql.path();
  if (name === undefined) return UNKNOWN;
  sql.takeMark("*");
  if (!sql.take("set")) return { ...UNKNOWN, altered: [table(name)] };
  const column = sql.name();
  const isOnly = column !== undefined && sql.takeMark("=") && sql.parts().length === 1;
  return { ...UNKNOWN, altered: [isOnly ? { kind: "column", table: name, column } : table(name)] };
}

function byAlterTable(sql: SqlReader): DownEffects {
  sql.take("if exists");
  sql.take("only");
  const name = sql.path();
  if (name === undefined) return UNKNOWN;
  sql.takeMark("*");
  return allOf(sql.parts().map((part) => byAction(name, part)));
}

/** RENAME is not supported: after it, every later name would mean a different thing. */
function byAction(tableName: string, sql: SqlReader): DownEffects {
  if (sql.take("add") || sql.take("validate constraint") || sql.take("owner to")) return NOTHING;
  if (sql.take("drop constraint")) return sql.has("cascade") ? UNKNOWN : NOTHING;
  if (sql.take("drop")) {
    sql.take("column");
    return dropped(sql, "name", (column) => ({ kind: "column", table: tableName, column }));
  }
  if (!sql.take("alter")) return UNKNOWN;
  sql.take("column");
  const column = sql.name();
  if (column === undefined) return UNKNOWN;
  if (LOSSLESS.some((action) => sql.take(action))) return NOTHING;
  const isConverted = sql.take("type") || sql.take("set data type");
  return isConverted ? { ...NOTHING, altered: [{ kind: "column", table: tableName, column }] } : UNKNOWN;
}

const LOSSLESS = ["set default", "drop default", "set not null", "drop not null", "set statistics"];

/** Whether it only adds, or touches no row. SELECT and INSERT do not count: they may call or fire anything. */
function isHarmless(sql: SqlReader): boolean {
  if (sql.take("create table"))
    return sql.has("generated") === sql.has("as") && !sql.has("select", "values", "returning");
  return HARMLESS.some((words) => sql.take(words));
}

const HARMLESS = [
  ...["create index", "create unique index", "create type", "create sequence", "create view"],
  ...["comment on", "lock table", "grant", "revoke", "analyze"],
  ...["set local lock_timeout", "set local statement_timeout"],
];
