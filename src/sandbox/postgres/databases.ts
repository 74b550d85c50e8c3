import pg from "pg";
import { waitTruly } from "../clock/true-time.ts";
import type { PostgresServer } from "./server.ts";

/** How to reach one database of the server. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

type Fill = (address: DatabaseAddress) => Promise<void>;

/** The databases on one server, through one administrative connection. */
export class Databases {
  readonly #server: PostgresServer;
  #admin: pg.Client | undefined;
  readonly #templates = new Set<string>();
  /** Each database's template, and the position of the server's log right after the last renewal. */
  readonly #renewed = new Map<string, { readonly template: string; readonly position: string }>();

  constructor(server: PostgresServer) {
    this.#server = server;
  }

  address(database: string): DatabaseAddress {
    const { user, password, port } = this.#server;
    return { host: "127.0.0.1", port, user, password, database };
  }

  /** Creates a template once and fills it with `fill`. No session may be connected to it afterwards. */
  async template(name: string, fill: Fill): Promise<void> {
    if (this.#templates.has(name)) return;
    await this.#copy(name, "template0");
    await fill(this.address(name));
    this.#templates.add(name);
  }

  /**
   * Makes the database a fresh copy of the template, changed by `adjust`, and ends the sessions in the old database. If
   * the server has logged no write since the last renewal, the database is still such a copy; nothing is copied.
   */
  async renew(database: string, template: string, adjust: Fill): Promise<void> {
    await this.#cut(database);
    const before = this.#renewed.get(database);
    const untouched = before?.template === template && before.position === (await this.#position());
    if (!untouched) await this.#copy(database, template);
    await adjust(this.address(database));
    this.#renewed.set(database, { template, position: await this.#position() });
  }

  async close(): Promise<void> {
    await this.#admin?.end();
  }

  /** Runs one statement through the administrative connection. Reconnects after the server has restarted. */
  async #run<R extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<R[]> {
    if (this.#admin === undefined) {
      const client = new pg.Client(this.address("postgres"));
      // The server is shutting down. The pending query reports the error.
      client.on("error", () => {});
      client.on("end", () => {
        if (this.#admin === client) this.#admin = undefined;
      });
      await client.connect();
      this.#admin = client;
    }
    return (await this.#admin.query<R>(sql, values)).rows;
  }

  async #copy(database: string, template: string): Promise<void> {
    const name = pg.escapeIdentifier(database);
    await this.#run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    // Without fsync, copying files is faster than going through the log.
    await this.#run(`CREATE DATABASE ${name} TEMPLATE ${pg.escapeIdentifier(template)} STRATEGY file_copy`);
  }

  /** Ends every session in the database and waits until they have ended. The server itself checks only every 100 ms. */
  async #cut(database: string): Promise<void> {
    const sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
    while ((await this.#run(sql, [database])).length > 0) await waitTruly(5);
  }

  async #position(): Promise<string> {
    const rows = await this.#run<{ position: string }>("SELECT pg_current_wal_insert_lsn()::text AS position");
    return rows[0]?.position ?? "";
  }
}
