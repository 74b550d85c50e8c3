import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, closeSync, mkdtempSync, openSync } from "node:fs";
import { join } from "node:path";
import { baseFolder } from "./base-folder.ts";
import { unprivileged } from "./postgres/system-user.ts";

/** The variable by which a process is known to belong to a container; its value begins with the home's mark. */
export const CONTAINER_MARK = "SANDBOX_CONTAINER";

/**
 * Makes the folder, says so, and waits for the end of the pipe that the host holds: it comes when the host closes it
 * or dies in any way. Servers have watchers of their own and are given time to end, since one that is killed leaves its
 * shared memory behind. Then whatever has the leash open or carries the mark is killed, until nothing is found, and the
 * folder goes. Linux tells open files (with more words behind the name of one that was removed) and environments in
 * /proc; elsewhere lsof tells open files.
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

/** The sandbox's own folder, and the shell that clears up behind the host, whichever way it ends. */
export class Home {
  readonly folder: string;
  /** Begins the mark of every container. */
  readonly mark: string;
  /** An open file that every process started for the sandbox inherits: by this the keeper finds them. */
  readonly leash: number;
  readonly #keeper: ChildProcess;

  private constructor(folder: string, mark: string, keeper: ChildProcess) {
    this.folder = folder;
    this.mark = mark;
    this.#keeper = keeper;
    this.leash = openSync(join(folder, "leash"), "r");
    const runAs = unprivileged();
    if (runAs === undefined) return;
    // PostgreSQL's user may pass to the servers' folders, and make or replace nothing beside them: root writes here.
    chownSync(folder, 0, runAs.gid);
    chmodSync(folder, 0o710);
  }

  /** The keeper makes the folder, so that there is none without a keeper. */
  static async open(): Promise<Home> {
    const folder = join(baseFolder(unprivileged()), `vulcan-ops-sandbox-${randomBytes(6).toString("base64url")}`);
    const mark = randomBytes(8).toString("hex");
    const keeper = spawn("/bin/sh", ["-c", KEEPER, "keeper", folder, mark], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" },
      // A session of its own: signals of the terminal stay away.
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const said = await firstWords(keeper);
    if (said !== "made\n") throw new Error(`the sandbox's folder could not be made: ${said.trim()}`);
    keeper.unref();
    return new Home(folder, mark, keeper);
  }

  /** A new folder for one server; PostgreSQL's user owns it. */
  serverFolder(): string {
    const runAs = unprivileged();
    const folder = mkdtempSync(join(this.folder, "server-"));
    if (runAs !== undefined) chownSync(folder, runAs.uid, runAs.gid);
    return folder;
  }

  /** Every process that is left is killed and the folder goes; ends when both have gone. */
  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#keeper;
    if (exitCode !== null || signalCode !== null) return;
    this.#keeper.ref();
    const gone = once(this.#keeper, "exit");
    // First: whoever has the leash open is killed.
    closeSync(this.leash);
    this.#keeper.stdin?.end();
    await gone;
  }
}

/** What the shell says first, on whichever stream. */
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
