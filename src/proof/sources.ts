import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { SourceBody } from "../vulcan/source/parse-migrations-go.ts";
import { readSource } from "../vulcan/source/source-folder.ts";
import type { Body, Migration, UnreadPart } from "./migration.ts";

export interface Migrations {
  /** Oldest version first. */
  readonly list: readonly Migration[];
  /** What seems to be a migration, and could not be read. */
  readonly unread: readonly UnreadPart[];
}

/**
 * The migrations of a Go file, of a folder's Go package, of a SQL file, or of a folder of SQL files: `6_add_x.sql`, or
 * `6_add_x.up.sql` and `6_add_x.down.sql`; in one file a mark may part the two. Throws OpsError (exit 6) where nothing can be read.
 */
export function readMigrationsAt(path: string): Migrations {
  const sql = readable(path, () => sqlFiles(path));
  if (sql.length > 0) return { list: fromSql(sql), unread: [] };
  const { migrations, unread } = readSource(path, "");
  const list = migrations.map(({ version, description, at, up, down }): Migration => {
    const [, file = path, line = "1"] = /^(.*):(\d+)$/.exec(at) ?? [];
    const folder = dirname(file);
    return { version, description, path: file, line: Number(line), up: bodyOf(up, folder), down: bodyOf(down, folder) };
  });
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  return { list, unread: unread.map((reason) => unreadIn(folder, reason)) };
}

/** `migrations.go:12: why` → its parts. */
function unreadIn(folder: string, reason: string): UnreadPart {
  const [, file, line, message] = /^([^:]+):(\d+): (.*)$/s.exec(reason) ?? [];
  if (file === undefined || message === undefined) return { path: folder, message: reason };
  return { path: join(folder, file), line: Number(line), message };
}

const NONE: Body = { texts: [], unknown: [], isMissing: true };

function bodyOf({ sql, places, unknown, isMissing }: SourceBody, folder: string): Body {
  const texts = sql.map((text, at) => ({
    ...(places[at] ?? { path: "", line: 1, isExact: false, hasValues: false }),
    sql: text,
  }));
  return { texts, unknown: unknown.map((reason) => unreadIn(folder, reason)), isMissing };
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
    const [, digits, words = ""] = /^V?(\d{1,15})?[_-]*(.*)$/s.exec(basename(stem)) ?? [];
    const [upward, within] = sectionsOf(path);
    const down = downs.get(stem);
    return {
      version: digits === undefined ? at + 1 : Number(digits),
      description: sanitise(words.replaceAll(/[_-]+/g, " "), { most: 200 }),
      path,
      line: 1,
      up: upward,
      down: down === undefined ? within : sectionsOf(down)[0],
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

/** The marks by which goose, sql-migrate and dbmate part an Up from its Down in one file. */
const MARK = /^--[ \t]*(?:\+goose|\+migrate|migrate:)[ \t]*(up|down)\b.*$/gim;

/** The Up and the Down of a SQL file; without a mark the whole file is the Up. */
function sectionsOf(path: string): readonly [Body, Body] {
  const sql = readable(path, () => readFileSync(path, "utf8"));
  const marks = [...sql.matchAll(MARK)];
  if (marks.length === 0) return [textBody(path, sql, 0, sql.length), NONE];
  const bodies = ["up", "down"].map((word): Body => {
    const at = marks.findIndex(([, mark = ""]) => mark.toLowerCase() === word);
    const from = marks[at]?.index;
    return from === undefined ? NONE : textBody(path, sql, from, marks[at + 1]?.index ?? sql.length);
  });
  return [bodies[0] ?? NONE, bodies[1] ?? NONE];
}

function textBody(path: string, whole: string, from: number, to: number): Body {
  const line = whole.slice(0, from).split("\n").length;
  const texts = [{ sql: whole.slice(from, to), path, line, isExact: true, hasValues: false }];
  return { texts, unknown: [], isMissing: false };
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw usageError("migrations-file-unreadable", `${sanitise(path, { most: 200 })} cannot be read: ${why}`);
  }
}
