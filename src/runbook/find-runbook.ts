import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";
import { MAX_BYTES } from "./limits.ts";
import { quoted } from "./problem.ts";
import { didYouMean } from "./suggest.ts";

/** A runbook that was found: one of ours, as the map holds it, or the text of a file. */
export type Located<T> =
  | { readonly kind: "shipped"; readonly source: string; readonly value: T }
  | { readonly kind: "file"; readonly source: string; readonly text: string };

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const FILE = /\.ya?ml$/;

/** Finds a runbook by its shipped name or by a path that ends in .yaml or .yml; anything else is a usage error. */
export function locateRunbook<T>(nameOrPath: string, shipped: ReadonlyMap<string, T>): Located<T> {
  const value = shipped.get(nameOrPath);
  if (NAME.test(nameOrPath) && value !== undefined) return { kind: "shipped", source: nameOrPath, value };
  if (FILE.test(nameOrPath) && !nameOrPath.includes("\0")) {
    return { kind: "file", source: sanitise(nameOrPath), text: readText(nameOrPath, shipped) };
  }
  const hint = didYouMean(nameOrPath, shipped.keys()) ?? "none are shipped";
  const what = NAME.test(nameOrPath) ? "is no runbook" : "is neither a runbook nor a path that ends in .yaml";
  throw usageError("runbook-unknown", `${quoted(nameOrPath)} ${what} (${hint})`, choices(shipped));
}

function choices(shipped: ReadonlyMap<string, unknown>): readonly string[] {
  return [...shipped.keys()].map((name) => commandLine`vulcan-ops explain ${name}`);
}

function readText(path: string, shipped: ReadonlyMap<string, unknown>): string {
  const refuse = (why: string) => usageError("runbook-unreadable", `${quoted(path)} ${why}`, choices(shipped));
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
