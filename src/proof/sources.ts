import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { SourceBody } from "../vulcan/source/parse-migrations-go.ts";
import { readSource } from "../vulcan/source/source-folder.ts";
import type { Body, Migration } from "./migration.ts";

export interface Migrations {
  /** Oldest version first. */
  readonly list: readonly Migration[];
  /** `file:line: why` of what seems to be a migration, and could not be read. */
  readonly unread: readonly string[];
}

/**
 * The migrations of a Go file, of a folder's Go package, of a SQL file, or of a folder of SQL files: `6_add_x.sql`, or
 * `6_add_x.up.sql` and `6_add_x.down.sql`. Throws OpsError (exit 6) where nothing can be read.
 */
export function readMigrationsAt(path: string): Migrations {
  const sql = readable(path, () => sqlFiles(path));
  if (sql.length > 0) return { list: fromSql(sql), unread: [] };
  const { migrations, unread } = readSource(path, "");
  const list = migrations.map(({ version, description, at, up, down }): Migration => {
    const [, file = path, line = "1"] = /^(.*):(\d+)$/.exec(at) ?? [];
    return { version, description, path: file, line: Number(line), up: bodyOf(up), down: bodyOf(down) };
  });
  return { list, unread };
}

function bodyOf({ sql, places, unknown, isMissing }: SourceBody): Body {
  const texts = sql.map((text, at) => ({
    ...(places[at] ?? { path: "", line: 1, isExact: false, hasValues: false }),
    sql: text,
  }));
  return { texts, unknown, isMissing };
}

/** None where the path is a Go file, or a folder with a Go file. */
function sqlFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return path.endsWith(".sql") ? [path] : [];
  const names = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  if (names.some((name) => name.endsWith(".go"))) return [];
  return names
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => join(path, name));
}

const DOWN = /\.down\.sql$/;

function fromSql(paths: readonly string[]): readonly Migration[] {
  const downs = new Map(paths.filter((path) => DOWN.test(path)).map((path) => [path.replace(DOWN, ""), path]));
  const ups = paths.filter((path) => !DOWN.test(path));
  const list = ups.map((path, at): Migration => {
    const stem = path.replace(/(\.up)?\.sql$/, "");
    const [, digits, words = ""] = /^V?(\d{1,15})?[_-]*(.*)$/.exec(basename(stem)) ?? [];
    const down = downs.get(stem);
    return {
      version: digits === undefined ? at + 1 : Number(digits),
      description: sanitise(words.replaceAll(/[_-]+/g, " "), { most: 200 }),
      path,
      line: 1,
      up: textBody(path),
      down: down === undefined ? { texts: [], unknown: [], isMissing: true } : textBody(down),
    };
  });
  refuseTwice(list);
  return list.sort((a, b) => a.version - b.version);
}

function refuseTwice(list: readonly Migration[]): void {
  const twice = list.find(({ version }, at) => list.findIndex((one) => one.version === version) < at);
  if (twice === undefined) return;
  throw usageError(
    "migrations-source-invalid",
    `${sanitise(twice.path)}: version ${twice.version} is in another file, too`,
  );
}

function textBody(path: string): Body {
  const sql = readable(path, () => readFileSync(path, "utf8"));
  return { texts: [{ sql, path, line: 1, isExact: true, hasValues: false }], unknown: [], isMissing: false };
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw usageError("migrations-file-unreadable", `${sanitise(path, { most: 200 })} cannot be read: ${why}`);
  }
}
