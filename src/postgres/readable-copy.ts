import { chmodSync, cpSync, lstatSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { missingLinks } from "./missing-symlinks.ts";
import { UnfitMachine } from "./unfit-machine.ts";

/**
 * A copy of the package's native folder that any user can execute, made once per version and user. Root cannot run
 * PostgreSQL itself, and the user that runs it cannot read a checkout in a private home. We make the copy in the folder
 * `scratch`, which is removed with the sandbox. The complete copy moves beside `scratch` and stays there.
 */
export function readableCopy(native: string, version: string, scratch: string): string {
  const folder = join(dirname(scratch), `vulcan-ops-postgres-${version}-${process.getuid?.() ?? 0}`);
  if (isTrusted(folder)) return join(folder, "native");
  const fresh = mkdtempSync(join(scratch, "programs-"));
  chmodSync(fresh, 0o755);
  const copy = join(fresh, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  for (const { link, file } of missingLinks(copy)) symlinkSync(relative(dirname(link), file), link);
  for (const program of ["initdb", "postgres", "pg_ctl"]) chmodSync(join(copy, "bin", program), 0o755);
  return join(publish(fresh, folder), basename(copy));
}

/** Publishes the finished copy with one rename. If another process was first, its copy is as good. */
function publish(fresh: string, folder: string): string {
  try {
    renameSync(fresh, folder);
    return folder;
  } catch {
    if (!isTrusted(folder)) return fresh;
    rmSync(fresh, { recursive: true, force: true });
    return folder;
  }
}

/** The temporary folder is world-writable. We execute only what this user owns and no other user can write. */
function isTrusted(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0) return true;
  throw new UnfitMachine(`${folder} belongs to another user; remove it, then start the sandbox again`);
}
