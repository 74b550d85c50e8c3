import type { Client } from "pg";
import { usageError } from "../domain/error.ts";
import type { InspectionFinding } from "../domain/inspection.ts";
import type { LintedMigration, LintReport, WaivedFinding } from "../domain/lint.ts";
import { sanitise, sanitiseDeep } from "../domain/sanitise.ts";
import { DEFAULT_MAJOR, MAJORS, type Major } from "../postgres/majors.ts";
import { loadGrammar, type SqlGrammar } from "../vulcan/sql/grammar.ts";
import { createBaseSchema } from "./base-schema.ts";
import { judgeDown, judgeUp } from "./judge.ts";
import type { Circumstances } from "./judge-errors.ts";
import type { Judgement } from "./judgement.ts";
import { makeRows, removeRows } from "./made-rows.ts";
import type { Body, Migration } from "./migration.ts";
import { idOf, LINT_RULES, type LintRuleId } from "./rules.ts";
import { LEDGER_TABLE, type Ledger, runBody, type Session } from "./run-migration.ts";
import { type ProofServer, startProofServer } from "./server.ts";
import { readMigrationsAt } from "./sources.ts";
import type { StatementTrial, Trial } from "./trial.ts";
import { allows, type Waiver, waiversOf } from "./waivers.ts";

export interface LintOptions {
  /** What holds the migrations: a file or a folder. */
  readonly path: string;
  readonly major: Major;
  /** Migrations before this version are run, and not judged. */
  readonly from: number;
  /** The schema before the first migration. */
  readonly schema?: string | undefined;
  /** How long (ms) one migration may take here. */
  readonly limitMs: number;
  readonly stop: AbortSignal;
}

/** Runs every migration on a throw-away server, in its order, and judges those from `from` on. */
export async function lintMigrations(options: LintOptions): Promise<LintReport> {
  const { list, unread } = readMigrationsAt(options.path);
  const grammar = await loadGrammar();
  const server = await startProofServer(options.major);
  try {
    if (options.schema !== undefined) await createBaseSchema(server, grammar, options.schema);
    const lint = new Linter(server, grammar, options);
    const migrations: LintedMigration[] = [];
    for (const migration of list) {
      if (options.stop.aborted) break;
      if (migration.version < options.from) await lint.apply(migration);
      else migrations.push(await lint.judge(migration));
    }
    await lint.end();
    const findings = [...unread.map((why) => finding("VOPS301", why)), ...holes(list, options.from)];
    return { schemaVersion: 1, server: server.version, source: sanitise(options.path), findings, migrations };
  } finally {
    await server.close();
  }
}

/** The major whose grammar libpg-query has. */
const GRAMMAR_MAJOR = 18;

class Linter {
  readonly #server: ProofServer;
  readonly #grammar: SqlGrammar;
  readonly #circumstances: Circumstances;
  readonly #limitMs: number;
  #client: Client | undefined;

  constructor(server: ProofServer, grammar: SqlGrammar, { major, schema, limitMs }: LintOptions) {
    this.#server = server;
    this.#grammar = grammar;
    this.#circumstances = { isOlder: major.major < GRAMMAR_MAJOR, isSchemaKnown: schema !== undefined };
    this.#limitMs = limitMs;
  }

  /** Runs an Up that is not judged. */
  async apply(migration: Migration): Promise<void> {
    const { isDone } = await this.#run(migration.up, ledgerOf(migration, "up"), new Map(), true);
    if (!isDone) await this.#carryOn(migration);
  }

