import { chmodSync, cpSync, lstatSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { UnfitMachine } from "../unfit-machine.ts";
import { missingLinks } from "./missing-symlinks.ts";

/**
 * A copy of the package's native folder that any user can execute, made once per version and user. Root cannot run
 * PostgreSQL itself, and the user it runs as cannot see a checkout under a private home. It stays beside the folder
 * `scratch`, in which it lies until it is whole and which goes with the sandbox.
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

/** Puts the finished copy in place with one rename; another process may have been first, which is as good. */
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

/** In a world-writable temporary folder only what this very user made, and nobody else can write, is executed. */
function isTrusted(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0) return true;
  throw new UnfitMachine(`${folder} belongs to another user; remove it, then start the sandbox again`);
}
