import { readFileSync } from "node:fs";
import { UnfitMachine } from "./unfit-machine.ts";

/** The user PostgreSQL runs as; it refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** The user that runs the programs, and the leash, by which programs are found that outlive the sandbox. */
export interface Runner {
  readonly runAs: RunAs | undefined;
  readonly leash: number;
}

/** Runs the programs of a sandbox, given its home. */
export const runnerOf = ({ leash }: { readonly leash: number }): Runner => ({ runAs: unprivileged(), leash });

/** The user `nobody` if this process is root. Undefined if this process may run PostgreSQL as itself. */
export function unprivileged(): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) {
    throw new UnfitMachine(
      "PostgreSQL does not run as root, and this system has no unprivileged user for it: start as an ordinary user.",
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}
