import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isMap, parseDocument } from "yaml";
import { usageError } from "../domain/error.ts";
import { ownPath } from "./files.ts";
import { parseConfig } from "./parse.ts";

/** A target's settings as they are written, in their order. */
export type WrittenSettings = Readonly<Record<string, string | boolean>>;

/** What a file would be with a target written into it. */
export interface FileToWrite {
  readonly path: string;
  readonly text: string;
  /** `new`: no file is there. `added`: the target joins others. `replaced`: the target was there. `same`: as it is. */
  readonly effect: "new" | "added" | "replaced" | "same";
}

/** The path of one's own file. */
export const ownConfigurationPath = ownPath;

/**
 * The file's text with the target in it. Comments and other targets stay as they are; settings of the target that are not
 * given stay, too. Exit 6 where the file that is there is invalid.
 */
export function configurationFile(
  path: string,
  name: string,
  settings: WrittenSettings,
  { isOwn, version }: { readonly isOwn: boolean; readonly version: string },
): FileToWrite {
  const before = readIfThere(path);
  if (before === undefined) return checked({ path, text: newFile(name, settings, version), effect: "new" }, isOwn);
  const known = parseConfig(before, path, isOwn);
  const document = parseDocument(before);
  const effect = Object.hasOwn(known.targets, name) ? "replaced" : "added";
  if (!isMap(document.get("targets"))) document.set("targets", document.createNode({}));
  for (const [key, value] of Object.entries(settings)) document.setIn(["targets", name, key], scalar(document, value));
  const text = document.toString({ lineWidth: 0 });
  const isSame = JSON.stringify(parseConfig(text, path, isOwn).targets) === JSON.stringify(known.targets);
  return checked({ path, text: isSame ? before : text, effect: isSame ? "same" : effect }, isOwn);
}

/** Digits need quotes, so that they stay a text. */
function scalar(document: ReturnType<typeof parseDocument>, value: string | boolean) {
  const node = document.createNode(value);
  if (typeof value === "string" && /^\d+$/.test(value)) Object.assign(node, { type: "QUOTE_DOUBLE" });
  return node;
}

function newFile(name: string, settings: WrittenSettings, version: string): string {
  const rows = Object.entries(settings).map(([key, value]) => {
    const text = typeof value === "string" && /^\d+$/.test(value) ? `"${value}"` : String(value);
    const why = WHY[`${key}: ${value}`] ?? WHY[key];
    return `    ${key}: ${text}${why === undefined ? "" : `   # ${why}`}`;
  });
  return [
    `# Written by vulcan-ops ${version} init. Every setting: docs/configuration.md, or vulcan-ops config.`,
    'schemaVersion: "1"',
    `defaultTarget: ${name}`,
    "targets:",
    `  ${name}:`,
    ...rows,
    "",
  ].join("\n");
}

const WHY: Readonly<Record<string, string>> = {
  account: "credentials of another account are a hard stop",
  region: "and so is another region",
  "production: true": "an overridden endpoint or clock is refused",
  "production: false": "a sandbox: its endpoint and clock are not AWS's",
};

/** What is written can be read: it is parsed first, as every command will. */
function checked(file: FileToWrite, isOwn: boolean): FileToWrite {
  parseConfig(file.text, file.path, isOwn);
  return file;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw usageError("config-unreadable", `cannot read ${path}: ${(error as Error).message}`);
  }
}

/** Whole or not at all. A file that came up in the meantime is not replaced by a new one. Exit 6 where it cannot be. */
export function writeConfiguration({ path, text, effect }: FileToWrite): void {
  const draft = `${path}.${process.pid}.part`;
  try {
    if (effect === "new") {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, text, { flag: "wx", mode: 0o644 });
      return;
    }
    writeFileSync(draft, text, { flag: "wx", mode: 0o644 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw usageError("config-unwritable", `cannot write ${path}: ${(error as Error).message}`, [
      "vulcan-ops init --print",
    ]);
  }
}
