import { readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import {
  archiveOf,
  baseOf,
  copy,
  dataOf,
  makeFolders,
  pack,
  remove,
  unpack,
  writeOwned,
} from "../../postgres/cluster.ts";
import { discard } from "../../postgres/stop.ts";
import { type Runner, runnerOf } from "../../postgres/system-user.ts";
import { trueInstantOf } from "../clock/true-time.ts";
import { type BaseBackup, type PostgresServer, serve } from "./server.ts";

/** Runs `work` as administrator on the server's own database. */
export async function asAdmin<T>(server: PostgresServer, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { port, user, password } = server;
  const client = new pg.Client({ host: "127.0.0.1", port, user, password, database: "postgres" });
  client.on("error", () => {}); // the server may stop during a backup; the query reports it
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Starts a second server with the first one's data at the real time `until` (ms). PostgreSQL replays the log over the
 * base backup, up to the last commit in that millisecond. The source continues to serve.
 */
export async function restorePostgres(
  source: PostgresServer,
  until: number,
  connections: number,
): Promise<PostgresServer> {
  const { home } = source;
  const runner = runnerOf(home);
  const folder = home.serverFolder();
  const target = await trueInstantOf(until);
  try {
    // Recovery needs a commit after the target. Otherwise the log ends before recovery knows that it has arrived.
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
  const settings = recovery(folder, target);
  const server = await serve({ home, folder, user: source.user, password: source.password, connections, settings });
  await remove([archiveOf(folder)], runner);
  return server;
}

/** The log's complete files. The folder also has files that PostgreSQL still creates and renames while we copy. */
function logOf({ folder }: PostgresServer): string[] {
  const log = join(dataOf(folder), "pg_wal");
  const names = readdirSync(log).filter((name) => /^([0-9A-F]{24}|[0-9A-F]{8}\.history)$/.test(name));
  return names.map((name) => join(log, name));
}

/** The newest base backup that was complete at `until`, so that the least log has to be replayed. */
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

/** Waits until no restore is copying the base backup, then removes it. */
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

/** How many base backups are kept. A restore may still ask for an instant before the newest one. */
const KEPT = 2;

/** Takes a base backup of the server while it serves. */
export async function backUp(server: PostgresServer): Promise<void> {
  const archive = baseOf(server.folder, Date.now());
  const label = await asAdmin(server, async (client) => {
    await client.query("SELECT pg_backup_start('automated backup', true)");
    await pack(dataOf(server.folder), archive, runnerOf(server.home)).catch(ignoreChangedFiles);
    const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
    return rows[0]?.labelfile;
  });
  server.bases.push({ archive, label, from: Date.now(), copies: new Set() });
  const old = server.bases.splice(0, Math.max(0, server.bases.length - KEPT));
  await Promise.all(old.map((base) => removeBase(base, runnerOf(server.home))));
}

/** Ignores errors about files that change or disappear while they are packed. The replay of the log repairs them. */
function ignoreChangedFiles(error: unknown): void {
  const lines = String(error).trim().split("\n").slice(1);
  const isRace = (line: string): boolean => /changed as we read|removed before we read|shrank|No such file/.test(line);
  const errors = lines.filter((line) => !line.includes("Exiting with failure status"));
  if (errors.length === 0 || !errors.every(isRace)) throw error;
}
