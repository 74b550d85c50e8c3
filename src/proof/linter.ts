import type { LintedMigration } from "../domain/lint.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { SqlGrammar } from "../vulcan/sql/grammar.ts";
import { applyUp, carryOn, ledgerOf } from "./apply-migration.ts";
import { judgeDown, judgeUp } from "./judge.ts";
import type { Circumstances } from "./judge-errors.ts";
import { aboutDown, type JudgedBody, judgedBody, NOTHING } from "./judged-body.ts";
import type { LiveJudge } from "./live-judge.ts";
import { makeRows } from "./made-rows.ts";
import type { Migration } from "./migration.ts";
import type { MigrationSession } from "./migration-session.ts";
import type { LintRuleId } from "./rules/index.ts";

/** Runs migrations one after another, and judges each. */
export class Linter {
  readonly #session: MigrationSession;
  readonly #grammar: SqlGrammar;
  readonly #circumstances: Circumstances;
  readonly #live: LiveJudge | undefined;

  constructor(session: MigrationSession, grammar: SqlGrammar, circumstances: Circumstances, live?: LiveJudge) {
    this.#session = session;
    this.#grammar = grammar;
    this.#circumstances = circumstances;
    this.#live = live;
  }

  /** Runs an Up that is not judged. */
  apply(migration: Migration): Promise<void> {
    return applyUp(this.#session, migration);
  }

  async judge(migration: Migration): Promise<LintedMigration> {
    const ledger = ledgerOf(migration, "up");
    const made = await makeRows(await this.#session.open());
    const live = await this.#live?.begin(migration.up, ledger, made);
    const rows = live?.rows ?? made;
    const begun = performance.now();
    const up = await this.#session.run(migration.up, ledger, rows, true);
    const seconds = Math.round(performance.now() - begun) / 1000;
    const judged = judgeUp(this.#grammar, up, this.#circumstances);
    const all = this.#live === undefined ? judged : await this.#live.judge(judged, up, live);
    const upward = judgedBody(migration.up, up, all, this.#grammar);
    const downward = up.isDone ? await this.#judgeDown(migration) : NOTHING;
    if (!up.isDone) await carryOn(this.#session, migration, up);
    const predicted = this.#live?.predicted;
    return linted(migration, seconds, [upward, downward, aboutDown(migration)], predicted && { predicted });
  }

  async #judgeDown(migration: Migration): Promise<JudgedBody> {
    if (migration.down.texts.length === 0) return NOTHING;
    const rows = await makeRows(await this.#session.open());
    const trial = await this.#session.run(migration.down, ledgerOf(migration, "down"), rows, false);
    return judgedBody(migration.down, trial, judgeDown(this.#grammar, trial, this.#circumstances), this.#grammar);
  }
}

function linted(
  migration: Migration,
  seconds: number,
  bodies: readonly JudgedBody[],
  more: Pick<LintedMigration, "predicted"> | undefined,
): LintedMigration {
  const { version, description, path, line } = migration;
  const all = bodies.flatMap(({ findings }) => findings);
  const findings = (["error", "warning", "note"] as const).flatMap((severity) =>
    all.filter((one) => one.severity === severity),
  );
  const complete = !findings.some(({ rule }) => UNJUDGED.has(rule));
  const waived = bodies.flatMap((body) => body.waived);
  return { version, description, file: sanitise(path), line, seconds, complete, findings, waived, ...more };
}

const UNJUDGED: ReadonlySet<string> = new Set<LintRuleId>(["VOPS301", "VOPS302", "VOPS313"]);
