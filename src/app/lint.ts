import { existsSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import type { LintReport, LintRule } from "../domain/lint.ts";
import type { Environment } from "../domain/ports.ts";
import { majorLike, majorOf } from "../proof/choose-major.ts";
import { lintMigrations } from "../proof/lint.ts";
import type { LiveTarget } from "../proof/live.ts";
import { LINT_RULES } from "../proof/rules/index.ts";
import { createClock } from "../target/clock.ts";
import type { Access } from "./open-target.ts";
import { readPrepared } from "./prepared.ts";

/** What the operator asks for, as typed. Without a target nothing leaves this machine. */
export interface LintRequest extends Access {
  readonly path?: string | undefined;
  readonly postgres?: string | undefined;
  readonly from?: string | undefined;
  readonly schema?: string | undefined;
}

/** Where Vulcan's documentation has its migrations, below the root of its checkout. */
const DOCUMENTED = "internal/storage/postgres/migrations.go";

/** How long (ms) one migration may take here. With a hundred rows a table, none needs a second. */
export const LIMIT_MS = 60_000;

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
export async function lint(request: LintRequest, cwd: string, environment: Environment): Promise<Linted> {
  const typed = majorOf(request.postgres);
  const from = versionOf(request.from);
  const live = await liveTargetOf(request, environment);
  const report = await lintMigrations({
    path: migrationsPath(request.path, cwd),
    major: live === undefined || request.postgres !== undefined ? typed : majorLike(live.release.major),
    ...(from !== undefined && { from }),
    ...(request.schema !== undefined && { schema: inFolder(request.schema, cwd) }),
    ...(live && { live }),
    limitMs: LIMIT_MS,
    stop: environment.stop,
  });
  return { report, at: createClock({}).now() };
}

export const inFolder = (path: string, cwd: string): string =>
  isAbsolute(path) ? path : relative(process.cwd(), join(cwd, path));

/** The path as this process opens it; without one, the documented place. Throws OpsError (exit 6) where that is not here. */
export const migrationsPath = (path: string | undefined, cwd: string, next = "vulcan-ops lint migrations.go"): string =>
  inFolder(path ?? documented(cwd, next), cwd) || ".";

/** Loads what reads a target only where one is named. `command`: what is run, as typed. */
export async function liveTargetOf(
  access: Access,
  environment: Environment,
  command = "lint",
): Promise<LiveTarget | undefined> {
  if (access.target === undefined) return refuseLonely(access, command);
  const { readLintTarget } = await import("./lint-target.ts");
  return readLintTarget(access, environment, command);
}

/** The options of a target say nothing without one. */
function refuseLonely({ profile, region, databaseVia }: Access, command: string): undefined {
  const given = Object.entries({ "--profile": profile, "--region": region, "--database-via": databaseVia });
  const lonely = given.find(([, value]) => value !== undefined)?.[0];
  if (lonely === undefined) return undefined;
  throw usageError("target-missing", `${lonely} is about a target: ${command} reads one only with --target NAME`, [
    commandLine`vulcan-ops ${command.split(" ")} --target vulcan-prod`,
  ]);
}

function documented(cwd: string, next: string): string {
  if (existsSync(join(cwd, DOCUMENTED))) return DOCUMENTED;
  throw usageError("migrations-missing", `which migrations? Here is no ${DOCUMENTED}`, [next]);
}

/** Throws OpsError (exit 6) for what is no version. */
export function versionOf(
  text: string | undefined,
  flag = "--from",
  next = "vulcan-ops lint --from 8",
): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw usageError("version-malformed", `${flag} takes the version of a migration, not ${JSON.stringify(text)}`, [
    next,
  ]);
}
