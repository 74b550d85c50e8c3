import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, closeSync, mkdtempSync, openSync } from "node:fs";
import { join } from "node:path";
import { baseFolder } from "./base-folder.ts";
import { unprivileged } from "./system-user.ts";

/** The environment variable that shows to which container a process belongs. Its value begins with the home's mark. */
export const CONTAINER_MARK = "SANDBOX_CONTAINER";

/**
 * Makes the folder, reports it, and waits for the end of the pipe that the host holds. The pipe ends when the host
 * closes it or dies in any way. Servers have their own watchers and get time to end: a killed server leaves its shared
 * memory behind. Then the keeper kills every process that has the leash open or carries the mark, until it finds none,
 * and removes the folder. On Linux, /proc shows open files (with more words after the name of a removed file) and
 * environments. Elsewhere, lsof shows open files.
 */
const KEEPER = `
folder=$1; mark=$2; tries=0
trap '' HUP INT QUIT TERM PIPE
mkdir -m 700 -- "$folder" || exit 1
exec 2>/dev/null
leash=$(cd -- "$folder" && pwd -P)/leash
: >"$leash"
echo made
exec >/dev/null
read -r word
strays() {
  if [ -d /proc/self/fd ]; then
    { find /proc/[0-9]*/fd -lname "$leash*"; grep -ls "${CONTAINER_MARK}=$mark" /proc/[0-9]*/environ; } | cut -d / -f 3
  else
    lsof -t "$leash"
  fi
}
while [ $tries -lt 140 ] && ls "$folder"/*/data/postmaster.pid; do tries=$((tries + 1)); sleep 0.05; done
for round in 1 2 3 4 5; do
  tries=0
  while [ $tries -lt 50 ] && found=$(strays) && [ -n "$found" ]; do
    kill -KILL $found
    tries=$((tries + 1))
    sleep 0.02
  done
  rm -rf -- "$folder"
  [ -e "$folder" ] || exit 0
done
`;

/** The sandbox's own folder, and the shell that cleans up after the host, however the host ends. */
export class WorkFolder {
  readonly folder: string;
  /** The first part of every container's mark. */
  readonly mark: string;
  /** A file descriptor that every process of the sandbox inherits. The keeper finds the processes by it. */
  readonly leash: number;
  readonly #keeper: ChildProcess;

  private constructor(folder: string, mark: string, keeper: ChildProcess) {
    this.folder = folder;
    this.mark = mark;
    this.#keeper = keeper;
    this.leash = openSync(join(folder, "leash"), "r");
    const runAs = unprivileged();
    if (runAs === undefined) return;
    // PostgreSQL's user may reach the servers' folders, but make or replace nothing beside them: root writes here.
    chownSync(folder, 0, runAs.gid);
    chmodSync(folder, 0o710);
  }

  /** The keeper makes the folder, so that no folder exists without a keeper. */
  static async open(): Promise<WorkFolder> {
    const folder = join(baseFolder(unprivileged()), `vulcan-ops-sandbox-${randomBytes(6).toString("base64url")}`);
    const mark = randomBytes(8).toString("hex");
    const keeper = spawn("/bin/sh", ["-c", KEEPER, "keeper", folder, mark], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" },
      // Its own session: it gets no signals from the terminal.
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const output = await firstWords(keeper);
    if (output !== "made\n") throw new Error(`the sandbox's folder could not be made: ${output.trim()}`);
    keeper.unref();
    return new WorkFolder(folder, mark, keeper);
  }

  /** A new folder for one server; PostgreSQL's user owns it. */
  serverFolder(): string {
    const runAs = unprivileged();
    const folder = mkdtempSync(join(this.folder, "server-"));
    if (runAs !== undefined) chownSync(folder, runAs.uid, runAs.gid);
    return folder;
  }

  /** Kills every remaining process and removes the folder. Resolves when both are gone. */
  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#keeper;
    if (exitCode !== null || signalCode !== null) return;
    this.#keeper.ref();
    const exited = once(this.#keeper, "exit");
    // Close it first: the keeper kills every process that has the leash open.
    closeSync(this.leash);
    this.#keeper.stdin?.end();
    await exited;
  }
}

/** The first output of the shell, from either stream. */
function firstWords(keeper: ChildProcess): Promise<string> {
  const { stdout, stderr } = keeper;
  return new Promise((resolve, reject) => {
    keeper.once("error", reject);
    for (const stream of [stdout, stderr]) {
      stream?.once("data", (bytes: Buffer) => {
        stdout?.destroy();
        stderr?.destroy();
        resolve(String(bytes));
      });
    }
    stdout?.once("end", () => resolve(""));
  });
}
