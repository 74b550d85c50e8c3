import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseAst } from "rolldown/parseAst";
import { parse as parseYaml } from "yaml";

/** One text that the program can print, and the file that it comes from. */
export interface ProgramText {
  readonly path: string;
  readonly text: string;
}

const root = join(import.meta.dirname, "..", "..");

let texts: readonly ProgramText[] | undefined;

/** Every string and every part of a template in the code, and every text of a shipped runbook. */
export function programTexts(): readonly ProgramText[] {
  texts ??= allTexts();
  return texts;
}

function allTexts(): readonly ProgramText[] {
  const runbooks = filesBelow("runbooks", /\.yaml$/);
  return [
    ...sources().flatMap(({ path, text }) => textsOf(path, parseAst(text, { lang: "ts" }))),
    ...runbooks.flatMap((path) => textsOf(path, parseYaml(read(path)))),
  ];
}

/** Every file of the code, as text. */
export function sources(): readonly ProgramText[] {
  const code = ["src", "commands"].flatMap((folder) => filesBelow(folder, /\.ts$/));
  return code.map((path) => ({ path, text: read(path) }));
}

function filesBelow(folder: string, name: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Names of modules are no texts; in a runbook every string counts. */
const NO_TEXTS: ReadonlySet<unknown> = new Set(["ImportDeclaration", "ImportExpression", "ExportAllDeclaration"]);

function textsOf(path: string, node: unknown): readonly ProgramText[] {
  const found: ProgramText[] = [];
  addTexts(path, node, found);
  return found;
}

/** Into one list: a million nodes are too many for lists of lists. */
function addTexts(path: string, node: unknown, found: ProgramText[]): void {
  if (typeof node === "string") {
    if (node.includes(" ")) found.push({ path, text: node.replace(/\s+/g, " ").trim() });
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const { type, value } = node as { readonly type?: unknown; readonly value?: unknown };
  if (NO_TEXTS.has(type)) return;
  const isTemplate = type === "TemplateElement";
  const children = isTemplate ? { cooked: (value as { readonly cooked: string }).cooked } : node;
  for (const [key, one] of Object.entries(children)) if (key !== "raw" && key !== "type") addTexts(path, one, found);
}

/** A text that stands on a row of its own, with `…` for each value that is put into it. */
export interface RowText extends ProgramText {
  /** `summary` of an action or of a step's plan; `finding`, the first clause of what a check says. */
  readonly kind: "summary" | "finding";
}

/** Every summary and every finding's first clause that the code below these folders can show. */
export function rowTexts(folders: readonly string[]): readonly RowText[] {
  const paths = folders.flatMap((folder) => filesBelow(folder, /\.ts$/));
  return paths.flatMap((path) => rowsOf(path, parseAst(read(path), { lang: "ts" })));
}

const FINDING: ReadonlySet<unknown> = new Set(["ok", "warn", "block"]);

function rowsOf(path: string, node: unknown): readonly RowText[] {
  const found: RowText[] = [];
  addRows(path, node, found);
  return found;
}

function addRows(path: string, node: unknown, found: RowText[]): void {
  if (typeof node !== "object" || node === null) return;
  const { type, key, value, callee, arguments: given = [] } = node as SyntaxNode;
  if (type === "Property" && key?.name === "summary")
    for (const text of templatesOf(value)) found.push({ path, kind: "summary", text });
  if (type === "CallExpression" && FINDING.has(callee?.name) && isCode(given[0]))
    for (const text of templatesOf(given[1])) found.push({ path, kind: "finding", text: text.split(/[:;] /)[0] ?? "" });
  for (const one of Object.values(node)) addRows(path, one, found);
}

/** A finding begins with its code; what the doctor says begins with its evidence. */
const isCode = (node: unknown): boolean => templatesOf(node).some((text) => /^[a-z-]+$/.test(text));

interface SyntaxNode {
  readonly type?: string;
  readonly key?: { readonly name?: string };
  readonly value?: unknown;
  readonly callee?: { readonly name?: string };
  readonly arguments?: readonly unknown[];
}

/** The texts that an expression can be, where it is written out: a string, a template, or a choice of them. */
function templatesOf(node: unknown): readonly string[] {
  const { type, value, quasis, consequent, alternate } = (node ?? {}) as {
    readonly type?: string;
    readonly value?: unknown;
    readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
    readonly consequent?: unknown;
    readonly alternate?: unknown;
  };
  if (type === "Literal" && typeof value === "string") return [value];
  if (type === "TemplateLiteral") return [(quasis ?? []).map(({ value: { cooked } }) => cooked).join("…")];
  return type === "ConditionalExpression" ? [...templatesOf(consequent), ...templatesOf(alternate)] : [];
}

/** The titles of a shipped runbook's steps, in their order, and its own. */
export interface RunbookTitles {
  readonly path: string;
  readonly title: string;
  readonly steps: readonly string[];
}

export function runbookTitles(): readonly RunbookTitles[] {
  return filesBelow("runbooks", /\.yaml$/).map((path) => {
    const {
      title,
      steps,
      finally: restoring = [],
    } = parseYaml(read(path)) as {
      readonly title: string;
      readonly steps: readonly { readonly title: string }[];
      readonly finally?: readonly { readonly title: string }[];
    };
    return { path, title, steps: [...steps, ...restoring].map((step) => step.title) };
  });
}
