import module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { isSea } from "node:sea";

/** Node has it from 22.1 on. The types here are of the oldest Node that the program runs on. */
interface WithCache {
  enableCompileCache?(directory: string): unknown;
}

/**
 * Lets Node keep what it compiles of this program, in `$XDG_CACHE_HOME/vulcan-ops/compiled`, else `~/.cache/…`: a folder
 * of the user's own, since what lies there is run. Node keeps it by its own version and by each file's content, and does
 * without where the folder cannot be written or NODE_DISABLE_COMPILE_CACHE is set. The executable has its own.
 */
export function keepCompiled({ XDG_CACHE_HOME: home }: NodeJS.ProcessEnv): void {
  if (isSea()) return;
  const caches = home?.startsWith("/") ? home : join(homedir(), ".cache");
  (module as WithCache).enableCompileCache?.(join(caches, "vulcan-ops", "compiled"));
}
