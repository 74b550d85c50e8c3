import { structureDifference } from "../domain/database/line-difference.ts";
import { counted } from "../domain/finding.ts";
import type { ProofVerdict, ProvenMigration } from "../domain/migrations/proof.ts";
import { sanitise, sanitiseDeep } from "../domain/sanitise.ts";
import { carryOn, ledgerOf, NO_ROWS } from "./apply-migration.ts";
import { grownTables, otherwise, remaining, structureTexts } from "./compare-lines.ts";
import type { DatabaseLines, LinesReader } from "./database-lines.ts";
import { isTimeout } from "./judge-errors.ts";
import { makeRows, removeRows } from "./made-rows.ts";
import { lineIn, type Migration } from "./migration.ts";
import type { MigrationSession } from "./migration-session.ts";
import type { OldQueries } from "./old-queries.ts";
import { destroyedBy, workOf } from "./proven-effects.ts";
import type { ServerError, StatementTrial, Trial } from "./trial.ts";

/** What has been found out so far. */
type Findings = Pick<ProvenMigration, "verdict" | "why" | "evidence"> &
  Partial<Pick<ProvenMigration, "remarks" | "changes" | "work" | "destroys" | "brokenQueries" | "seconds">>;

/** Of the throw-away server: in one the migrations run, and the other reads what they leave. */
export interface Sessions {
  readonly session: MigrationSession;
  readonly reader: LinesReader;
}

/** Proves migrations one after another. Each leaves the database as its Up leaves it. */
export class Prover {
  #sessions: Sessions;
  readonly #queries: OldQueries;
  readonly #again: (last: Migration) => Promise<Sessions>;

  /** `again` makes the database anew, as the Ups up to `last` leave it. */
  constructor(sessions: Sessions, queries: OldQueries, again: (last: Migration) => Promise<Sessions>) {
    this.#sessions = sessions;
    this.#queries = queries;
    this.#again = again;
  }

