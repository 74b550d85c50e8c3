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

/** Every string and every part of a template in the code, and every text of a shipped runbook. */
export function programTexts(): readonly ProgramText[] {
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
  if (typeof node === "string") return node.includes(" ") ? [{ path, text: node.replace(/\s+/g, " ").trim() }] : [];
  if (Array.isArray(node)) return node.flatMap((one) => textsOf(path, one));
  if (typeof node !== "object" || node === null) return [];
  const { type, value, ...rest } = node as { readonly type?: unknown; readonly value?: unknown };
  if (NO_TEXTS.has(type)) return [];
  if (type === "TemplateElement") return textsOf(path, (value as { readonly cooked: string }).cooked);
  return textsOf(path, [value, ...Object.entries(rest).flatMap(([key, one]) => (key === "raw" ? [] : [one]))]);
}
