import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Client } from "pg";
import type { Dial } from "../domain/database/database.ts";
import type { DatabaseServer } from "../domain/database/server.ts";
import { limitOf } from "../domain/time-limit.ts";
import { CATALOG_PATH } from "./catalog/lines.ts";
import { connectionString, placeOf, remoteAddress } from "./connection-url.ts";
import { translate } from "./errors.ts";
import { type Settings, settingsOf } from "./url-settings.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Rows of texts, with the OID of each column's type. */
export interface TextRows {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly types: readonly number[];
}

/** A connection that cannot write and limits the time of each read. It leaves no setting in its session. */
export interface Session {
  /** Runs the statements of all callers one after another, each in its own transaction. Throws OpsError. */
  rows(sql: string, values?: readonly unknown[]): Promise<Rows>;
  /** The same, where names mean the catalogue's objects alone, and definitions have each name with its schema. */
  catalogueRows(sql: string): Promise<Rows>;
  /** One statement, by the protocol that takes no second one; every value as the server writes it. Throws OpsError. */
  texts(sql: string): Promise<TextRows>;
  /** The server that has answered; a pooler may use another server for each read. */
  server(): DatabaseServer;
  /** The process id in the server's greeting; a pooler sends a number of its own. */
  readonly processId: number;
  close(): void;
}

const CONNECT_MS = 2000;
/** In addition to the server's own limit, for a connection that goes dead. */
const ANSWER_MS = 2500;

/**
 * How much older than the connection its own session may appear: two clocks measure the ages. Both have to be machines'
 * clocks: a rehearsal's, which its process may show instead, can stand still while the server works.
 */
const AGE_MS = 100;
const NS_PER_MS = 1e6;

const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY";

/**
 * Only for this transaction: behind a pooler, the session is the service's own and goes back to it. They follow the
 * URL's settings, so that no setting of the URL can lift them.
 */
const GUARDS = [
  "SET LOCAL statement_timeout = '2s'",
  "SET LOCAL lock_timeout = '500ms'",
  "SET LOCAL idle_in_transaction_session_timeout = '5s'",
  "SET LOCAL application_name = 'vulcan-ops'",
  "SET LOCAL timezone = 'UTC'",
  // A policy that hides rows then causes an error instead of a count that is too small.
  "SET LOCAL row_security = off",
];

const IN_CATALOGUE = `SET LOCAL search_path = ${CATALOG_PATH}`;

/** What `pg_stat_activity` tells of this session, for a third of the work: that view joins users and databases to it. */
const THIS_SESSION = "pg_stat_get_activity(pg_backend_pid())";

const WHO = `SELECT pg_backend_pid() AS pid, pg_is_in_recovery() AS replica,
  extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS newest,
  (SELECT extract(epoch FROM clock_timestamp() - backend_start)::float8 * 1000 FROM ${THIS_SESSION}) AS age`;

/** One row of the statement above. */
interface Who {
  readonly pid: number;
  readonly replica: boolean;
  readonly newest: number | null;
  readonly age: number | null;
}

/** How `ownSessions` names a session. */
export const SELF = "pid || ' ' || backend_start::text";
const SELF_QUERY = `SELECT ${SELF} AS self FROM ${THIS_SESSION}`;

/** Kept after the end of a session: the server shows it for a moment longer. */
const own = new Set<string>();

/** Every session that this program has had for itself, each by its process and its start. */
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
    const [session] = await line.read(SELF_QUERY, []);
    if (!line.server().isPooled) own.add(String(session?.self));
  };
  await guarded(connect).catch((error: unknown) => {
    line.socket.destroy();
    throw error;
  });
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(read: () => Promise<T>): Promise<T> => {
    const result = last.then(() => guarded(read));
    last = result.catch(() => undefined);
    return result;
  };
  return {
    rows: (sql, values = []) => inTurn(() => line.read(sql, values)),
    catalogueRows: (sql) => inTurn(() => line.readCatalogue(sql)),
    texts: (sql) => inTurn(() => line.readTexts(sql)),
    server: line.server,
    processId: processOf(line.client),
    close() {
      line.client.end().catch(() => undefined);
      // First send what end() has written: a server that gets no farewell logs one line about it.
      setImmediate(() => line.socket.destroySoon());
    },
  };
}

