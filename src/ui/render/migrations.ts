import type { LockedSession } from "../../domain/database/locks.ts";
import {
  type AppliedMigration,
  acceptsAnswer,
  difference,
  type Knowledge,
  type MigrationSource,
  type SchemaState,
  type SourceOutcome,
  type Span,
} from "../../domain/migrations/applied.ts";
import type { Known } from "../../domain/status/target-status.ts";
import { ago, formatDuration } from "../../domain/time.ts";
import { isNarrow, type Row, rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint, toAscii } from "../text/style.ts";
import { hang, wrap } from "../text/wrap.ts";
import { lockLines } from "./database-locks.ts";

/** Everything that `migrate status` has found. */
export interface MigrationReport {
  readonly target: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly answeredBy: MigrationSource;
  readonly outcomes: readonly SourceOutcome[];
  readonly state: SchemaState;
  readonly knowledge: Knowledge;
  /** How many the program in the container counts, if it was asked. */
  readonly pending?: number;
  readonly locks: Known<readonly LockedSession[]>;
}

/** The table, and below it, nearest to the prompt, the summary. Ends with a line feed. */
export function renderMigrations(report: MigrationReport, display: DisplayOptions): string {
  const rows = [...schemaRows(report), ...stateRows(report.state), ...lockRows(report), ...sourceRows(report)];
  return [
    ...table(report, display),
    "",
    heading(report, display),
    ...rows.flatMap((row) => rowLines(row, display, 1)),
    "",
  ].join("\n");
}

function heading({ target, state, at }: MigrationReport, display: DisplayOptions): string {
  const time = `${new Date(at).toISOString().slice(11, 19)}Z`;
  return `${paint("MIGRATIONS", "strong", display)}  ${target}  ${counted(state.applied.length, "migration")} applied  ${time}`;
}

function schemaRows({ state, knowledge, pending, at }: MigrationReport): Row[] {
  const { last } = state;
  const newest = {
    label: "Schema",
    text: state.newest === 0 ? "nothing has been applied" : `at migration ${state.newest}`,
  };
  return [
    newest,
    ...(last === undefined ? [] : [{ label: "Last", text: lastText(last, at) }]),
    ...imageRows(state, knowledge, pending),
  ];
}

function lastText(
  { version, description, appliedAt, durationMs, isZoneAssumed }: AppliedMigration,
  now: number,
): string {
  const when = appliedAt === undefined ? "when is not recorded" : ago(appliedAt, now);
  const took = durationMs === undefined ? "" : `, took ${tookText(durationMs)}`;
  const zone = isZoneAssumed === true ? " (its time names no zone: read as UTC)" : "";
  return `${version} “${description}”, ${when}${took}${zone}`;
}

const COUNTED = "by vulcan migrate status";

function imageRows(state: SchemaState, knowledge: Knowledge, counted: number | undefined): Row[] {
  if (!knowledge.known && counted !== undefined) return [countedRow(counted, knowledge.why)];
  if (!knowledge.known) return [{ label: "Pending", text: `unknown: ${knowledge.why}`, tone: "warn" }];
  const { pending, ahead } = difference(state, knowledge.newest);
  const text = pending.length === 0 ? "none" : `${spansText(pending)}, at the next start of a task`;
  return [
    {
      label: "Pending",
      text: `${text} (${knowledge.how})`,
      ...(pending.length === 0 ? {} : { tone: "warn" as const }),
    },
    ...(ahead.length === 0
      ? []
      : [
          {
            label: "Ahead",
            text: `the schema has ${ahead.join(", ")}, which the deployed image does not know`,
            tone: "warn" as const,
          },
        ]),
    ...(counted === undefined || acceptsAnswer(counted, state, knowledge.newest)
      ? []
      : [{ label: "But", text: `${counted || "none"} pending ${COUNTED}`, tone: "bad" as const }]),
  ];
}

/** The count is known, but not the versions. */
function countedRow(counted: number, why: string): Row {
  if (counted === 0) return { label: "Pending", text: `none (${COUNTED})` };
  const text = `${counted}, at the next start of a task (${COUNTED}; which ones is unknown: ${why})`;
  return { label: "Pending", text, tone: "warn" };
}

