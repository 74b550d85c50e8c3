import { readFileSync, writeFileSync } from "node:fs";
import { usageError } from "../../domain/error.ts";
import type { LintReport } from "../../domain/lint.ts";
import type { Environment } from "../../domain/ports.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { type PlannedMigration, planMigration, printedMigration } from "../../proof/new-migration.ts";
import { type LintRequest, lint, migrationsPath, versionOf } from "../lint.ts";

/** What the operator asks for, as typed. */
export interface NewMigrationRequest extends Pick<LintRequest, "postgres" | "schema"> {
  readonly description: string;
  readonly path?: string | undefined;
  readonly version?: string | undefined;
}

/** A migration that has been written. */
export interface NewMigrationWritten extends Pick<PlannedMigration, "version" | "description" | "line" | "isOpen"> {
  /** Safe to show. */
  readonly file: string;
  /** What lint says of it. */
  readonly lint: LintReport | { readonly why: string };
}

const NUMBERED = 'vulcan-ops migrate new "Add jobs table" --version 8';
const ELSEWHERE = 'vulcan-ops migrate new "Add jobs table" --file migrations.go';

/** The Go literal with the next number, and nothing written. Throws OpsError (exit 6). */
export const printMigration = ({ description, path, version }: NewMigrationRequest, cwd: string): string =>
  printedMigration(migrationsPath(path, cwd, ELSEWHERE), {
    description,
    version: versionOf(version, "--version", NUMBERED),
  });

/**
 * Writes the next migration into its Go file, and lints it. Throws OpsError (exit 6) before anything is written; what
 * keeps lint from running is told beside what was written.
 */
export async function newMigration(
  request: NewMigrationRequest,
  cwd: string,
  environment: Environment,
): Promise<NewMigrationWritten> {
  const { description, path, version, postgres, schema } = request;
  const place = migrationsPath(path, cwd, ELSEWHERE);
  const planned = planMigration(place, { description, version: versionOf(version, "--version", NUMBERED) });
  write(planned);
  const from = String(planned.version);
  const judged = await lint({ path: planned.path, postgres, schema, from }, process.cwd(), environment).then(
    ({ report }) => report,
    (error: Error) => ({ why: sanitise(error.message) }),
  );
  return {
    version: planned.version,
    description: planned.description,
    file: sanitise(planned.path),
    line: planned.line,
    isOpen: planned.isOpen,
    lint: judged,
  };
}

function write({ path, before, text }: PlannedMigration): void {
  try {
    // What an editor has saved in between is not overwritten.
    if (readFileSync(path, "utf8") !== before) throw new Error("it has changed just now");
    writeFileSync(path, text);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw usageError("file-unwritable", `${sanitise(path, { most: 200 })} cannot be written (${why})`);
  }
}
