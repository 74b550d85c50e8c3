import { constants } from "node:fs";
import { access, lstat, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import { syncFolder } from "./sync-folder.ts";

/** Folder of journals and locks: `--state-dir`, else `$XDG_STATE_HOME/vulcan-ops`, else `~/.local/state/vulcan-ops`. */
export function stateDir(given: string | undefined, env: NodeJS.ProcessEnv): string {
  if (given !== undefined) return given;
  const home = env.XDG_STATE_HOME;
  return join(home?.startsWith("/") ? home : join(homedir(), ".local", "state"), "vulcan-ops");
}

const FOLDERS = ["executions", "locks"] as const;

/** Makes the folder ready for writing (0700), or refuses before anything is sent. */
export async function openStateDir(given: string): Promise<string> {
  // Removes a slash at the end, because with it lstat would follow a link.
  const path = resolve(given);
  try {
    await makeFolders(path);
    await assertOwn(path);
    const folders = FOLDERS.map((name) => join(path, name));
    await Promise.all(folders.map(makeFolder));
    await Promise.all(folders.map(assertOwn));
  } catch (error) {
    throw error instanceof OpsError ? error : unwritable(path, (error as Error).message, error);
  }
  return path;
}

/** Node's own `recursive` never returns if an existing parent accepts no folders (/proc). */
async function makeFolders(path: string): Promise<void> {
  const missing: string[] = [];
  for (let at = path; !(await isThere(at)); at = dirname(at)) missing.unshift(at);
  for (const folder of missing) await makeFolder(folder);
}

/** Follows no link: a link that points to nothing counts as present. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
    await syncFolder(dirname(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw unwritable(path, `${dirname(path)} takes no folders`, error);
    // Another process may have been first. A later check shows whether it is a folder.
    if (code !== "EEXIST") throw error;
  }
}

/** A link or another user's folder could redirect the journal, or show it to others. */
async function assertOwn(path: string): Promise<void> {
  const stat = await lstat(path);
  if (!stat.isDirectory()) throw unwritable(path, "it is not a directory");
  const uid = process.getuid?.();
  if (uid !== undefined && stat.uid !== uid) throw unwritable(path, "it belongs to another user");
  if (uid !== undefined && (stat.mode & 0o022) !== 0) throw unwritable(path, "others may write to it (chmod 700)");
  await access(path, constants.W_OK);
}

/** Without a journal there is no write: the error comes before anything is sent. */
export function unwritable(path: string, reason: string, cause?: unknown): OpsError {
  return new OpsError({
    code: "state-dir-unwritable",
    exitCode: EXIT.usage,
    fault: "operator",
    message: `cannot keep a journal in ${path}: ${reason}`,
    unchanged: "Nothing is sent without a journal.",
    next: ["the same command with --state-dir DIR, a folder that can be written to"],
    effect: "none",
    cause,
  });
}
