import { type ChildProcess, spawn } from "node:child_process";
import type { Runner } from "./system-user.ts";

/**
 * The server is a child of this shell, whose standard input is a pipe from us. When we close it, or die in any way,
 * `read` returns: the server is told to stop at once and the folder goes. The word `keep` ends the server in good
 * order instead and leaves its folder to the next shell, which waits until the server before it has gone. Signals from
 * the terminal stay away because the shell leads a session of its own.
 */
const WATCHER = `
folder=$1; shift
exec 4<&0
while [ -e "$folder/data/postmaster.pid" ]; do sleep 0.02; done
"$@" </dev/null 4<&- &
server=$!
exec 2>/dev/null
trap '' HUP INT TERM
read -r word <&4
if [ "$word" = keep ]; then
  kill -INT $server
  wait $server
  rm -f "$folder/data/postmaster.pid"
  exit
fi
kill -QUIT $server
wait $server
rm -rf "$folder"
`;

/** Runs a server program under the watching shell; `command` is the program and its arguments. */
export function launch(folder: string, command: readonly string[], { runAs, leash }: Runner): ChildProcess {
  return spawn("/bin/sh", ["-c", WATCHER, "watcher", folder, ...command], {
    ...runAs,
    cwd: "/",
    env: environment(),
    detached: true,
    stdio: ["pipe", "ignore", "pipe", leash],
  });
}

/** Undefined once the server accepts connections, or what it said before it ended. */
export function ready(watcher: ChildProcess): Promise<string | undefined> {
  const output = collect(watcher);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`not ready after 20 s\n${output()}`), 20_000);
    const settle = (failure: string | undefined): void => {
      clearTimeout(timer);
      resolve(failure);
    };
    watcher.stderr?.on("data", () => {
      if (output().includes("ready to accept connections")) settle(undefined);
    });
    watcher.stderr?.once("end", () => settle(output()));
    watcher.once("error", (error) => settle(error.message));
  });
}

/** How much of what a child says is kept, in characters. */
const KEPT = 4000;

/** Keeps the last whole lines of what a child says on standard error. */
export function collect(child: ChildProcess): () => string {
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    if (output.length > KEPT) output = output.slice(-KEPT).replace(/^.*\n/, "");
  });
  return () => output;
}

/** Messages are matched in English; the libraries are found relative to the program. */
export const environment = (): NodeJS.ProcessEnv => ({ PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" });
