import { readFileSync } from "node:fs";
import { UnfitMachine } from "../unfit-machine.ts";

/** The user PostgreSQL runs as; it refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** As whom programs run, and the leash by which they are found should they outlive the sandbox. */
export interface Runner {
  readonly runAs: RunAs | undefined;
  readonly leash: number;
}

/** For root the user `nobody`; undefined when the process may run PostgreSQL as itself. */
export function unprivileged(): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) {
    throw new UnfitMachine(
      "PostgreSQL does not run as root and this system has no user `nobody`: start as an ordinary user.",
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}
