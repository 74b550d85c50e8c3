import pg from "pg";
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
  /** Where the server's log stood when a database had just been renewed. */
  readonly #renewed = new Map<string, { readonly template: string; readonly position: string }>();

  constructor(server: PostgresServer) {
    this.#server = server;
  }

  address(database: string): DatabaseAddress {
    const { user, password, port } = this.#server;
    return { host: "127.0.0.1", port, user, password, database };
  }

  /** Makes a template once, by `fill`. Nobody may be connected to it afterwards. */
  async template(name: string, fill: Fill): Promise<void> {
    if (this.#templates.has(name)) return;
    await this.#copy(name, "template0");
    await fill(this.address(name));
    this.#templates.add(name);
  }

  /**
   * Makes the database a fresh copy of the template, changed by `adjust`; sessions in the old one are cut. Where the
   * server has logged no write since the last time, the old one is such a copy still, and copying is saved.
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

  /** One statement through the administrative connection, made anew where the server has been started again. */
  async #run<R extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<R[]> {
    if (this.#admin === undefined) {
      const client = new pg.Client(this.address("postgres"));
      // The server is going down; whoever waits for a query learns it there.
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

  /** Ends every session in the database, and waits until they have ended: the server itself looks only every 100 ms. */
  async #cut(database: string): Promise<void> {
    const sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
    while ((await this.#run(sql, [database])).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async #position(): Promise<string> {
    const rows = await this.#run<{ position: string }>("SELECT pg_current_wal_insert_lsn()::text AS position");
    return rows[0]?.position ?? "";
  }
}
