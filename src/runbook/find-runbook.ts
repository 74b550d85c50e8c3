import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import { nearest } from "../domain/nearest.ts";
import { sanitise } from "../domain/sanitise.ts";
import { MAX_BYTES } from "./limits.ts";
import { quoted } from "./problem.ts";

/** A runbook that was found: one of ours, as the map holds it, or the text of a file. */
export type Located<T> =
  | { readonly kind: "shipped"; readonly source: string; readonly value: T }
  | { readonly kind: "file"; readonly source: string; readonly text: string };

/** Where a command looks for runbooks. */
export interface Library<T> {
  readonly shipped: ReadonlyMap<string, T>;
  /** The folder that holds `runbooks/`, and where a relative path begins. */
  readonly cwd: string;
  /** The command that was typed: a suggestion keeps it. */
  readonly verb: string;
  /** Runbooks by the command that runs them: `rollback`. */
  readonly commands: Readonly<Record<string, string>>;
}

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const FILE = /\.ya?ml$/;

/** Finds one runbook: a path, then ./runbooks, then the shipped ones by name, then those by their command. */
export function locateRunbook<T>(name: string, library: Library<T>): Located<T> {
  const { shipped, commands } = library;
  if (FILE.test(name) && !name.includes("\0")) return fileAt(name, library);
  if (!NAME.test(name)) throw unknown(name, library);
  const own = filesBelow(library).find((path) => nameOf(path) === name);
  if (own !== undefined) return fileAt(own, library);
  const id = shipped.has(name) ? name : Object.hasOwn(commands, name) ? (commands[name] ?? "") : "";
  const value = shipped.get(id);
  if (value === undefined) throw unknown(name, library);
  return { kind: "shipped", source: id, value };
}

/** The named runbooks, and those in the named folders; without names all: ./runbooks, and the shipped ones beside it. */
export function locateRunbooks<T>(names: readonly string[], library: Library<T>): readonly Located<T>[] {
  const isFolderHere = (name: string) => name !== "" && isFolder(resolve(library.cwd, name));
  if (names.length > 0)
    return names.flatMap((name) => (isFolderHere(name) ? inFolder(name, library) : locateRunbook(name, library)));
  const own = filesBelow(library).map((path) => fileAt(path, library));
  const taken = new Set(own.map(({ source }) => nameOf(source)));
  const rest = [...library.shipped].filter(([id]) => !taken.has(id));
  return [...own, ...rest.map(([source, value]) => ({ kind: "shipped", source, value }) as const)];
}

function inFolder<T>(folder: string, library: Library<T>): readonly Located<T>[] {
  const files = runbookFiles(resolve(library.cwd, folder));
  if (files.length > 0) return files.map((file) => fileAt(join(folder, file), library));
  throw usageError("runbook-unreadable", `${quoted(folder)} holds no runbook (.yaml or .yml)`, [helpOf(library)]);
}

/** Relative paths stay the same wherever the folder lies. */
function filesBelow({ cwd }: Pick<Library<unknown>, "cwd">): readonly string[] {
  const folder = join(cwd, "runbooks");
  return runbookFiles(folder).map((file) => join(cwd === process.cwd() ? "runbooks" : folder, file));
}

const runbookFiles = (folder: string): readonly string[] =>
  existsSync(folder) && isFolder(folder)
    ? readdirSync(folder)
        .filter((file) => FILE.test(file))
        .sort()
    : [];

const isFolder = (path: string): boolean =>
  !path.includes("\0") && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const nameOf = (path: string): string => path.replace(/^.*\//, "").replace(FILE, "");

/** A name that is near, else all of them; the suggested command is the one that was typed, and changes nothing. */
function unknown<T>(name: string, library: Library<T>): Error {
  const { shipped, commands, verb } = library;
  const known = [...new Set([...filesBelow(library).map(nameOf), ...shipped.keys()])];
  const near = nearest(name, [...known, ...Object.keys(commands)]);
  const hint = near === undefined ? `there is ${known.join(", ")}` : `did you mean ${quoted(near)}?`;
  const what = NAME.test(name) ? "is no runbook" : "is neither a runbook nor a path that ends in .yaml";
  const next = near === undefined ? helpOf(library) : commandLine`vulcan-ops ${verb} ${near} ${withoutChange(verb)}`;
  return usageError("runbook-unknown", `${quoted(name)} ${what} (${hint})`, [next]);
}

const helpOf = ({ verb }: Pick<Library<unknown>, "verb">): string => commandLine`vulcan-ops ${verb} --help`;

const withoutChange = (verb: string): readonly string[] => (["run", "rehearse"].includes(verb) ? ["--dry-run"] : []);

function fileAt<T>(path: string, library: Library<T>): Located<T> {
  const refuse = (why: string) => {
    const near = nearest(nameOf(path), [...library.shipped.keys()]);
    const { verb } = library;
    const next = near === undefined ? helpOf(library) : commandLine`vulcan-ops ${verb} ${near} ${withoutChange(verb)}`;
    return usageError("runbook-unreadable", `${quoted(path)} ${why}`, [next]);
  };
  return { kind: "file", source: sanitise(path), text: readText(resolve(library.cwd, path), refuse) };
}

function readText(path: string, refuse: Refuse): string {
  const bytes = readBytes(path, refuse);
  try {
    // If the limit has cut a character in two, that is no error of the file.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: bytes.length > MAX_BYTES,
    });
  } catch {
    throw refuse("is not UTF-8 text");
  }
}

type Refuse = (why: string) => Error;

function readBytes(path: string, refuse: Refuse): Uint8Array {
  const file = open(path, refuse);
  try {
    if (!fstatSync(file).isFile()) throw refuse("is not a regular file");
    // Read a few bytes more than allowed, to detect a file that is too long. Its reported size is not trusted.
    const bytes = new Uint8Array(MAX_BYTES + 8);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function open(path: string, refuse: Refuse): number {
  try {
    // Otherwise, opening a named pipe would wait for a writer.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw refuse(WHY[(error as NodeJS.ErrnoException).code ?? ""] ?? "cannot be read");
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist",
  EACCES: "may not be read by this user",
  ENAMETOOLONG: "is too long for a path",
};
