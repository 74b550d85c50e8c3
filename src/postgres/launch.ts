import { type ChildProcess, spawn } from "node:child_process";
import type { Runner } from "./system-user.ts";

/**
 * The server is a child of this shell, whose standard input is a pipe from us. When we close the pipe, or die in any
 * way, `read` returns. The shell then stops the server at once and removes the folder. The word `keep` instead ends the
 * server in good order and leaves its folder to the next shell. That shell waits until the previous server has ended.
 * The shell leads its own session, so it gets no signals from the terminal.
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

/** Resolves to undefined once the server accepts connections, otherwise to the reason of the failure. */
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

/** Keeps the last whole lines of a child's standard error: at most `kept` characters. */
export function collect(child: ChildProcess, kept = 4000): () => string {
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    if (output.length > kept) output = output.slice(-kept).replace(/^.*\n/, "");
  });
  return () => output;
}

/** Messages are matched in English. The programs find their libraries relative to themselves. */
export const environment = (): NodeJS.ProcessEnv => ({ PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" });
