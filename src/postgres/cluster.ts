import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { collect, environment } from "./launch.ts";
import { DEFAULT_MAJOR, type Major } from "./majors.ts";
import type { Runner } from "./system-user.ts";

export const USER = "vulcan";

/** The paths in a server's folder. */
export const dataOf = (folder: string): string => join(folder, "data");
export const baseOf = (folder: string, number: number): string => join(folder, `base-${number}.tar`);
export const archiveOf = (folder: string): string => join(folder, "archive");

/** Writes a file as PostgreSQL's user. If root wrote there, a symbolic link could redirect the write. */
export async function writeOwned(path: string, text: string, runner: Runner): Promise<void> {
  if (runner.runAs === undefined) writeFileSync(path, text, { mode: 0o600 });
  else await run("/bin/sh", ["-c", 'umask 077; cat > "$1"', "write", path], "/", runner, text);
}

/** Removes paths in a server's folder, also as PostgreSQL's user. */
export const remove = (paths: readonly string[], runner: Runner): Promise<void> =>
  run("rm", ["-rf", ...paths], "/", runner);

const OPTIONS: readonly string[] = [
  "--no-sync",
  "--no-instructions",
  "--auth=scram-sha-256",
  "--encoding=UTF8",
  "--locale=C",
  // Small segments, because a restore copies the log and a new cluster starts with one segment.
  "--wal-segsize=1",
];

/** Makes a database cluster in the server's folder. */
export async function initialise(
  binaries: Binaries,
  folder: string,
  password: string,
  runner: Runner,
  { major }: Major = DEFAULT_MAJOR,
): Promise<void> {
  const passwordFile = join(folder, "password");
  await writeOwned(passwordFile, password, runner);
  // The password is random, so iterating its hash would only slow down each connection.
  const cheap = major < 16 ? [] : ["-c", "scram_iterations=1"];
  // Before PostgreSQL 18, this is the default.
  const plain = major < 18 ? [] : ["--no-data-checksums"];
  const args = ["-D", dataOf(folder), "-U", USER, `--pwfile=${passwordFile}`, ...OPTIONS, ...plain, ...cheap];
  await run(binaries.initdb, args, folder, runner);
  await remove([passwordFile], runner);
}

/** Copies files into a folder as PostgreSQL's user. */
export const copy = (from: readonly string[], to: string, runner: Runner): Promise<void> =>
  run("cp", ["-p", ...from, to], "/", runner);

/** Packs the data, without log and locks. A disk writes one file in a twentieth of the time of a thousand files. */
export function pack(data: string, archive: string, runner: Runner): Promise<void> {
  const names = readdirSync(data).filter((name) => !/^(postmaster\.|pg_wal$)/.test(name));
  return run("tar", ["-cf", archive, "-C", data, ...names], "/", runner);
}

/** Unpacks the data, with an empty log. */
export async function unpack(archive: string, data: string, runner: Runner): Promise<void> {
  const folders = ["", "pg_wal/archive_status", "pg_wal/summaries"];
  await makeFolders(
    folders.map((name) => join(data, name)),
    runner,
  );
  await unpackWhole(archive, data, runner);
}

/** Packs the data with its log, so that a server can start on a copy. No server may run on it. */
export const packWhole = (data: string, archive: string, runner: Runner): Promise<void> =>
  run("tar", ["-cf", archive, "-C", data, "."], "/", runner);

export const unpackWhole = (archive: string, data: string, runner: Runner): Promise<void> =>
  run("tar", ["-xpf", archive, "-C", data], "/", runner);

export const makeFolders = (paths: readonly string[], runner: Runner): Promise<void> =>
  run("mkdir", ["-m", "700", "-p", ...paths], "/", runner);

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  { runAs, leash }: Runner,
  input = "",
): Promise<void> {
  const child = spawn(program, args, { ...runAs, cwd, env: environment(), stdio: ["pipe", "ignore", "pipe", leash] });
  child.stdin?.on("error", () => {}); // a program that has ended reports the reason by its exit code
  child.stdin?.end(input);
  const output = collect(child);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`PostgreSQL's folder could not be made by ${program}:\n${output().trim()}`);
}
