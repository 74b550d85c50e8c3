import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Longer (ms) than git takes over one folder. */
const LIMIT_MS = 5000;

/** Nothing of the checkout's own settings that starts a program. */
const CAUTIOUS = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];

/**
 * Why the source at the path is not that of a commit; undefined where it is: every file of its folder, since the others
 * of a package declare its names. Asks git, in the checkout that holds the path.
 */
export async function differenceFromCommit(path: string, commit: string): Promise<string | undefined> {
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  const git = (...args: readonly string[]) =>
    run("git", [...CAUTIOUS, "-C", folder, ...args], { timeout: LIMIT_MS, env: { ...process.env, LC_ALL: "C" } });
  const short = commit.slice(0, 12);
  if (await fails(git("rev-parse", "--is-inside-work-tree"))) return "git finds no checkout around it";
  if (await fails(git("rev-parse", "--quiet", "--verify", `${commit}^{commit}`)))
    return `its checkout has no commit ${short}`;
  if (await fails(git("diff", "--quiet", "--no-ext-diff", "--no-textconv", commit, "--", ".")))
    return `its folder differs from commit ${short}`;
  const others = await git("ls-files", "--others", "--exclude-standard", "--", ".").then(
    ({ stdout }) => stdout.trim(),
    () => "?",
  );
  return others === "" ? undefined : `its folder has files that commit ${short} has not`;
}

const fails = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  );