function stateRows({ holes, outOfOrder, duplicates }: SchemaState): Row[] {
  const late = outOfOrder.map(({ version, after }) => `${version} was applied after ${after}`);
  return [
    { label: "Holes", text: spansText(holes) || "none", ...toneOf(holes.length) },
    { label: "Order", text: late.join(", ") || "each after the one before it", ...toneOf(late.length) },
    ...(duplicates.length === 0 ? [] : [{ label: "Twice", text: duplicates.join(", "), tone: "bad" as const }]),
  ];
}

const toneOf = (count: number): Pick<Row, "tone"> => (count === 0 ? {} : { tone: "bad" });

function lockRows({ locks }: MigrationReport): Row[] {
  if (!locks.known) return [{ label: "Locks", text: `not checked: ${locks.why}` }];
  const lines = lockLines(locks.value);
  if (lines.length === 0) return [{ label: "Locks", text: "no migration is running, by the locks in the database" }];
  return lines.map((text, index) => ({ label: index === 0 ? "Locks" : "", text, tone: "warn" }));
}

const NAMES: Readonly<Record<MigrationSource, string>> = { api: "admin API", sql: "SQL", container: "container" };

function sourceRows({ outcomes }: MigrationReport): Row[] {
  const answered = outcomes.filter(({ outcome }) => outcome === "answered");
  const failed = outcomes.filter(({ outcome }) => outcome === "failed");
  return [
    ...answered.map(({ source, place, notes = [] }) => ({
      label: "Read by",
      text: [NAMES[source], place, ...notes].join(", "),
      ...(notes.length > 0 && { tone: "warn" as const }),
    })),
    ...failed.map(({ source, why }) => ({
      label: "No answer",
      text: `${NAMES[source]}: ${why}`,
      tone: "warn" as const,
    })),
  ];
}

/** One line of the table: a migration, or versions that are not applied. */
interface Line {
  readonly version: string;
  readonly at: string;
  readonly took: string;
  readonly text: string;
}

const HEAD: Line = { version: "version", at: "applied (UTC)", took: "took", text: "description" };

function table({ state, knowledge }: MigrationReport, display: DisplayOptions): string[] {
  const pending = knowledge.known ? difference(state, knowledge.newest).pending : [];
  const gaps = state.holes.map((span) => ({ from: span.from, line: gap(span, "not applied: a hole") }));
  const known = state.applied.map((row) => ({ from: row.version, line: lineOf(row) }));
  const lines = [...known, ...gaps].sort((a, b) => a.from - b.from).map(({ line }) => line);
  return aligned([...lines, ...pending.map((span) => gap(span, "pending"))], display);
}

/** On a narrow screen the description is below its numbers. */
function aligned(lines: readonly Line[], display: DisplayOptions): string[] {
  const head = isNarrow(display) ? [] : [HEAD];
  const all = [...head, ...lines].map((line) => ({ ...line, version: toAscii(line.version, display) }));
  const cells = (column: Exclude<keyof Line, "text">) => Math.max(...all.map((line) => line[column].length));
  const [version, at, took] = [cells("version"), cells("at"), cells("took")];
  return all.flatMap((line, index) => {
    const numbers = ` ${line.version.padStart(version)}  ${line.at.padEnd(at)}  ${line.took.padStart(took)}`;
    const indent = isNarrow(display) ? " ".repeat(version + 3) : `${numbers}  `;
    const text = hang(indent, wrap(toAscii(line.text, display), display.columns - indent.length));
    const shown = isNarrow(display) ? [numbers, ...text] : text;
    return shown.map((one) => paint(one.trimEnd(), index < head.length ? "quiet" : "plain", display));
  });
}

function lineOf({ version, description: text, appliedAt = "", durationMs }: AppliedMigration): Line {
  const at = appliedAt === "" ? "?" : `${appliedAt.slice(0, 10)} ${appliedAt.slice(11, 19)}Z`;
  return { version: String(version), at, took: durationMs === undefined ? "?" : tookText(durationMs), text };
}

const gap = (span: Span, text: string): Line => ({ version: spansText([span]), at: "-", took: "-", text });

function tookText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms / 1000);
}

function spansText(spans: readonly Span[]): string {
  return spans.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
