import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, type Stats, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunAs } from "./postgres/system-user.ts";
import { UnfitMachine } from "./unfit-machine.ts";

const OTHERS = ["/tmp", "/var/tmp"];

/**
 * The first folder in which the sandbox can live: the temporary folder, else one of the usual others. Programs have to
 * run from it, and the user that PostgreSQL runs as has to reach it; `mktemp -d` makes one that it cannot.
 */
export function baseFolder(runAs: RunAs | undefined, others: readonly string[] = OTHERS): string {
  const folders = [...new Set([tmpdir(), ...others])];
  const wrong: string[] = [];
  for (const folder of folders) {
    const why = unfitness(folder, runAs);
    if (why === undefined) return folder;
    wrong.push(`${folder} ${why}`);
  }
  const whom = runAs === undefined ? "you can write to" : "every user can enter";
  throw new UnfitMachine(
    `the sandbox finds no folder to live in: ${wrong.join(", ")}; set TMPDIR to a folder that ${whom} and run programs from`,
  );
}

/** Why the sandbox cannot live in the folder, or undefined where it can. */
function unfitness(folder: string, runAs: RunAs | undefined): string | undefined {
  const stats = statsOf(folder);
  if (stats === undefined) return "is not there";
  if (!stats.isDirectory()) return "is not a folder";
  if (runAs !== undefined && isOpenToChange(stats, runAs)) return "lets other users replace what is in it";
  let probe: string;
  try {
    probe = mkdtempSync(join(folder, "vulcan-ops-probe-"));
  } catch {
    return "cannot be written to";
  }
  try {
    return unfitnessFor(probe, runAs);
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

function statsOf(folder: string): Stats | undefined {
  try {
    return statSync(folder);
  } catch {
    return undefined;
  }
}

/** In such a folder another user could put a link in the place of what root is about to write. */
function isOpenToChange({ mode, uid }: Stats, runAs: RunAs): boolean {
  const isSticky = (mode & 0o1000) !== 0;
  return uid === runAs.uid || ((mode & 0o022) !== 0 && !isSticky);
}

function unfitnessFor(probe: string, runAs: RunAs | undefined): string | undefined {
  const program = join(probe, "program");
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);
  chmodSync(probe, 0o755);
  try {
    accessSync(program, constants.X_OK);
  } catch {
    return "lets no program run";
  }
  if (runAs === undefined) return undefined;
  const reached = spawnSync("/bin/sh", ["-c", 'test -x "$1"', "probe", program], {
    ...runAs,
    cwd: "/",
    stdio: "ignore",
  });
  return reached.status === 0 ? undefined : "cannot be entered by PostgreSQL's user";
}
