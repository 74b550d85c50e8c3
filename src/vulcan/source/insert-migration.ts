import { usageError } from "../../domain/error.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { childOf, type GoFile, type GoNode, lineAt, nodesIn, sourceOf } from "./go/node.ts";
import { GoSyntaxError, parseGo } from "./go/tree.ts";
import { goLiteral, type NewMigration } from "./go-literal.ts";

/** The file with the migration in it, and the line on which that begins. */
export interface Inserted {
  readonly text: string;
  readonly line: number;
}

/**
 * The Go file with the migration behind the last one of its list; every other byte stays. Throws OpsError (exit 6) where
 * the file has no list of literals of the documented form, or several.
 */
export function insertMigration(path: string, text: string, migration: NewMigration): Inserted {
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const file = parsed(path, text);
  const last = lastOf(file, path);
  const start = lineStart(file.text, last.from);
  const indent = /^[ \t]*/.exec(file.text.slice(start))?.[0] ?? "\t";
  const literal = goLiteral(migration, indent, prefixOf(last));
  const end = endOf(file, last);
  const between = end.hasComma ? "" : ",";
  const rest = file.text.slice(end.at);
  // On the line of the last one may follow a comment, or the end of the list itself.
  const tail = /^[ \t]*(\/\/[^\n]*)?\r?\n/.exec(rest)?.[0] ?? "";
  const head = file.text.slice(0, last.to) + between + file.text.slice(last.to, end.at) + (tail === "" ? "\n" : tail);
  const lines = /\r\n/.test(file.text) ? literal.replaceAll("\n", "\r\n") : literal;
  const whole = `${mark}${head}${lines}${rest.slice(tail.length)}`;
  return { text: whole, line: lineAt(`${head} `, head.length) };
}

function parsed(path: string, text: string): GoFile {
  try {
    return parseGo(path, text);
  } catch (error) {
    if (error instanceof GoSyntaxError) throw refusal(`${path}:${error.line}`, error.message);
    throw error;
  }
}

const refusal = (place: string, why: string): Error =>
  usageError("migration-unplaced", `${sanitise(place, { most: 200 })}: ${why}; nothing was written`, [
    'vulcan-ops migrate new "Add jobs table" --print',
  ]);

/** The last element of the only list of migrations. */
function lastOf(file: GoFile, path: string): GoNode {
  const lists = new Map<GoNode, GoNode>();
  for (const node of nodesIn(file.top)) {
    const element = isMigration(node) ? elementOf(node) : undefined;
    if (element?.parent !== undefined) lists.set(element.parent, element);
  }
  const [last, other] = lists.values();
  if (last === undefined)
    throw refusal(path, "no list of migrations as { Version: 6, Up: func…, Down: func… } is here");
  if (other !== undefined) throw refusal(path, `migrations are in two lists, by lines ${linesOf([last, other])}`);
  return last;
}

const linesOf = (nodes: readonly GoNode[]): string =>
  nodes.map(({ file, from }) => lineAt(file.text, from)).join(" and ");

const isMigration = (node: GoNode): boolean => {
  const keys = node.children.map((element) => sourceOf(childOf(element, "Key") ?? element).trim());
  return node.name === "LiteralValue" && keys.includes("Version") && (keys.includes("Up") || keys.includes("Down"));
};

/** The element of a list that the literal is, whatever stands before its brace. */
function elementOf(literal: GoNode): GoNode | undefined {
  let node: GoNode | undefined = literal;
  while (node !== undefined && node.name !== "Element") {
    if (!/^(LiteralValue|TypedLiteral|UnaryExp)$/.test(node.name)) return undefined;
    if (node !== literal && node.name === "LiteralValue") return undefined;
    node = node.parent;
  }
  return node !== undefined && childOf(node, "Key") === undefined ? node : undefined;
}

/** `&Migration` of `&Migration{…}` */
const prefixOf = (element: GoNode): string => sourceOf(element).slice(0, sourceOf(element).indexOf("{")).trim();

const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

/** Behind the element and its comma, if it has one. */
function endOf({ text, comments }: GoFile, { to }: GoNode): { readonly at: number; readonly hasComma: boolean } {
  let at = to;
  for (;;) {
    const comment = comments.find(({ from }) => from === at);
    if (comment !== undefined) at += comment.text.length;
    else if (/\s/.test(text[at] ?? "")) at += 1;
    else break;
  }
  return text[at] === "," ? { at: at + 1, hasComma: true } : { at: to, hasComma: false };
}