  get #session(): MigrationSession {
    return this.#sessions.session;
  }

  get #reader(): LinesReader {
    return this.#sessions.reader;
  }

  async prove(migration: Migration): Promise<ProvenMigration> {
    return described(migration, await this.#prove(migration));
  }

  /**
   * The same of a migration that the database has already: Down, Up and Down, which is left so. What an Up does cannot
   * be told from there.
   */
  async proveApplied(migration: Migration): Promise<ProvenMigration> {
    return described(migration, await this.#fromAbove(migration));
  }

  async #fromAbove(migration: Migration): Promise<Findings> {
    if (migration.down.isMissing) return NO_DOWN;
    const rows = await this.#fill();
    const tried = await this.#run(migration, "down", rows, false);
    if (!tried.isDone) return downFails(tried, "the Down fails once there are rows");
    const destroys = destroyedBy(tried);
    // Rows that the Up has made once are not here: only the structure above can be compared.
    await removeRows(await this.#session.open());
    const before = await this.#reader.read();
    const first = await this.#run(migration, "down");
    if (!first.isDone) return downFails(first, "the Down fails");
    const below = await this.#reader.read();
    const up = await this.#run(migration, "up");
    if (!up.isDone) return { ...notRun("the Up after the Down", up), destroys };
    const left = structureTexts(before, await this.#reader.read());
    const last = await this.#run(migration, "down");
    if (!last.isDone) return downFails(last, "the Down fails after another Up");
    const other = left.length > 0 ? [] : otherwise(below, await this.#reader.read());
    return { ...compared(left, other), destroys };
  }

  async #prove(migration: Migration): Promise<Findings> {
    const first = await this.#firstUp(migration);
    const { before, up, remarks, seconds } = first;
    if (!up.isDone) {
      await carryOn(this.#session, migration, up);
      return { ...notRun("the Up", up), remarks };
    }
    const after = await this.#reader.read();
    const known = {
      remarks,
      seconds,
      changes: sanitiseDeep(structureDifference(before.structure, after.structure)),
      work: workOf(up, first.rows),
      brokenQueries: await this.#queries.broken(await this.#session.open()),
    };
    if (migration.down.isMissing) return { ...known, ...NO_DOWN };
    return { ...known, ...(await this.#wayBack(migration, before, after)) };
  }

  /** The rows are made here: an Up that they do not fit runs on empty tables. */
  async #firstUp(migration: Migration) {
    const rows = await this.#fill();
    const before = await this.#reader.read();
    const { up, seconds } = await this.#timedUp(migration, rows);
    const misfit = up.statements.find(({ error }) => error !== undefined && isOfRows(error))?.error;
    if (misfit === undefined) return { before, up, rows, seconds, remarks: [] };
    await removeRows(await this.#session.open());
    const again = { before: await this.#reader.read(), ...(await this.#timedUp(migration, new Map())) };
    const remarks = again.up.isDone
      ? [sanitiseDeep(`proven on empty tables: the rows that are made here do not fit: ${misfit.message}`)]
      : [];
    return { ...again, rows: new Map<string, number>(), remarks };
  }

  async #timedUp(migration: Migration, rows: ReadonlyMap<string, number>) {
    const begun = performance.now();
    const up = await this.#run(migration, "up", rows);
    return { up, seconds: Math.round(performance.now() - begun) / 1000 };
  }

  async #fill(): Promise<ReadonlyMap<string, number>> {
    return makeRows(await this.#session.open());
  }

  #run(migration: Migration, direction: "up" | "down", rows = NO_ROWS, keep = true): Promise<Trial> {
    return this.#session.run(migration[direction], ledgerOf(migration, direction), rows, keep);
  }

  /** Down, Up again, and a Down with rows in what the Up has made, which is rolled back. */
  async #wayBack(migration: Migration, before: DatabaseLines, after: DatabaseLines): Promise<Findings> {
    const down = await this.#run(migration, "down");
    if (!down.isDone) return downFails(down, "the Down fails");
    const left = remaining(before, await this.#reader.read(), grownTables(before, after));
    const second = await this.#run(migration, "up");
    if (!second.isDone) {
      // A wrong Down of this one is no fault of the next.
      this.#sessions = await this.#again(migration);
      const failed = notRun("the Up after the Down", second);
      const isRun = failed.why.includes("fails");
      return { ...failed, ...(isRun && { verdict: "NOT INVERSE" as const }), evidence: [...left, ...failed.evidence] };
    }
    const changed = otherwise(after, await this.#reader.read());
    const other = left.length > 0 ? [] : changed;
    const rows = await this.#fill();
    const last = await this.#run(migration, "down", rows, false);
    if (changed.length > 0) this.#sessions = await this.#again(migration);
    if (!last.isDone) return downFails(last, "the Down fails once there are rows");
    return { ...compared(left, other), destroys: destroyedBy(last) };
  }
}

const NO_DOWN: Findings = {
  verdict: "DOWN FAILS",
  why: "there is no Down: migrate down cannot roll it back",
  evidence: [],
};

/** With its place; what could not be read outweighs what was found of the rest. */
function described(migration: Migration, found: Findings): ProvenMigration {
  const { version, description, path, line, up, down } = migration;
  const none = { remarks: [], work: [], destroys: [], brokenQueries: [], seconds: 0 };
  const known = { version, description, file: sanitise(path), line, ...none, ...found };
  const unread = [...up.unknown, ...down.unknown].map((one) =>
    sanitiseDeep(`${one.path}${one.line === undefined ? "" : `:${one.line}`}: ${one.message}`),
  );
  if (unread.length === 0) return known;
  const why = `${counted(unread.length, "part")} of it cannot be read`;
  return { ...known, verdict: "CANNOT READ", why, evidence: [...unread, ...found.evidence] };
}

function compared(left: readonly string[], other: readonly string[]): Findings {
  if (left.length > 0 && left.every((line) => line.startsWith(ORDER)))
    return {
      verdict: "NOT INVERSE",
      why: "equal but for the order of columns, which SELECT *, COPY and INSERT without names show",
      evidence: left,
    };
  if (left.length > 0)
    return { verdict: "NOT INVERSE", why: "the Down does not give back what was before", evidence: left };
  if (other.length === 0) return { verdict: "PROVEN", why: "", evidence: [] };
  return { verdict: "NOT INVERSE", why: "Up after Down gives something else than the first Up", evidence: other };
}

const ORDER = "order of the columns of ";

const isOfRows = ({ code }: ServerError): boolean => /^2[23]/.test(code);

function downFails(down: Trial, why: string): Findings {
  const { verdict, evidence, ...rest } = notRun("the Down", down);
  return rest.why.includes("fails") ? { verdict: "DOWN FAILS", why, evidence } : { verdict, evidence, ...rest };
}

/** Why a run did not come to its end. `fails` is the server's word; else it could not be run here. */
function notRun(what: string, { statements, endError }: Trial): Findings {
  const stopped = statements.find(({ error, skipped, syntaxError }) => error ?? skipped ?? syntaxError);
  const error = stopped?.error ?? endError;
  const place = stopped === undefined ? "" : `${placeOf(stopped)}: `;
  const text = error === undefined ? (stopped?.skipped ?? stopped?.syntaxError?.message ?? "") : textOf(error);
  const isUnable = error === undefined ? stopped?.syntaxError === undefined : isTimeout(error) || isLimited(error);
  const verdict: ProofVerdict = "CANNOT READ";
  return {
    verdict,
    why: `${what} ${isUnable ? "could not be run here" : "fails here"}`,
    evidence: [sanitiseDeep(place + text)],
  };
}

/** Rights and extensions that the throw-away server does not give. */
const isLimited = ({ code, message }: ServerError): boolean =>
  ["42501", "58P01"].includes(code) || /^extension .* is not available$/.test(message);

const textOf = ({ code, message }: ServerError): string => `${code} ${message}`.trim();

const placeOf = ({ text, statement, syntaxError }: StatementTrial): string =>
  `${text.path}:${lineIn(text, statement?.at ?? syntaxError?.at ?? 0)}`;
