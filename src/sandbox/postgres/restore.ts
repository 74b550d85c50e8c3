import { readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { archiveOf, baseOf, copy, dataOf, makeFolders, writeOwned } from "./cluster.ts";
import type { Runner } from "./run-as.ts";
import { type BaseBackup, type PostgresServer, runnerOf, serve } from "./server.ts";

/** One statement after another on the server's own database. */
async function asAdmin<T>(server: PostgresServer, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { port, user, password } = server;
  const client = new pg.Client({ host: "127.0.0.1", port, user, password, database: "postgres" });
  client.on("error", () => {}); // the server is stopped while it is being backed up; the query says so
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * A second server as the first one was when the real clock showed `until` (ms): PostgreSQL replays the log over the base
 * backup up to the last commit in that millisecond. The source serves on.
 */
export async function restorePostgres(
  source: PostgresServer,
  until: number,
  connections: number,
): Promise<PostgresServer> {
  const { home } = source;
  const runner = runnerOf(home);
  const folder = home.serverFolder();
  try {
    // A commit after the one to stop at, or recovery would run out of log before it knows that it has arrived.
    await asAdmin(source, async (client) => {
      await client.query("SELECT pg_current_xact_id()");
      await client.query("SELECT pg_switch_wal()");
    });
    await copyBase(baseBefore(source, until), dataOf(folder), runner);
    await makeFolders([archiveOf(folder)], runner);
    await copy(logOf(source), archiveOf(folder), runner);
    writeOwned(join(dataOf(folder), "recovery.signal"), "", runner.runAs);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const settings = recovery(folder, until);
  const server = await serve({ home, folder, password: source.password, connections, settings });
  rmSync(archiveOf(folder), { recursive: true, force: true });
  return server;
}

/** The log's files. Beside them lie those that PostgreSQL is still making, and renames under the hands of who copies. */
function logOf({ folder }: PostgresServer): string[] {
  const log = join(dataOf(folder), "pg_wal");
  const names = readdirSync(log).filter((name) => /^([0-9A-F]{24}|[0-9A-F]{8}\.history)$/.test(name));
  return names.map((name) => join(log, name));
}

/** The newest base backup that was complete by then: the less log there is to replay. */
function baseBefore(source: PostgresServer, until: number): BaseBackup {
  const base = source.bases.findLast(({ from }) => from <= until);
  if (base === undefined) throw new Error("the server has no base backup that is old enough");
  return base;
}

async function copyBase(base: BaseBackup, to: string, runner: Runner): Promise<void> {
  const copying = copy([base.folder], to, runner);
  base.copies.add(copying);
  await copying.finally(() => base.copies.delete(copying));
}

/** Not under the hands of a restore that copies it. */
async function removeBase({ folder, copies }: BaseBackup): Promise<void> {
  await Promise.allSettled(copies);
  await rm(folder, { recursive: true, force: true });
}

const recovery = (folder: string, until: number): string[] => [
  `restore_command=cp "${archiveOf(folder)}/%f" "%p"`,
  `recovery_target_time=${new Date(until).toISOString().replace("Z", "999+00")}`,
  "recovery_target_inclusive=on",
  "recovery_target_action=promote",
];

/** Base backups that are kept: an instant before the newest may still be asked for. */
const KEPT = 2;

/** Takes a base backup of the server while it serves. */
export async function backUp(server: PostgresServer): Promise<void> {
  const runner = runnerOf(server.home);
  const data = dataOf(server.folder);
  const base = baseOf(server.folder, Date.now());
  await makeFolders(
    ["", "pg_wal/archive_status", "pg_wal/summaries"].map((name) => join(base, name)),
    runner,
  );
  await asAdmin(server, async (client) => {
    await client.query("SELECT pg_backup_start('automated backup', true)");
    const names = readdirSync(data).filter((name) => !/^(postmaster\.|pg_wal$)/.test(name));
    const paths = names.map((name) => join(data, name));
    await copy(paths, base, runner).catch(unlessVanished);
    const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
    writeOwned(join(base, "backup_label"), rows[0]?.labelfile ?? "", runner.runAs);
  });
  server.bases.push({ folder: base, from: Date.now(), copies: new Set() });
  const old = server.bases.splice(0, Math.max(0, server.bases.length - KEPT));
  await Promise.all(old.map(removeBase));
}

/** A file that goes while it is copied is one that the log makes good. */
function unlessVanished(error: unknown): void {
  const lines = String(error).trim().split("\n").slice(1);
  if (lines.length === 0 || !lines.every((line) => line.includes("No such file"))) throw error;
}
