import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Binaries, findBinaries } from "./binaries.ts";
import { type RunAs, unprivileged } from "./run-as.ts";

/** A running PostgreSQL server on 127.0.0.1, with a data folder and a superuser of its own. */
export interface PostgresServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Ends the server at once and removes its folder. */
  stop(): Promise<void>;
}

const USER = "vulcan";

/** Nothing here outlives the sandbox, so nothing is synced; memory and background work are kept small. */
const SETTINGS: readonly string[] = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "shared_buffers=16MB",
  "max_connections=60",
  "wal_level=minimal",
  "max_wal_senders=0",
  "max_wal_size=64MB",
  "min_wal_size=32MB",
  "io_method=sync",
  "autovacuum=off",
  "jit=off",
  "ssl=off",
];

/**
 * The server is a child of this shell, whose standard input is a pipe from us. When we close it, or die in any way,
 * `read` returns: the server is told to stop at once and the folder goes. Signals from the terminal stay away because
 * the shell leads a session of its own.
 */
const WATCHER = `
folder=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
exec 2>/dev/null
trap : HUP INT TERM
read -r _ <&3
kill -QUIT $server
wait $server
rm -rf "$folder"
`;

/** A new folder that only this user, and the one PostgreSQL runs as, can enter. */
export function privateFolder(): string {
  const runAs = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-sandbox-"));
  chmodSync(folder, 0o700);
  if (runAs !== undefined) chownSync(folder, runAs.uid, runAs.gid);
  return folder;
}

/** Makes a database cluster inside `folder` and starts a server: about 0.7 s. The folder goes with the server. */
export async function startPostgres(folder: string): Promise<PostgresServer> {
  const runAs = unprivileged();
  const binaries = findBinaries(runAs);
  const password = randomBytes(18).toString("base64url");
  try {
    await initialise(binaries, folder, password, runAs);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return serve(binaries, folder, password, runAs, 3);
}

async function initialise(
  binaries: Binaries,
  folder: string,
  password: string,
  runAs: RunAs | undefined,
): Promise<void> {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (runAs !== undefined) chownSync(passwordFile, runAs.uid, runAs.gid);
  const options = [
    "--no-sync",
    "--no-instructions",
    "--no-data-checksums",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
  ];
  // The password is random, so iterating its hash would only cost each connection time.
  const args = [
    "-D",
    join(folder, "data"),
    "-U",
    USER,
    `--pwfile=${passwordFile}`,
    ...options,
    "-c",
    "scram_iterations=1",
  ];
  const child = spawn(binaries.initdb, args, {
    ...runAs,
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const output = collect(child);
  const [code] = (await once(child, "close")) as [number | null];
  rmSync(passwordFile, { force: true });
  if (code !== 0) throw new Error(`PostgreSQL's initdb failed: ${output().trim()}`);
}

async function serve(
  binaries: Binaries,
  folder: string,
  password: string,
  runAs: RunAs | undefined,
  attempts: number,
): Promise<PostgresServer> {
  const port = await freePort();
  const settings = SETTINGS.flatMap((setting) => ["-c", setting]);
  const args = [
    "-c",
    WATCHER,
    "watcher",
    folder,
    binaries.postgres,
    "-D",
    join(folder, "data"),
    "-p",
    String(port),
    ...settings,
  ];
  const watcher = spawn("/bin/sh", args, {
    ...runAs,
    cwd: "/",
    env: environment(),
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  const gone = once(watcher, "exit");
  const failure = await ready(watcher);
  if (failure === undefined) {
    watcher.unref();
    return { port, user: USER, password, stop: () => end(watcher, gone) };
  }
  const portTaken = attempts > 1 && /could not bind|in use/i.test(failure);
  if (!portTaken) {
    await end(watcher, gone);
    throw new Error(`PostgreSQL did not start: ${failure.trim()}`);
  }
  watcher.kill("SIGKILL");
  return serve(binaries, folder, password, runAs, attempts - 1);
}

async function end(watcher: ChildProcess, gone: Promise<unknown>): Promise<void> {
  watcher.ref();
  watcher.stdin?.end();
  await gone;
}

/** Undefined once the server accepts connections, or what it said before it ended. */
function ready(watcher: ChildProcess): Promise<string | undefined> {
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

/** Keeps the last of what a child says on standard error. */
function collect(child: ChildProcess): () => string {
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    output = (output + chunk).slice(-4000);
  });
  return () => output;
}

/** Messages are matched in English; the libraries are found relative to the program. */
const environment = (): NodeJS.ProcessEnv => ({ PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" });

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
