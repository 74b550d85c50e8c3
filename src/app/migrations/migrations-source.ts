import { existsSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { usageError } from "../../domain/error.ts";

/** Where Vulcan's documentation has its migrations, below the root of its checkout. */
const DOCUMENTED = "internal/storage/postgres/migrations.go";

/** How long (ms) one migration may take on a throw-away server. With a hundred rows a table, none needs a second. */
export const LIMIT_MS = 60_000;

/** A path as typed in the folder `cwd`, as this process reads it. */
export const inFolder = (path: string, cwd: string): string =>
  (isAbsolute(path) ? path : relative(process.cwd(), join(cwd, path))) || ".";

/** The named path, else the documented one. Throws OpsError (exit 6) where neither is there. */
export function sourcePath(path: string | undefined, cwd: string, command: string): string {
  if (path === undefined && !existsSync(join(cwd, DOCUMENTED)))
    throw usageError("migrations-missing", `which migrations? Here is no ${DOCUMENTED}`, [
      `vulcan-ops ${command} migrations.go`,
    ]);
  return inFolder(path ?? DOCUMENTED, cwd);
}

/** The version that --from names; without it every migration is meant. Throws OpsError (exit 6). */
export function firstVersion(text: string | undefined, command: string): number {
  if (text === undefined) return 1;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw usageError("from-malformed", `--from takes the version of a migration, not ${JSON.stringify(text)}`, [
    `vulcan-ops ${command} --from 8`,
  ]);
}
