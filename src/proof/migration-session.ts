import type { Client } from "pg";
import type { SqlGrammar } from "../vulcan/sql/grammar.ts";
import { isTimeout } from "./judge-errors.ts";
import { makeRows, removeRows } from "./made-rows.ts";
import type { Migration } from "./migration.ts";
import { LEDGER_TABLE, type Ledger, runBody } from "./run-migration.ts";
import type { ProofServer } from "./server.ts";
import type { Trial } from "./trial.ts";

type Direction = Ledger["direction"];

/** A session in which migrations run one after another. One that takes longer than `limitMs` loses its connection. */
export class MigrationSession {
  readonly #server: ProofServer;
  readonly #grammar: SqlGrammar;
  readonly #limitMs: number;
  #client: Client | undefined;

  constructor(server: ProofServer, grammar: SqlGrammar, limitMs: number) {
    this.#server = server;
    this.#grammar = grammar;
    this.#limitMs = limitMs;
  }

  /** Runs an Up that is not judged. */
  async apply(migration: Migration): Promise<void> {
    const trial = await this.run(migration, "up", NO_ROWS);
    if (!trial.isDone) await this.carryOn(migration, trial);
  }

  /** Runs one direction, and commits it; `keep: false` rolls it back. `rows`: what `fill` has answered. */
  run(
    { version, description, ...bodies }: Migration,
    direction: Direction,
    rows: ReadonlyMap<string, number>,
    { keep = true } = {},
  ): Promise<Trial> {
    const ledger = { version, description, direction };
    return this.#limited((client) =>
      runBody({ client, grammar: this.#grammar, rows }, bodies[direction], ledger, keep),
    );
  }

  /** Makes rows in tables that have few; answers how many each has. */
  async fill(): Promise<ReadonlyMap<string, number>> {
    return makeRows(await this.open());
  }

  async empty(): Promise<void> {
    await removeRows(await this.open());
  }

  /** Later migrations need what this one was to make: without rows, else statement by statement as far as they run. */
  async carryOn(migration: Migration, failed: Trial): Promise<void> {
    if (failed.statements.some(({ error }) => error !== undefined && isTimeout(error))) return;
    await this.empty();
    const again = await this.run(migration, "up", NO_ROWS);
    if (again.isDone) return;
    await this.#limited(async (client) => {
      for (const { statement, skipped } of again.statements) {
        const isTransaction = statement?.type === "TransactionStmt";
        if (statement === undefined || isTransaction || skipped?.startsWith("its values")) continue;
        await client.query(statement.text).catch(() => {}); // it has been judged already
      }
    });
  }

  /** The connection, or a new one where the last one was ended. */
  async open(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const client = await this.#server.connect();
    client.once("end", () => {
      if (this.#client === client) this.#client = undefined;
    });
    this.#client = client;
    await client.query(LEDGER_TABLE);
    return client;
  }

  async end(): Promise<void> {
    await this.#client?.end();
  }

  /** Ends the connection if the work takes longer than one migration may. */
  async #limited<T>(work: (client: Client) => Promise<T>): Promise<T> {
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
}

const NO_ROWS: ReadonlyMap<string, number> = new Map();