async function lineTo(url: string, dial: Dial | undefined) {
  const settings = settingsOf(url);
  const { default: pg } = await import("pg");
  const begun = process.hrtime.bigint();
  // Our own socket, so that we can drop it at once: a farewell to a dead peer would keep the process alive for minutes.
  const socket = dial === undefined ? new Socket() : asSocket(await dial(...remoteAddress(url)));
  const client = clientOn(socket, url, pg.Client);
  const local = settings.map((setting) => localSetting(pg.escapeLiteral, setting));
  const opening = (more: readonly string[]): string => [BEGIN, ...local, ...GUARDS, ...more, WHO].join(";");
  let server: DatabaseServer = { isPooled: false, isReplica: false };
  const inTransaction = async <T>(query: () => Promise<T>, more: readonly string[] = []): Promise<T> => {
    const [opened, result] = await Promise.all([
      client.query(opening(more)) as unknown as Promise<readonly { readonly rows: readonly Who[] }[]>,
      query(),
      client.query("COMMIT"),
    ]);
    const [who] = opened.at(-1)?.rows ?? [];
    server = updated(server, who, processOf(client), Number(process.hrtime.bigint() - begun) / NS_PER_MS);
    return result;
  };
  const read = async (sql: string, values: readonly unknown[]): Promise<Rows> =>
    (await inTransaction(() => client.query(sql, [...values]))).rows;
  const readCatalogue = async (sql: string): Promise<Rows> =>
    (await inTransaction(() => client.query(sql), [IN_CATALOGUE])).rows;
  const readTexts = async (text: string): Promise<TextRows> => {
    const { rows, fields } = await inTransaction(() => client.query<(string | null)[]>({ text, ...AS_TEXTS }));
    return { rows, types: fields.map(({ dataTypeID }) => dataTypeID) };
  };
  return { client, socket, read, readCatalogue, readTexts, server: () => server };
}

/** The extended protocol refuses a text of several statements. */
const AS_TEXTS = {
  rowMode: "array",
  queryMode: "extended",
  types: { getTypeParser: () => (text: string) => text },
} as const;

function clientOn(socket: Socket, url: string, Connection: typeof Client): Client {
  try {
    const client = new Connection({
      connectionString: connectionString(url),
      connectionTimeoutMillis: limitOf(CONNECT_MS),
      query_timeout: limitOf(ANSWER_MS),
      // Sends a transaction in one piece: one round trip, without a wait in the middle.
      pipeline: true,
      stream: () => socket,
    });
    startBare(client);
    client.on("error", () => undefined); // the running statement, or the next one, reports it
    return client;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Starts with user and database, without settings: a pooler keeps such settings in the session that it lends. */
function startBare(client: Client): void {
  Object.assign(client, { getStartupConf: () => ({ user: client.user, database: client.database }) });
}

const processOf = (client: Client): number => (client as unknown as { processID: number | null }).processID ?? 0;

function localSetting(quote: (text: string) => string, [name, value]: Settings[number]): string {
  return `SELECT set_config(${quote(name)}, ${quote(value)}, true)`;
}

/**
 * A session is this connection's own if the process that answers is the one that greeted, and is not older than the
 * connection. Once a session is known to be lent, or a replica's, that does not change.
 */
function updated(before: DatabaseServer, who: Who | undefined, greeter: number, connectedMs: number): DatabaseServer {
  const isOwn = who?.pid === greeter && (who.age === null || who.age <= connectedMs + AGE_MS);
  const isReplica = before.isReplica || who?.replica === true;
  const newest = who?.newest ?? before.newestSeconds;
  return {
    isPooled: before.isPooled || !isOwn,
    isReplica,
    ...(isReplica && newest !== undefined && { newestSeconds: newest }),
  };
}

/** Turns an open connection into the socket that pg expects: pg connects and tunes it. TLS runs on top of it. */
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
