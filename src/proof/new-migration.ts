import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";
import { goLiteral, type NewMigration } from "../vulcan/source/go-literal.ts";
import { type Inserted, insertMigration } from "../vulcan/source/insert-migration.ts";
import { readMigrations, type SourceMigration } from "../vulcan/source/parse-migrations-go.ts";
import { readSource } from "../vulcan/source/source-folder.ts";
import { startingSql } from "../vulcan/source/starting-sql.ts";

/** What the operator wants to begin. */
export interface WantedMigration {
  readonly description: string;
  /** Default: the one after the newest. */
  readonly version?: number | undefined;
}

/** A migration that is not in its file yet. */
export interface PlannedMigration extends Inserted {
  /** The Go file, and what it has now. */
  readonly path: string;
  readonly before: string;
  readonly version: number;
  readonly description: string;
  /** The change itself is still to be written. */
  readonly isOpen: boolean;
}

/**
 * Works out the next migration of a Go file, or of the package in a folder, and where it goes: nothing is written.
 * Throws OpsError (exit 6) for a name or a number that does not do, and where the file has no place for it.
 */
export function planMigration(path: string, wanted: WantedMigration): PlannedMigration {
  const { newest, ...migration } = numbered(path, wanted);
  const file = fileOf(path, newest.at);
  const before = readFileSync(file, "utf8");
  const inserted = insertMigration(file, before, migration);
  assertRead(file, before, inserted.text, migration.version);
  const { version, description, sql } = migration;
  return { path: file, before, version, description, isOpen: sql.isOpen, ...inserted };
}

/** The migration alone, with its number. Throws OpsError (exit 6). */
export const printedMigration = (path: string, wanted: WantedMigration): string =>
  goLiteral(numbered(path, wanted), "");

function numbered(path: string, wanted: WantedMigration): NewMigration & { readonly newest: SourceMigration } {
  const description = checkedDescription(wanted.description);
  const { migrations, unread } = readSource(path, "");
  const all = statSync(path).isDirectory() ? migrations : [...migrations, ...beside(path)];
  const version = freeVersion(wanted.version, all, unread);
  refuseKnown(description, migrations);
  const newest = migrations.reduce((one, other) => (other.version > one.version ? other : one));
  return { version, description, sql: startingSql(description), newest };
}

const MOST_CHARACTERS = 100;

function checkedDescription(text: string): string {
  const description = text.trim();
  const why =
    description === ""
      ? "is empty"
      : description.length > MOST_CHARACTERS
        ? `has more than ${MOST_CHARACTERS} characters`
        : sanitise(description) !== description || /[\p{C}\p{Zl}\p{Zp}`]/u.test(description)
          ? "has characters that a line of a log cannot show"
          : /^\p{L}/u.test(description)
            ? undefined
            : "does not begin with a letter";
  if (why === undefined) return description;
  throw usageError("description-invalid", `the description ${why}; it is what migrate status shows`, [
    'vulcan-ops migrate new "Add jobs table"',
  ]);
}

/** Migrations of other files of the package: their numbers are taken, too. */
function beside(path: string): readonly SourceMigration[] {
  try {
    return readSource(dirname(path), "").migrations;
  } catch {
    return []; // the folder is no package, or has several: the file itself has been read
  }
}

function freeVersion(wanted: number | undefined, all: readonly SourceMigration[], unread: readonly string[]): number {
  const newest = Math.max(...all.map(({ version }) => version));
  const [hidden] = unread;
  if (wanted === undefined && hidden !== undefined)
    throw usageError("version-unknown", `which number is free is not known: ${hidden}`, [
      commandLine`vulcan-ops migrate new "Add jobs table" --version ${newest + 1}`,
    ]);
  const version = wanted ?? newest + 1;
  const taken = all.find((one) => one.version === version);
  if (taken === undefined && version > newest) return version;
  const why = taken === undefined ? `migration ${newest} is newer` : `it is taken (${taken.at})`;
  throw usageError("version-taken", `--version ${version}: ${why}, and migrations run in the order of their numbers`, [
    commandLine`vulcan-ops migrate new "Add jobs table" --version ${newest + 1}`,
  ]);
}

function refuseKnown(description: string, migrations: readonly SourceMigration[]): void {
  const same = migrations.find((one) => one.description.toLowerCase() === description.toLowerCase());
  if (same === undefined) return;
  throw usageError("description-taken", `migration ${same.version} has that description already (${same.at})`, [
    'vulcan-ops migrate new "Add jobs.owner column"',
  ]);
}

/** Of a folder, the file that has the newest one. */
function fileOf(path: string, at: string): string {
  if (!statSync(path).isDirectory()) return path;
  const file = at.replace(/:\d+$/, "");
  return file.startsWith(path) ? file : join(path, file);
}

/** The written file is read as lint reads it: everything as before, and one migration more. */
function assertRead(path: string, before: string, after: string, version: number): void {
  const shape = (text: string, without?: number) =>
    JSON.stringify(
      readMigrations([{ path, text }], path)
        .migrations.filter((one) => one.version !== without)
        .map(({ up, down, ...one }) => [one.version, one.description, up.sql, down.sql, up.isMissing, down.isMissing]),
    );
  const made = readMigrations([{ path, text: after }], path).migrations.find((one) => one.version === version);
  const isWhole = made !== undefined && made.up.unknown.length === 0 && made.down.unknown.length === 0;
  if (isWhole && shape(before) === shape(after, version)) return;
  throw usageError("migration-unplaced", `${sanitise(path)}: the list cannot be extended here; nothing was written`, [
    'vulcan-ops migrate new "Add jobs table" --print',
  ]);
}
