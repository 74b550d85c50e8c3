import { sanitiseDeep } from "../sanitise.ts";

/** A row of Vulcan's table `migrations`. */
export interface AppliedMigration {
  readonly version: number;
  readonly description: string;
  /** RFC 3339; absent where the list does not say. */
  readonly appliedAt?: string;
  readonly durationMs?: number;
  /** The row names no time zone; `appliedAt` assumes UTC. */
  readonly isZoneAssumed?: true;
}

/** Versions from … to, both included. Such a range can be far too long to write out. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a list of applied migrations shows by itself. */
export interface SchemaState {
  /** Oldest version first. */
  readonly applied: readonly AppliedMigration[];
  /** 0 where nothing has been applied. */
  readonly newest: number;
  /** The migration that was applied last. */
  readonly last?: AppliedMigration;
  /** Versions below the newest that are not in the list. */
  readonly holes: readonly Span[];
  /** Migrations that were applied after a higher version. */
  readonly outOfOrder: readonly { readonly version: number; readonly after: number }[];
  readonly duplicates: readonly number[];
}

/** The list as a server gave it → migrations, oldest version first; undefined where it is no such list. */
export function toMigrations(answer: unknown): AppliedMigration[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  const list = answer.map(toMigration);
  return list.every((row) => row !== undefined) ? sanitiseDeep(list).sort(byVersion) : undefined;
}

function toMigration(row: unknown): AppliedMigration | undefined {
  if (row === null || typeof row !== "object") return undefined;
  const { version, description, applied_at, duration_ms: took } = row as Record<string, unknown>;
  const number = typeof version === "string" && /^\d{1,15}$/.test(version) ? Number(version) : version;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) return undefined;
  return {
    version: number,
    description: typeof description === "string" ? description : "",
    ...momentOf(applied_at),
    ...(typeof took === "number" && took >= 0 ? { durationMs: took } : {}),
  };
}

function momentOf(text: unknown): Pick<AppliedMigration, "appliedAt" | "isZoneAssumed"> {
  if (typeof text !== "string") return {};
  const isZoned = /(Z|[+-]\d\d(:?\d\d)?)$/i.test(text);
  const instant = Date.parse(isZoned ? text : `${text}Z`);
  if (Number.isNaN(instant)) return {};
  return { appliedAt: new Date(instant).toISOString(), ...(isZoned ? {} : { isZoneAssumed: true }) };
}

const byVersion = (a: AppliedMigration, b: AppliedMigration): number => a.version - b.version;

export function stateOf(list: readonly AppliedMigration[]): SchemaState {
  const applied = [...list].sort(byVersion);
  const newest = Math.max(0, ...applied.map(({ version }) => version));
  const last = applied.reduce<AppliedMigration | undefined>(
    (latest, row) => (isLater(row, latest) ? row : latest),
    undefined,
  );
  return {
    applied,
    newest,
    ...(last === undefined ? {} : { last }),
    holes: missing(applied, newest),
    outOfOrder: outOfOrder(applied),
    duplicates: applied
      .filter(({ version }, index) => applied[index - 1]?.version === version)
      .map((row) => row.version),
  };
}

/** Rows without a time are ordered by their version. */
function isLater(row: AppliedMigration, latest: AppliedMigration | undefined): boolean {
  if (latest?.appliedAt === undefined || row.appliedAt === undefined) return true;
  return row.appliedAt >= latest.appliedAt;
}

/** The versions 1 … `upTo` that the list does not have. */
function missing(applied: readonly AppliedMigration[], upTo: number): Span[] {
  const spans: Span[] = [];
  let next = 1;
  for (const { version } of applied) {
    if (version > next) spans.push({ from: next, to: Math.min(version - 1, upTo) });
    next = Math.max(next, version + 1);
  }
  return next <= upTo ? [...spans, { from: next, to: upTo }] : spans;
}

function outOfOrder(applied: readonly AppliedMigration[]): SchemaState["outOfOrder"] {
  const late: { version: number; after: number }[] = [];
  let earliest: AppliedMigration | undefined;
  for (const row of applied.toReversed()) {
    const { appliedAt } = row;
    if (appliedAt === undefined) continue;
    if (earliest?.appliedAt !== undefined && appliedAt > earliest.appliedAt)
      late.unshift({ version: row.version, after: earliest.version });
    else earliest = row;
  }
  return late;
}

/** The newest migration that an image knows, and how that is known; or why it is not. */
export type Knowledge =
  | { readonly known: true; readonly newest: number; readonly how: string }
  | { readonly known: false; readonly why: string };

/** The schema compared with the image. */
export interface Difference {
  /** What the image would apply at its next start. Holes are not part of it. */
  readonly pending: readonly Span[];
  /** Applied, and newer than the image. */
  readonly ahead: readonly number[];
}

export function difference({ newest, applied }: SchemaState, knows: number): Difference {
  return {
    pending: knows > newest ? [{ from: newest + 1, to: knows }] : [],
    ahead: applied.filter(({ version }) => version > knows).map(({ version }) => version),
  };
}

export const countOf = (spans: readonly Span[]): number => spans.reduce((sum, { from, to }) => sum + to - from + 1, 0);

/** More than any release brings: a label may name any number. */
const MOST_VERSIONS = 1000;

/** Every version of the spans. */
export const versionsIn = (spans: readonly Span[]): readonly number[] =>
  countOf(spans) > MOST_VERSIONS
    ? []
    : spans.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

/** Where a list of migrations can be read. `container` runs `vulcan migrate status` in a serving task. */
export type MigrationSource = "api" | "sql" | "container";

/** What a source answered. */
export interface MigrationAnswer {
  readonly applied: readonly AppliedMigration[];
  /** How many migrations the running program itself has yet to apply, where that program answered. */
  readonly pending?: number;
  /** The origin of the answer, where it is known only after asking. */
  readonly place?: string;
  /** Notes on the server that answered, where it is not simply the database itself. */
  readonly notes?: readonly string[];
}

/** Does a count of pending migrations fit the version in the image's label? A count may include the holes. */
export function acceptsAnswer(count: number, state: SchemaState, knows: number): boolean {
  const pending = countOf(difference(state, knows).pending);
  const holes = missing(state.applied, Math.min(state.newest, knows));
  return count === pending || count === pending + countOf(holes);
}

/** The outcome of asking one source. */
export interface SourceOutcome {
  readonly source: MigrationSource;
  /** Where it is: an address without its credentials. Absent where it is not set up. */
  readonly place?: string;
  /** As in its answer: `through a pooler`. */
  readonly notes?: readonly string[];
  readonly outcome: "answered" | "failed" | "not asked" | "not set up";
  readonly why?: string;
}
