import { spawnSync } from "node:child_process";
import { realpathSync, type Stats, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import type { RunAs } from "./system-user.ts";
import { UnfitMachine } from "./unfit-machine.ts";

const FALLBACK_FOLDERS = ["/tmp", "/var/tmp"];

/**
 * The first folder that the sandbox can use: the temporary folder, else one of the usual others. Programs must be able
 * to run from it. PostgreSQL's user must be able to reach it; a folder from `mktemp -d` does not allow that.
 */
export function baseFolder(runAs: RunAs | undefined, others: readonly string[] = FALLBACK_FOLDERS): string {
  const folders = [...new Set([tmpdir(), ...others])];
  const unfit: string[] = [];
  for (const folder of folders) {
    const why = unfitness(folder, runAs);
    if (why === undefined) return folder;
    unfit.push(`${folder} ${why}`);
  }
  const requirement = runAs === undefined ? "you can write to" : "every user can enter";
  throw new UnfitMachine(
    `the sandbox finds no folder to live in: ${unfit.join(", ")}; set TMPDIR to a folder that ${requirement} and run programs from`,
  );
}

/** Why the sandbox cannot use the folder; undefined if it can. */
function unfitness(folder: string, runAs: RunAs | undefined): string | undefined {
  const stats = statsOf(folder);
  if (stats === undefined) return "is not there";
  if (!stats.isDirectory()) return "is not a folder";
  if (runAs !== undefined && isOpenToChange(stats, runAs)) return "lets other users replace what is in it";
  if (runAs !== undefined && !canPass(realpathSync(folder), runAs)) return "cannot be entered by PostgreSQL's user";
  return PROBE_FAILURES[
    spawnSync("/bin/sh", ["-c", PROBE, "probe", folder], { cwd: "/", stdio: "ignore" }).status ?? 1
  ];
}

/** A separate shell removes the probe even if this process is killed meanwhile. */
const PROBE = `
probe=$(mktemp -d "$1/vulcan-ops-probe-XXXXXX") || exit 3
trap 'rm -rf -- "$probe"' EXIT
trap '' HUP INT QUIT TERM PIPE
printf '#!/bin/sh\\n' >"$probe/program" && chmod 755 "$probe/program" || exit 3
"$probe/program" || exit 4
`;

/** What the shell's exit code means; undefined if the folder is usable. */
const PROBE_FAILURES: Readonly<Record<number, string | undefined>> = {
  0: undefined,
  1: "cannot be looked at",
  3: "cannot be written to",
  4: "lets no program run",
};

/** The folder and all its parents must let the user pass. */
function canPass(folder: string, { uid, gid }: RunAs): boolean {
  const stats = statsOf(folder);
  if (stats === undefined) return false;
  const bit = stats.uid === uid ? 0o100 : stats.gid === gid ? 0o010 : 0o001;
  if ((stats.mode & bit) === 0) return false;
  return folder === dirname(folder) || canPass(dirname(folder), { uid, gid });
}

function statsOf(folder: string): Stats | undefined {
  try {
    return statSync(folder);
  } catch {
    return undefined;
  }
}

/** In such a folder, another user could replace a file that root is about to write with a link. */
function isOpenToChange({ mode, uid }: Stats, runAs: RunAs): boolean {
  const isSticky = (mode & 0o1000) !== 0;
  return uid === runAs.uid || ((mode & 0o022) !== 0 && !isSticky);
}
