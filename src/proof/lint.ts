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
import { type Body, lineIn, type Migration, type UnreadPart } from "./migration.ts";
import { MigrationSession } from "./migration-session.ts";
import { idOf, LINT_RULES, type LintRuleId } from "./rules/index.ts";
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
  assertAnyFrom(list, options.from, "lint");
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
    const unreadFindings = unread.map((one) => byName("cannot-read", one.message, placeOfUnread(one)));
    const findings = [...unreadFindings, ...holes(list, options.from)];
    return { schemaVersion: 1, server: server.version, source: sanitise(options.path), findings, migrations };
  } finally {
    await server.close();
  }
}

/** Throws OpsError (exit 6) where no migration is as new. */
export function assertAnyFrom(list: readonly Migration[], from: number, command: string): void {
  const newest = list.at(-1)?.version ?? 0;
  if (newest >= from) return;
  throw usageError("from-unknown", `--from ${from}: the newest migration here is ${newest}`, [
    `vulcan-ops ${command} --from ${newest}`,
  ]);
}

/** The major whose grammar libpg-query has. */
const GRAMMAR_MAJOR = 18;

class Linter {
  readonly #session: MigrationSession;
  readonly #grammar: SqlGrammar;
  readonly #circumstances: Circumstances;

  constructor(server: ProofServer, grammar: SqlGrammar, { major, schema, limitMs }: LintOptions) {
    this.#session = new MigrationSession(server, grammar, limitMs);
    this.#grammar = grammar;
    this.#circumstances = { isOlder: major.major < GRAMMAR_MAJOR, isSchemaKnown: schema !== undefined };
  }

  /** Runs an Up that is not judged. */
  apply(migration: Migration): Promise<void> {
    return this.#session.apply(migration);
  }

  async judge(migration: Migration): Promise<LintedMigration> {
    const rows = await this.#session.fill();
    const begun = performance.now();
    const up = await this.#session.run(migration, "up", rows);
    const seconds = Math.round(performance.now() - begun) / 1000;
    const upward = judgedBody(migration.up, up, judgeUp(this.#grammar, up, this.#circumstances), this.#grammar);
    const downward = up.isDone ? await this.#judgeDown(migration) : NOTHING;
    if (!up.isDone) await this.#session.carryOn(migration, up);
    return linted(migration, seconds, [upward, downward, aboutDown(migration)]);
  }

  async #judgeDown(migration: Migration): Promise<JudgedBody> {
    if (migration.down.texts.length === 0) return NOTHING;
    const rows = await this.#session.fill();
    const trial = await this.#session.run(migration, "down", rows, { keep: false });
    return judgedBody(migration.down, trial, judgeDown(this.#grammar, trial, this.#circumstances), this.#grammar);
  }

  async end(): Promise<void> {
    await this.#session.end();
  }
}

interface JudgedBody {
  readonly findings: readonly InspectionFinding[];
  readonly waived: readonly WaivedFinding[];
}

const NOTHING: JudgedBody = { findings: [], waived: [] };

function byName(name: Judgement["rule"], message: string, place: Partial<InspectionFinding>): InspectionFinding {
  const id = idOf(name) as LintRuleId;
  const { severity, fix } = LINT_RULES[id];
  return { rule: id, name, severity, message: sanitiseDeep(message), hint: fix, ...place };
}

/** Gives the judgements their places, takes out what is allowed, and adds what is wrong with the waivers. */
function judgedBody(body: Body, trial: Trial, judgements: readonly Judgement[], grammar: SqlGrammar): JudgedBody {
  const waivers = waiversOf(grammar, body);
  const used = new Set<Waiver>();
  const findings: InspectionFinding[] = [];
  const waived: WaivedFinding[] = [];
  for (const { rule, message, statement, place } of [...judgements, ...unreadOf(body)] as readonly Placed[]) {
    const waiver = waivers.find((one) => allows(one, rule, trial.statements, statement));
    const one = byName(rule, message, place ?? placeOf(body, trial.statements[statement ?? -1]));
    if (waiver === undefined) findings.push(one);
    else {
      used.add(waiver);
      waived.push({ ...one, reason: waiver.reason ?? "" });
    }
  }
  const others = waivers.filter((one) => !used.has(one)).map(aboutWaiver);
  return { findings: [...findings, ...others], waived };
}

/** A judgement that knows its own place. */
interface Placed extends Judgement {
  readonly place?: Partial<InspectionFinding>;
}

const unreadOf = ({ unknown }: Body): readonly Placed[] =>
  unknown.map((one) => ({
    rule: one.message.includes("several statements beside values") ? "values-and-several-statements" : "cannot-read",
    message: one.message,
    place: placeOfUnread(one),
  }));

const placeOfUnread = ({ path, line }: UnreadPart): Partial<InspectionFinding> => ({
  file: sanitise(path),
  ...(line !== undefined && { line }),
});

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

const UNJUDGED: ReadonlySet<string> = new Set<LintRuleId>(["VOPS301", "VOPS302", "VOPS313"]);

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
export function majorOf(text: string | undefined, command = "lint"): Major {
  const major = text === undefined ? DEFAULT_MAJOR : MAJORS.find((one) => String(one.major) === text);
  if (major !== undefined) return major;
  const known = MAJORS.map((one) => one.major).join(", ");
  throw usageError("postgres-unknown", `--postgres takes one of ${known}, not ${JSON.stringify(text)}`, [
    `vulcan-ops ${command} --postgres 16`,
  ]);
}
