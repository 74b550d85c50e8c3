import { existsSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { usageError } from "../domain/error.ts";
import type { LintReport, LintRule } from "../domain/lint.ts";
import { lintMigrations, majorOf } from "../proof/lint.ts";
import { LINT_RULES } from "../proof/rules.ts";
import { createClock } from "../target/clock.ts";
import { readPrepared } from "./prepared.ts";

/** What the operator asks for, as typed. */
export interface LintRequest {
  readonly path?: string | undefined;
  readonly postgres?: string | undefined;
  readonly from?: string | undefined;
  readonly schema?: string | undefined;
}

/** Where Vulcan's documentation has its migrations, below the root of its checkout. */
const DOCUMENTED = "internal/storage/postgres/migrations.go";

/** How long (ms) one migration may take here. With a hundred rows a table, none needs a second. */
const LIMIT_MS = 60_000;

/** This version, and every rule of `lint` by its id: what reports for other programs begin with. */
export const lintTool = (): { readonly version: string; readonly rules: Readonly<Record<string, LintRule>> } => ({
  version: readPrepared().version,
  rules: LINT_RULES,
});

export interface Linted {
  readonly report: LintReport;
  /** Epoch ms. */
  readonly at: number;
}

/** Runs and judges migrations, on this machine alone. Throws OpsError (exit 6) where the request cannot be met. */
export async function lint(request: LintRequest, cwd: string, stop: AbortSignal): Promise<Linted> {
  const inFolder = (path: string): string => (isAbsolute(path) ? path : relative(process.cwd(), join(cwd, path)));
  const path = request.path ?? documented(cwd);
  const report = await lintMigrations({
    path: inFolder(path) || ".",
    major: majorOf(request.postgres),
    from: versionOf(request.from),
    ...(request.schema !== undefined && { schema: inFolder(request.schema) }),
    limitMs: LIMIT_MS,
    stop,
  });
  return { report, at: createClock({}).now() };
}

function documented(cwd: string): string {
  if (existsSync(join(cwd, DOCUMENTED))) return DOCUMENTED;
  throw usageError("migrations-missing", `which migrations? Here is no ${DOCUMENTED}`, [
    "vulcan-ops lint migrations.go",
  ]);
}

function versionOf(text = "1"): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw usageError("from-malformed", `--from takes the version of a migration, not ${JSON.stringify(text)}`, [
    "vulcan-ops lint --from 8",
  ]);
}
