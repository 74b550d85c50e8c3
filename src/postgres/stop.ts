import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmdirSync } from "node:fs";
import { remove } from "./cluster.ts";
import type { Runner } from "./system-user.ts";

/** Ends the server, removes its folder and waits until both are gone. */
export async function end(watcher: ChildProcess, folder: string): Promise<void> {
  if (watcher.exitCode !== null || watcher.signalCode !== null) return;
  watcher.ref();
  const gone = once(watcher, "exit");
  watcher.stdin?.end();
  await gone;
  dropEmpty(folder);
}

/** Removes the folder of a server that never ran. */
export async function discard(folder: string, runner: Runner): Promise<void> {
  await remove([folder], runner).catch(() => {}); // if its user may not remove the folder itself, it stays, empty
  dropEmpty(folder);
}

/** The server's user empties its folder. We remove the empty folder from the sandbox's home. */
function dropEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {} // already removed, or removed later with the home
}
