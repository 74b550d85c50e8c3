import { readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { archiveOf, baseOf, copy, dataOf, makeFolders, pack, remove, unpack, writeOwned } from "./cluster.ts";
import { type BaseBackup, discard, type PostgresServer, runnerOf, serve } from "./server.ts";
import type { Runner } from "./system-user.ts";

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
    await unpackBase(baseBefore(source, until), dataOf(folder), runner);
    await makeFolders([archiveOf(folder)], runner);
    await copy(logOf(source), archiveOf(folder), runner);
    await writeOwned(join(dataOf(folder), "recovery.signal"), "", runner);
  } catch (error) {
    await discard(folder, runner);
    throw error;
  }
  const settings = recovery(folder, until);
  const server = await serve({ home, folder, password: source.password, connections, settings });
  await remove([archiveOf(folder)], runner);
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

async function unpackBase({ archive, label, copies }: BaseBackup, data: string, runner: Runner): Promise<void> {
  const copying = unpack(archive, data, runner);
  copies.add(copying);
  await copying.finally(() => copies.delete(copying));
  if (label !== undefined) await writeOwned(join(data, "backup_label"), label, runner);
}

/** Not under the hands of a restore that copies it. */
async function removeBase({ archive, copies }: BaseBackup, runner: Runner): Promise<void> {
  await Promise.allSettled(copies);
  await remove([archive], runner);
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
  const archive = baseOf(server.folder, Date.now());
  const label = await asAdmin(server, async (client) => {
    await client.query("SELECT pg_backup_start('automated backup', true)");
    await pack(dataOf(server.folder), archive, runnerOf(server.home)).catch(unlessMoved);
    const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
    return rows[0]?.labelfile;
  });
  server.bases.push({ archive, label, from: Date.now(), copies: new Set() });
  const old = server.bases.splice(0, Math.max(0, server.bases.length - KEPT));
  await Promise.all(old.map((base) => removeBase(base, runnerOf(server.home))));
}

/** A file that changes or goes while it is packed is one that the log makes good. */
function unlessMoved(error: unknown): void {
  const lines = String(error).trim().split("\n").slice(1);
  const isMove = (line: string): boolean => /changed as we read|removed before we read|shrank|No such file/.test(line);
  const said = lines.filter((line) => !line.includes("Exiting with failure status"));
  if (said.length === 0 || !said.every(isMove)) throw error;
}
