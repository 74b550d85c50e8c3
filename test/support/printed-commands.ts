import { parseAst } from "rolldown/parseAst";
import { sources } from "./program-texts.ts";

/** A command that the code can print, with `§` for each value in it, and the file that it comes from. */
export interface PrintedCommand {
  readonly path: string;
  readonly line: string;
}

interface Found {
  readonly commands: PrintedCommand[];
  /** Values put into a command by anything but `commandLine`, which quotes them. */
  readonly raw: PrintedCommand[];
}

type Node = Readonly<Record<string, unknown>> & { readonly type?: string };

/** Every command in the code, whole or as a part of a sentence. */
export function printedCommands(): Found {
  const found: Found = { commands: [], raw: [] };
  for (const { path, text } of sources().filter(({ path }) => !/^src\/(sandbox|postgres)\//.test(path)))
    walk(path, parseAst(text, { lang: "ts" }), found);
  return found;
}

const PROGRAM = /^(?:aws|vulcan-ops) (?=[a-z…-])/;
/** A program and its words up to the end of the text, where a value follows. */
const OPEN_COMMAND =
  /(?:^|[\s:(`])(?<!###\s)(?:aws [a-z]|vulcan-ops (?:rollback|upgrade|restore|maintenance|alerts|migrate|run|plan|check|explain|show|history|resume|undo|unlock|status|doctor|watch|rehearse|sandbox)\b|(?:chmod |chown |mkdir |rm |kill |npm |npx |curl -))[\w./:=…'" -]*$/;
/** Our program, whose first word follows. */
const OPEN_PROGRAM = /^vulcan-ops $/;

function walk(path: string, node: unknown, found: Found): void {
  if (Array.isArray(node)) for (const one of node) walk(path, one, found);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return;
  const one = node as Node;
  if (one.type === "TaggedTemplateExpression" && nameOf(one.tag) === "commandLine") {
    add(path, textsOf(one.quasi).join("§"), found);
    walk(path, (one.quasi as Node).expressions, found);
    return;
  }
  if (one.type === "TemplateLiteral") {
    const texts = textsOf(one);
    const isRaw = (text: string, index: number): boolean =>
      OPEN_COMMAND.test(text) || (OPEN_PROGRAM.test(text) && /^($| -)/.test(texts[index + 1] ?? ""));
    if (texts.slice(0, -1).some(isRaw)) found.raw.push({ path, line: texts.join("§") });
    if (texts.length === 1) add(path, texts[0] ?? "", found);
  }
  if (one.type === "BinaryExpression" && one.operator === "+" && OPEN_COMMAND.test(literal(one.left)))
    found.raw.push({ path, line: `${literal(one.left)}+` });
  if (one.type === "Literal") add(path, literal(one), found);
  for (const child of Object.values(one)) if (typeof child === "object") walk(path, child, found);
}

function add(path: string, line: string, { commands }: Found): void {
  if (PROGRAM.test(line)) commands.push({ path, line });
}

const nameOf = (node: unknown): unknown => (node as Node).name;

const literal = (node: unknown): string => {
  const { type, value } = node as Node;
  return type === "Literal" && typeof value === "string" ? value : "";
};

const textsOf = (template: unknown): string[] =>
  ((template as Node).quasis as readonly { readonly value: { readonly cooked: string } }[]).map(
    ({ value }) => value.cooked,
  );
