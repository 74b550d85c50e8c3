import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { canonical, type Json } from "../../domain/json.ts";

/** SHA-256 (hex) of a value, whatever the order of its members. */
export const digestOf = (value: object): string =>
  createHash("sha256")
    .update(canonical(value as unknown as Json))
    .digest("hex");

/** How the error about a file is made: `why` is the rest of the sentence. */
export type Unusable = (path: string, why: string) => Error;

/** Writes the whole file or none. Only its owner can read it. */
export function writeSealed(path: string, value: object, unusable: Unusable): void {
  const draft = `${path}.${process.pid}.part`;
  try {
    const file = openSync(draft, "wx", 0o600);
    writeSync(file, `${JSON.stringify(value, null, 2)}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unusable(path, `cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
}

/** Larger than any plan of a runbook of 128 KiB. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The JSON of a file. `what`: what it should have been, as in `plan`. */
export function readSealed(path: string, what: string, unusable: Unusable): unknown {
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error("too long");
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw unusable(path, code === "ENOENT" ? "does not exist" : `is no ${what} that can be read`);
  }
}
