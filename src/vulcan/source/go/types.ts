import { childOf, childrenOf, type GoNode, isType, sourceOf } from "./node.ts";
import type { GoPackage } from "./package.ts";
import { int, NIL, text, unknown, type Value } from "./value.ts";

/** The type without its pointer, its brackets and its parameters; where it is declared here, what it stands for. */
export function underlying(go: GoPackage, type: GoNode | undefined, depth = 0): GoNode | undefined {
  if (type === undefined || depth > 10) return type;
  if (/^(PointerType|ParenthesizedType|ParameterizedType)$/.test(type.name))
    return underlying(go, type.children.find(isType), depth + 1);
  // The grammar takes the type of `new(T)` for an expression.
  if (type.name !== "TypeName" && type.name !== "VariableName") return type;
  const declaration = go.declarations.get(sourceOf(type));
  return declaration?.kind === "type" ? underlying(go, declaration.node.children.find(isType), depth + 1) : type;
}

/** `Migration`, of `*Migration`, `Migration[pgx.Tx]` or `postgres.Migration`; empty for a type without a name. */
export function nameOfType(type: GoNode | undefined): string {
  if (type === undefined) return "";
  if (/^(PointerType|ParenthesizedType|ParameterizedType)$/.test(type.name))
    return nameOfType(type.children.find(isType));
  return /^(TypeName|QualifiedType)$/.test(type.name) ? sourceOf(type) : "";
}

/** The names of a struct's fields, in their order. */
export function fieldsOf(struct: GoNode): readonly string[] {
  return childrenOf(childOf(struct, "StructBody") ?? struct, "FieldDecl").flatMap((field) => {
    const names = childrenOf(field, "FieldName").map(sourceOf);
    return names.length > 0 ? names : [nameOfType(field.children.find(isType)).split(".").at(-1) ?? ""];
  });
}

/** What a variable of this type holds at first. */
export function zeroOf(go: GoPackage, type: GoNode): Value {
  if (type.name === "PointerType" || type.name === "FunctionType") return NIL;
  const of = underlying(go, type);
  if (of === undefined) return unknown(type, "a type that is not known");
  if (of.name === "SliceType" && of.children.every(({ name }) => name !== "...")) return { kind: "list", items: [] };
  const name = sourceOf(of);
  if (name === "string") return text("");
  if (name === "error" || name === "any" || of.name === "FunctionType" || of.name === "InterfaceType") return NIL;
  if (name === "bool") return { kind: "bool", value: false };
  return /^u?int(8|16|32|64)?$/.test(name) ? int(0) : unknown(type, `a ${name.slice(0, 40)} without a value`);
}

/** By which calls a transaction of this type is used; undefined where it is none. */
export function transactionOf(go: GoPackage, type: GoNode, depth = 0): "pgx" | "sql" | undefined {
  if (depth > 5) return undefined;
  const of = underlying(go, type);
  if (of?.name === "QualifiedType") {
    const [alias = "", name = ""] = sourceOf(of).split(".");
    const path = go.importOf(of.file, alias) ?? "";
    if (/^github\.com\/jackc\/pgx(\/v\d+)?(\/pgxpool)?$/.test(path) && /^(Tx|Conn|Pool)$/.test(name)) return "pgx";
    const isSql = path === "database/sql" || path === "github.com/jmoiron/sqlx";
    return isSql && /^(Tx|DB|Conn)$/.test(name) ? "sql" : undefined;
  }
  const body = of?.name === "InterfaceType" ? childOf(of, "InterfaceBody") : undefined;
  if (body === undefined) return undefined;
  const method = childrenOf(body, "MethodElem").find((one) =>
    /^Exec(Context)?$/.test(sourceOf(childOf(one, "FieldName") ?? one)),
  );
  if (method === undefined) {
    const embedded = body.children.find(isType);
    return embedded === undefined ? undefined : transactionOf(go, embedded, depth + 1);
  }
  const first = childOf(childOf(method, "Parameters") ?? method, "Parameter")?.children.find(isType);
  if (sourceOf(childOf(method, "FieldName") ?? method) === "ExecContext") return "sql";
  return first !== undefined && sourceOf(first) === "context.Context" ? "pgx" : "sql";
}
