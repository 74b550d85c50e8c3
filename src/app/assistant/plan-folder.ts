import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import { openStateDir, stateDir } from "../../journal/state-dir.ts";

/** A plan has some ten KB. No person reads more of them than these. */
const MOST_PLANS = 200;

/** Where the next plan of an assistant is kept: a new file in the folder `plans` of one's own state, 0700. */
export async function nextPlanFile(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
  runbook: string,
  id: string,
): Promise<string> {
  const folder = join(await openStateDir(stateDir(given, env)), "plans");
  mkdirSync(folder, { mode: 0o700, recursive: true });
  if (readdirSync(folder).length >= MOST_PLANS)
    throw usageError("plans-full", `${folder} has ${MOST_PLANS} plans: a person removes those that are old`, [
      commandLine`ls -t ${folder}`,
    ]);
  const name = runbook.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
  return join(folder, `${name}-${id}.json`);
}

/** What a person types to carry the plan out; undefined where none was kept, because it is blocked. */
export function keptPlan(
  file: string,
  given: string | undefined,
): { readonly file: string; readonly command: string } | undefined {
  if (!existsSync(file)) return undefined;
  const where = given === undefined ? [] : ["--state-dir", given];
  return { file, command: commandLine`vulcan-ops run --plan ${file} ${where}` };
}
