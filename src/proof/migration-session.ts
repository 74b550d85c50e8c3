import type { Client } from "pg";
import type { SqlGrammar } from "../vulcan/sql/grammar.ts";
import type { Body } from "./migration.ts";
import { LEDGER_TABLE, type Ledger, runBody } from "./run-migration.ts";
import type { ProofServer } from "./server.ts";
import type { Trial } from "./trial.ts";

/** The session in which migrations run; a new one where one of them has ended it, or took too long. */
export class MigrationSession {
  readonly #server: ProofServer;
  readonly #grammar: SqlGrammar;
  readonly #limitMs: number;
  readonly #settings: readonly string[];
  #client: Client | undefined;

  /** `limitMs`: how long one piece of work may take. `settings`: statements with which each session begins. */
  constructor(server: ProofServer, grammar: SqlGrammar, limitMs: number, settings: readonly string[] = []) {
    this.#server = server;
    this.#grammar = grammar;
    this.#limitMs = limitMs;
    this.#settings = settings;
  }

  /** `rows`: how many rows each table has, by its oid. */
  run(body: Body, ledger: Ledger, rows: ReadonlyMap<string, number>, keep: boolean): Promise<Trial> {
    return this.limited((client) => runBody({ client, grammar: this.#grammar, rows }, body, ledger, keep));
  }

  /** Ends the session if the work takes longer than one migration may. */
  async limited<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.open();
    const timer = setTimeout(() => void this.#terminate(client), this.#limitMs);
    try {
      return await work(client);
    } finally {
      clearTimeout(timer);
    }
  }

  async #terminate(client: Client): Promise<void> {
    const { processID } = client as Client & { readonly processID?: number };
    if (processID !== undefined) await this.#server.terminate(processID).catch(() => {});
  }

  /** The session, or a new one where the last one was ended. */
  async open(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const client = await this.#server.connect();
    client.once("end", () => {
      if (this.#client === client) this.#client = undefined;
    });
    this.#client = client;
    for (const setting of this.#settings) await client.query(setting);
    await client.query(LEDGER_TABLE);
    return client;
  }

  async end(): Promise<void> {
    await this.#client?.end();
  }
}
