import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { usageError } from "../../domain/error.ts";

/**
 * Refuses a path that leads out of the folder, also by a link: a check of a runbook quotes its lines. A path to nothing
 * passes, for the reader says so.
 */
export function assertInside(folder: string, path: string): void {
  const real = realPath(resolve(folder, path));
  if (real === undefined) return;
  const way = relative(realPath(folder) ?? folder, real);
  if (way !== "" && !way.startsWith("..") && !isAbsolute(way)) return;
  throw usageError("runbook-elsewhere", `${JSON.stringify(path)} is not in the folder of the server, ${folder}`, [
    "start vulcan-ops mcp in the folder of the runbooks",
  ]);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
