import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Client } from "pg";
import type { Dial } from "../domain/database/database.ts";
import type { DatabaseServer } from "../domain/database/server.ts";
import { connectionString, farEndOf, placeOf } from "./connection-url.ts";
import { translate } from "./errors.ts";
import { type Settings, settingsOf } from "./url-settings.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** A connection on which nothing can be written, and no read lasts. Nothing stays set in its session. */
export interface Session {
  /** One statement after another, whoever asks, each in a transaction of its own. Throws OpsError. */
  rows(sql: string, values?: readonly unknown[]): Promise<Rows>;
  /** Who has answered; a pooler may ask another server for each read. */
  server(): DatabaseServer;
  /** The process by which the server has greeted; a pooler greets by a number of its own. */
  readonly processId: number;
  close(): void;
}

const CONNECT_MS = 2000;
/** Beside the server's own limit, for a line that goes dead. */
const ANSWER_MS = 2500;

/** How much older than this connection a session may look that is its own: two clocks measure it. */
const AGE_MS = 100;

const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY";

/**
 * For this transaction alone: behind a pooler the session is the service's own, and goes back to it. After what the URL
 * asks for, so that nothing in it can lift them.
 */
const GUARDS = [
  "SET LOCAL statement_timeout = '2s'",
  "SET LOCAL lock_timeout = '500ms'",
  "SET LOCAL idle_in_transaction_session_timeout = '5s'",
  "SET LOCAL application_name = 'vulcan-ops'",
  "SET LOCAL timezone = 'UTC'",
  // A policy that hides rows is an error then, rather than a count that is too small.
  "SET LOCAL row_security = off",
];

const WHO = `SELECT pg_backend_pid() AS pid, pg_is_in_recovery() AS replica,
  extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS newest,
  (SELECT extract(epoch FROM clock_timestamp() - backend_start)::float8 * 1000 FROM pg_stat_activity
    WHERE pid = pg_backend_pid()) AS age`;

/** One row of the statement above. */
interface Who {
  readonly pid: number;
  readonly replica: boolean;
  readonly newest: number | null;
  readonly age: number | null;
}

/** How `ownSessions` names one. */
export const SELF = "pid || ' ' || backend_start::text";
const WHICH = `SELECT ${SELF} AS self FROM pg_stat_activity WHERE pid = pg_backend_pid()`;

/** Kept after the end of a session: the server shows it for a moment longer. */
const own = new Set<string>();

/** Every session that this program has had for itself, each by its process and its beginning. */
export const ownSessions = (): readonly string[] => [...own];

export async function openSession(url: string, dial?: Dial): Promise<Session> {
  const place = placeOf(url);
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((failure: unknown) => {
      throw translate(failure, place, dial !== undefined);
    });
  const line = await guarded(() => lineTo(url, dial));
  const connect = async () => {
    await line.client.connect();
    const [session] = await line.read(WHICH, []);
    if (!line.server().isPooled) own.add(String(session?.self));
  };
  await guarded(connect).catch((error: unknown) => {
    line.socket.destroy();
    throw error;
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    rows(sql, values = []) {
      const asked = last.then(() => guarded(() => line.read(sql, values)));
      last = asked.catch(() => undefined);
      return asked;
    },
    server: line.server,
    processId: processOf(line.client),
    close() {
      line.client.end().catch(() => undefined);
      // What end() has written leaves first; a server that sees no farewell logs one line about it.
      setImmediate(() => line.socket.destroySoon());
    },
  };
}

async function lineTo(url: string, dial: Dial | undefined) {
  const settings = settingsOf(url);
  const { default: pg } = await import("pg");
  const begun = performance.now();
  // Ours, to be dropped at once: the farewell to a dead line would keep the process alive for minutes.
  const socket = dial === undefined ? new Socket() : asSocket(await dial(...farEndOf(url)));
  const client = clientOn(socket, url, pg.Client);
  const local = settings.map((setting) => localSetting(pg.escapeLiteral, setting));
  const opening = [BEGIN, ...local, ...GUARDS, WHO].join(";");
  let server: DatabaseServer = { isPooled: false, isReplica: false };
  const read = async (sql: string, values: readonly unknown[]): Promise<Rows> => {
    const [opened, { rows }] = await Promise.all([
      client.query(opening) as unknown as Promise<readonly { readonly rows: readonly Who[] }[]>,
      client.query(sql, [...values]),
      client.query("COMMIT"),
    ]);
    const [who] = opened.at(-1)?.rows ?? [];
    server = seen(server, who, processOf(client), performance.now() - begun);
    return rows;
  };
  return { client, socket, read, server: () => server };
}

function clientOn(socket: Socket, url: string, Connection: typeof Client): Client {
  try {
    const client = new Connection({
      connectionString: connectionString(url),
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      // A transaction leaves in one piece: one round trip, and no waiting in the middle of it.
      pipeline: true,
      stream: () => socket,
    });
    startBare(client);
    client.on("error", () => undefined); // the statement that is running, or the next one, fails by it
    return client;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Who connects, to what, and no setting: a pooler keeps those of a start in the session that it lends. */
function startBare(client: Client): void {
  Object.assign(client, { getStartupConf: () => ({ user: client.user, database: client.database }) });
}

const processOf = (client: Client): number => (client as unknown as { processID: number | null }).processID ?? 0;

function localSetting(quote: (text: string) => string, [name, value]: Settings[number]): string {
  return `SELECT set_config(${quote(name)}, ${quote(value)}, true)`;
}

/**
 * A session is this connection's own where the process that answers is the one that has greeted, and not older than the
 * connection. Shown once to be lent, or a replica's, it stays so.
 */
function seen(before: DatabaseServer, who: Who | undefined, greeter: number, connectedMs: number): DatabaseServer {
  const isOwn = who?.pid === greeter && (who.age === null || who.age <= connectedMs + AGE_MS);
  const isReplica = before.isReplica || who?.replica === true;
  const newest = who?.newest ?? before.newestSeconds;
  return {
    isPooled: before.isPooled || !isOwn,
    isReplica,
    ...(isReplica && newest !== undefined && { newestSeconds: newest }),
  };
}

/** A connection that stands already, as pg takes a socket: it asks it to connect, and tunes it. TLS goes on top of it. */
export function asSocket(stream: Duplex): Socket {
  const itself = () => socket;
  const socket = Object.assign(stream, {
    connect: () => {
      setImmediate(() => stream.emit("connect"));
      return socket;
    },
    destroySoon: () => stream.end(() => stream.destroy()),
    setKeepAlive: itself,
    setNoDelay: itself,
    ref: itself,
    unref: itself,
  }) as unknown as Socket;
  return socket;
}