  async judge(migration: Migration): Promise<LintedMigration> {
    const rows = await makeRows(await this.#open());
    const begun = performance.now();
    const up = await this.#run(migration.up, ledgerOf(migration, "up"), rows, true);
    const seconds = Math.round(performance.now() - begun) / 1000;
    const upward = judgedBody(migration.up, up, judgeUp(this.#grammar, up, this.#circumstances), this.#grammar);
    const downward = up.isDone ? await this.#judgeDown(migration) : NOTHING;
    if (!up.isDone) await this.#carryOn(migration);
    return linted(migration, seconds, [upward, downward, aboutDown(migration)]);
  }

  async #judgeDown(migration: Migration): Promise<JudgedBody> {
    if (migration.down.texts.length === 0) return NOTHING;
    const rows = await makeRows(await this.#open());
    const trial = await this.#run(migration.down, ledgerOf(migration, "down"), rows, false);
    return judgedBody(migration.down, trial, judgeDown(this.#grammar, trial, this.#circumstances), this.#grammar);
  }

  /** Later migrations need what this one was to make: without rows, else statement by statement as far as they run. */
  async #carryOn(migration: Migration): Promise<void> {
    const client = await this.#open();
    await removeRows(client);
    const again = await this.#run(migration.up, ledgerOf(migration, "up"), new Map(), true);
    if (again.isDone) return;
    const open = await this.#open();
    for (const { statement, skipped } of again.statements) {
      const isTransaction = statement?.type === "TransactionStmt";
      if (statement === undefined || isTransaction || skipped?.startsWith("its values")) continue;
      await open.query(statement.text).catch(() => {}); // it has been judged already
    }
  }

  async #run(body: Body, ledger: Ledger, rows: ReadonlyMap<string, number>, keep: boolean): Promise<Trial> {
    const client = await this.#open();
    const session: Session = { client, grammar: this.#grammar, rows };
    const timer = setTimeout(() => void this.#terminate(client), this.#limitMs);
    try {
      return await runBody(session, body, ledger, keep);
    } finally {
      clearTimeout(timer);
    }
  }

  async #terminate(client: Client): Promise<void> {
    const { processID } = client as Client & { readonly processID?: number };
    if (processID !== undefined) await this.#server.terminate(processID).catch(() => {});
  }

  /** The session, or a new one where the last one was ended. */
  async #open(): Promise<Client> {
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
}

const ledgerOf = ({ version, description }: Migration, direction: Ledger["direction"]): Ledger => ({
  version,
  description,
  direction,
});

interface JudgedBody {
  readonly findings: readonly InspectionFinding[];
  readonly waived: readonly WaivedFinding[];
}

const NOTHING: JudgedBody = { findings: [], waived: [] };

function finding(id: LintRuleId, message: string, place: Partial<InspectionFinding> = {}): InspectionFinding {
  const { name, severity, fix } = LINT_RULES[id];
  return { rule: id, name, severity, message: sanitiseDeep(message), hint: fix, ...place };
}

const byName = (name: Judgement["rule"], message: string, place: Partial<InspectionFinding> = {}): InspectionFinding =>
  finding(idOf(name) as LintRuleId, message, place);

/** Gives the judgements their places, takes out what is allowed, and adds what is wrong with the waivers. */
function judgedBody(body: Body, trial: Trial, judgements: readonly Judgement[], grammar: SqlGrammar): JudgedBody {
  const waivers = waiversOf(grammar, body);
  const used = new Set<Waiver>();
  const findings: InspectionFinding[] = [];
  const waived: WaivedFinding[] = [];
  for (const { rule, message, statement } of [...judgements, ...unreadOf(body)]) {
    const waiver = waivers.find((one) => allows(one, rule, trial.statements, statement));
    const one = byName(rule, message, placeOf(body, trial.statements[statement ?? -1]));
    if (waiver === undefined) findings.push(one);
    else {
      used.add(waiver);
      waived.push({ ...one, reason: waiver.reason ?? "" });
    }
  }
  const others = waivers.filter((one) => !used.has(one)).map(aboutWaiver);
  return { findings: [...findings, ...others], waived };
}

const unreadOf = ({ unknown }: Body): readonly Judgement[] =>
  unknown.map((message) => ({
    rule: message.includes("several statements beside values") ? "values-and-several-statements" : "cannot-read",
    message,
  }));

function aboutWaiver({ text, at, rule, reason }: Waiver): InspectionFinding {
  const place = { file: sanitise(text.path), line: lineIn(text, at) };
  return reason === undefined
    ? byName("waiver-without-reason", `allow ${rule}: without a reason it does not count`, place)
    : byName("waiver-unused", `allow ${rule}: nothing is found there by that rule`, place);
}

function placeOf({ texts }: Body, trial: StatementTrial | undefined): Partial<InspectionFinding> {
  const text = trial?.text ?? texts[0];
  if (text === undefined) return {};
  const at = trial?.statement?.at ?? trial?.syntaxError?.at ?? 0;
  return { file: sanitise(text.path), line: trial === undefined ? text.line : lineIn(text, at) };
}

const lineIn = ({ line, isExact, sql }: Body["texts"][number], at: number): number =>
  isExact ? line + sql.slice(0, at).split("\n").length - 1 : line;

function aboutDown({ down, path, line }: Migration): JudgedBody {
  const place = { file: sanitise(path), line };
  if (down.isMissing)
    return { findings: [byName("down-missing", "there is no way back by migrate down", place)], waived: [] };
  const isEmpty = down.texts.every(({ sql }) => sql.replace(/--.*|\s|;/g, "") === "") && down.unknown.length === 0;
  return isEmpty
    ? { findings: [byName("down-empty", "migrate down would only remove its row", place)], waived: [] }
    : NOTHING;
}

function linted(migration: Migration, seconds: number, bodies: readonly JudgedBody[]): LintedMigration {
  const { version, description, path, line } = migration;
  const all = bodies.flatMap(({ findings }) => findings);
  const findings = (["error", "warning", "note"] as const).flatMap((severity) =>
    all.filter((one) => one.severity === severity),
  );
  const complete = !findings.some(({ rule }) => UNJUDGED.has(rule));
  const waived = bodies.flatMap((body) => body.waived);
  return { version, description, file: sanitise(path), line, seconds, complete, findings, waived };
}

const UNJUDGED: ReadonlySet<string> = new Set<LintRuleId>(["VOPS301", "VOPS302"]);

function holes(list: readonly Migration[], from: number): readonly InspectionFinding[] {
  return list.flatMap(({ version, path, line }, at) => {
    const before = list[at - 1]?.version;
    if (before === undefined || version === before + 1 || version < from || version > NUMBERED) return [];
    const missing = version === before + 2 ? `${before + 1}` : `${before + 1} to ${version - 1}`;
    return [byName("version-hole", `${missing} is missing before ${version}`, { file: sanitise(path), line })];
  });
}

/** Versions beyond are dates, which have holes. */
const NUMBERED = 99_999;

/** The major by its number as typed; without one the newest. Throws OpsError (exit 6). */
export function majorOf(text: string | undefined): Major {
  const major = text === undefined ? DEFAULT_MAJOR : MAJORS.find((one) => String(one.major) === text);
  if (major !== undefined) return major;
  const known = MAJORS.map((one) => one.major).join(", ");
  throw usageError("postgres-unknown", `--postgres takes one of ${known}, not ${JSON.stringify(text)}`, [
    "vulcan-ops lint --postgres 16",
  ]);
}
