import type { ChildProcess } from "node:child_process";
import { findBinaries } from "./binaries.ts";
import { dataOf } from "./cluster.ts";
import { launch } from "./launch.ts";
import type { Major } from "./majors.ts";
import { runnerOf } from "./system-user.ts";
import type { WorkFolder } from "./work-folder.ts";

/** Of every server here: nothing is kept, so nothing is synced; memory and background work are kept small. */
const SETTINGS: readonly string[] = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "shared_buffers=16MB",
  // In the server's folder, which is removed with it. A killed server would leave its files in /dev/shm.
  "dynamic_shared_memory_type=mmap",
  "max_wal_senders=0",
  "autovacuum=off",
  "jit=off",
  "ssl=off",
];

export interface ServerPlace {
  readonly home: WorkFolder;
  /** With the cluster in it. */
  readonly folder: string;
  readonly port: number;
  readonly major?: Major;
  /** More settings of this server. */
  readonly settings: readonly string[];
}

/** Starts a server on the cluster in its folder, under the shell that ends it. */
export function launchServer({ home, folder, port, major, settings }: ServerPlace): ChildProcess {
  const runner = runnerOf(home);
  const options = [...SETTINGS, ...settings].flatMap((setting) => ["-c", setting]);
  const program = findBinaries(runner.runAs, home.folder, major).postgres;
  return launch(folder, [program, "-D", dataOf(folder), "-p", String(port), ...options], runner);
}
