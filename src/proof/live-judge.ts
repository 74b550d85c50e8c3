import type { LintedTarget, Prediction } from "../domain/lint.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { Known } from "../domain/status/target-status.ts";
import type { SqlGrammar } from "../vulcan/sql/grammar.ts";
import { judgeTime } from "./judge-time.ts";
import { found, type Judgement } from "./judgement.ts";
import { LiveSizes, type LiveTarget } from "./live.ts";
import { makeManyRows } from "./made-rows.ts";
import type { Body } from "./migration.ts";
import type { MigrationSession } from "./migration-session.ts";
import { OldQueries } from "./old-queries.ts";
import { MEASURED_ROWS, type Measured, predict } from "./predict.ts";
import type { Ledger } from "./run-migration.ts";
import type { Trial } from "./trial.ts";
import { weighed, worked } from "./weigh.ts";

/** What was seen of one migration on few rows, and the tables that have many now. */
export interface Sized {
  readonly few: Trial;
  readonly measured: ReadonlyMap<string, Measured>;
  /** How many rows each table has now, by its oid. */
  readonly rows: ReadonlyMap<string, number>;
}

/** Judges migrations by what is known of a target: its rows, how long its tasks may take, the queries of its images. */
export class LiveJudge {
  /** Of the migration that was judged last. */
  predicted: Known<Prediction> | undefined;
  readonly #target: LiveTarget;
  readonly #session: MigrationSession;
  readonly #sizes: LiveSizes;
  readonly #queries: Known<OldQueries>;

  constructor(target: LiveTarget, session: MigrationSession, grammar: SqlGrammar) {
    const { sizes, queries } = target;
    this.#target = target;
    this.#session = session;
    this.#sizes = new LiveSizes(sizes.known ? sizes.value : []);
    this.#queries = queries.known ? { known: true, value: new OldQueries(grammar, queries.value) } : queries;
  }

  /** Call this once, when the schema before the first judged migration is there. */
  async start(): Promise<void> {
    if (this.#queries.known) await this.#queries.value.begin(await this.#session.open());
  }

  /** Runs the Up on few rows, and rolls it back; then puts many rows into the tables that are large on the target. */
  async begin(up: Body, ledger: Ledger, made: ReadonlyMap<string, number>): Promise<Sized | undefined> {
    this.predicted = undefined;
    const few = await this.#session.run(up, ledger, made, false);
    if (!few.isDone) return undefined;
    const tables = few.statements.flatMap((one) => worked(one, few)).filter((table) => !this.#sizes.isSmall(table));
    if (tables.length === 0) return undefined;
    const many = await this.#session
      .limited((client) => makeManyRows(client, new Set(tables), MEASURED_ROWS))
      .catch((error: Error) => error);
    if (many instanceof Error) {
      this.predicted = { known: false, why: `no rows could be made here to measure by (${sanitise(many.message)})` };
      return undefined;
    }
    const measured = new Map(
      [...many].map(([table, { oid, rows, bytes }]): [string, Measured] => [
        table,
        { few: made.get(oid) ?? 0, many: rows, width: rows === 0 ? 0 : bytes / rows },
      ]),
    );
    const now = [...many.values()].map(({ oid, rows }): [string, number] => [oid, rows]);
    return { few, measured, rows: new Map([...made, ...now]) };
  }

  /** The judgements with the target's rows, and what only the target can tell. */
  async judge(judged: readonly Judgement[], up: Trial, sized: Sized | undefined): Promise<readonly Judgement[]> {
    if (sized !== undefined && up.isDone) this.predicted = predict(sized.few, up, sized.measured, this.#sizes);
    const { limit } = this.#target;
    return [
      ...judged.map((one) => weighed(one, up, this.#sizes)),
      ...(this.predicted?.known === true && limit.known ? judgeTime(this.predicted.value, limit.value) : []),
      ...(up.isDone ? await this.#broken() : []),
    ];
  }

  async #broken(): Promise<readonly Judgement[]> {
    if (!this.#queries.known) return [];
    const broken = await this.#queries.value.broken(await this.#session.open());
    return broken.map(({ id, calls, why }) =>
      found(
        "old-query-breaks",
        `query ${id}, called ${calls.toLocaleString("en-US")} time${calls === 1 ? "" : "s"}: ${why}`,
      ),
    );
  }

  /** For the report. */
  described(): LintedTarget {
    const { target, place, release, newest, limit } = this.#target;
    const queries = this.#queries.known ? { known: true as const, value: this.#queries.value.count() } : this.#queries;
    return { target, place, server: release.version, newest, limit, queries };
  }
}
