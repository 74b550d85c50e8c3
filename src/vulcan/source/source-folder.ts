import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { usageError } from "../../domain/error.ts";
import { isIgnored } from "./go/build.ts";
import { type MigrationsSource, readMigrations, type SourceText } from "./parse-migrations-go.ts";

/** More than any package of migrations has: beyond it a file is read without the ones beside it. */
const MOST_BESIDE = 4_000_000;
const MOST_EMBEDDED = 2_000_000;

/** The migrations of one Go file, or of the package in a folder. Throws OpsError (exit 6); `flag` is what gave the path. */
export function readSource(path: string, flag = "--migrations-file "): MigrationsSource {
  try {
    return readAt(path);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw usageError("migrations-file-unreadable", `${flag}${path} cannot be read: ${error.message}`);
  }
}

function readAt(path: string): MigrationsSource {
  if (!isFolder(path)) return readMigrations([textAt(path), ...textsBeside(path)], path, readBeside);
  const files = readable(() => goFilesIn(path));
  if (files.length > 0) return readMigrations(files.map(textAt), path, readBeside);
  throw new Unreadable("the folder has no Go file of its own. Name the folder of the package, or one file");
}

class Unreadable extends Error {}

const isFolder = (path: string): boolean => readable(() => statSync(path).isDirectory());

const textAt = (path: string): SourceText => ({ path, text: readable(() => readFileSync(path, "utf8")) });

/** What the file system refuses is the operator's to change. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Unreadable((error as Error).message);
  }
}

const goFilesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".go") && !isIgnored(entry.name))
    .map((entry) => join(folder, entry.name))
    .sort();

/** The other files of its package may declare its names, or change its migrations. */
function textsBeside(path: string): readonly SourceText[] {
  try {
    const others = goFilesIn(dirname(path)).filter((other) => resolve(other) !== resolve(path));
    const size = others.reduce((sum, other) => sum + statSync(other).size, 0);
    return size > MOST_BESIDE ? [] : others.map((other) => ({ ...textAt(other), isBeside: true }));
  } catch {
    return [];
  }
}

/** As Go embeds: a regular file below the folder, by no symbolic link; and as UTF-8, since PostgreSQL gets a text. */
function readBeside(folder: string, name: string): string | undefined {
  try {
    const path = join(folder, name);
    const isOwn = realpathSync(path) === join(realpathSync(folder), ...name.split("/")) && lstatSync(path).isFile();
    if (!isOwn || statSync(path).size > MOST_EMBEDDED) return undefined;
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch {
    return undefined;
  }
}
