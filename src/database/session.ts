import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Dial } from "../domain/database/database.ts";
import { connectionString, farEndOf, placeOf } from "./connection-url.ts";
import { translate } from "./errors.ts";

/** A connection on which nothing can be written, and no read lasts. */
export interface Session {
  /** One statement after another, whoever asks. Throws OpsError. */
  rows(sql: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): void;
}

const CONNECT_MS = 2000;
/** Beside the server's own limit, for a line that goes dead. */
const ANSWER_MS = 2500;

/** After connecting, so that nothing in the URL can lift them; and by SET, which poolers let through. */
const GUARDS = [
  "SET default_transaction_read_only = on",
  "SET statement_timeout = '2s'",
  "SET lock_timeout = '500ms'",
  "SET idle_in_transaction_session_timeout = '5s'",
  "SET application_name = 'vulcan-ops'",
  "SET timezone = 'UTC'",
  // A policy that hides rows is an error then, rather than a count that is too small.
  "SET row_security = off",
].join(";");

export async function openSession(url: string, dial?: Dial): Promise<Session> {
  const place = placeOf(url);
  const { default: pg } = await import("pg");
  // Ours, to be dropped at once: the farewell to a dead line would keep the process alive for minutes.
  const socket = dial === undefined ? new Socket() : asSocket(await dial(...farEndOf(url)));
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((failure: unknown) => {
      throw translate(failure, place, dial !== undefined);
    });
  const connect = async () => {
    const client = new pg.Client({
      connectionString: connectionString(url),
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      stream: () => socket,
    });
    client.on("error", () => undefined); // the statement that is running, or the next one, fails by it
    await client.connect();
    await client.query(GUARDS);
    return client;
  };
  const client = await guarded(connect).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    rows(sql, values = []) {
      const asked = last.then(() => guarded(() => client.query(sql, [...values]))).then(({ rows }) => rows);
      last = asked.catch(() => undefined);
      return asked;
    },
    close() {
      client.end().catch(() => undefined);
      // What end() has written leaves first; a server that sees no farewell logs one line about it.
      setImmediate(() => socket.destroySoon());
    },
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
