import type { LintReport, LintRule } from "../domain/lint.ts";
import { lintMigrations, majorOf } from "../proof/lint.ts";
import { LINT_RULES } from "../proof/rules/index.ts";
import { createClock } from "../target/clock.ts";
import { firstVersion, inFolder, LIMIT_MS, sourcePath } from "./migrations/migrations-source.ts";
import { readPrepared } from "./prepared.ts";

/** What the operator asks for, as typed. */
export interface LintRequest {
  readonly path?: string | undefined;
  readonly postgres?: string | undefined;
  readonly from?: string | undefined;
  readonly schema?: string | undefined;
}

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
  const report = await lintMigrations({
    path: sourcePath(request.path, cwd, "lint"),
    major: majorOf(request.postgres),
    from: firstVersion(request.from, "lint"),
    ...(request.schema !== undefined && { schema: inFolder(request.schema, cwd) }),
    limitMs: LIMIT_MS,
    stop,
  });
  return { report, at: createClock({}).now() };
}
