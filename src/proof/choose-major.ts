import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import { isInstalled } from "../postgres/binaries.ts";
import { DEFAULT_MAJOR, MAJORS, type Major } from "../postgres/majors.ts";

/** The major by its number as typed; without one the newest. Throws OpsError (exit 6). */
export function majorOf(text: string | undefined, command = "lint"): Major {
  const major = text === undefined ? DEFAULT_MAJOR : MAJORS.find((one) => String(one.major) === text);
  if (major !== undefined) return major;
  const known = MAJORS.map((one) => one.major).join(", ");
  throw usageError("postgres-unknown", `--postgres takes one of ${known}, not ${JSON.stringify(text)}`, [
    commandLine`vulcan-ops ${command.split(" ")} --postgres 16`,
  ]);
}

/** The target's own major, where its package is installed here; else the newest one that is. */
export function majorLike(live: number): Major {
  const same = MAJORS.find(({ major }) => major === live);
  if (same !== undefined && isInstalled(same)) return same;
  return MAJORS.toReversed().find(isInstalled) ?? DEFAULT_MAJOR;
}
