import { commandLine } from "../../domain/command-line.ts";
import { counted } from "../../domain/finding.ts";
import { filePosition, type InspectionFinding, type Severity, worstSeverity } from "../../domain/inspection.ts";
import {
  type JudgedQueries,
  type LintedMigration,
  type LintedTarget,
  type LintReport,
  lintFindings,
  type Prediction,
  rangeText,
} from "../../domain/lint.ts";
import type { Known } from "../../domain/status/target-status.ts";
import { type Row, rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint, type Tone } from "../text/style.ts";
import { versionsText } from "../text/versions-text.ts";

/** The result of `lint`: what passed on one row, then what did not, each finding with its place and its fix. */
export function renderLint(report: LintReport, exitCode: number, display: DisplayOptions): string {
  const { migrations, server } = report;
  const shown = display.verbose === true ? lintFindings(report) : lintFindings(report).filter(isLoud);
  const head = `LINT  ${counted(migrations.length, "migration")}, run on PostgreSQL ${server}`;
  const rows = [...summaryRows(report, display), ...shown.flatMap((one, at) => findingRows(one, shown[at + 1]))];
  const why = shown[0] === undefined ? [] : [`Why: ${commandLine`vulcan-ops explain ${shown[0].rule}`}`];
  return [
    paint(head, "strong", display),
    ...rows.flatMap((row) => rowLines(row, display, 1)),
    `exit ${exitCode}`,
    ...why,
  ].join("\n");
}

const isLoud = ({ severity }: InspectionFinding): boolean => severity !== "note";

function summaryRows(report: LintReport, display: DisplayOptions): readonly Row[] {
  const { migrations } = report;
  const passed = migrations.filter(({ findings, complete }) => complete && !findings.some(isLoud));
  const notes = lintFindings(report).filter((one) => !isLoud(one));
  const waived = migrations.flatMap((migration) => migration.waived);
  const more = [
    ...(notes.length === 0 || display.verbose === true ? [] : [`${counted(notes.length, "note")}: --verbose`]),
    ...(waived.length === 0 ? [] : [`${counted(waived.length, "finding")} waived in the SQL`]),
  ];
  return [
    row("Source", report.source, "quiet"),
    ...(report.live === undefined ? [] : targetRows(report.live, migrations)),
    ...(passed.length === 0 ? [] : [row("PASS", versionsText(passed.map(({ version }) => version)), "good")]),
    ...migrations.filter((one) => !passed.includes(one)).map(migrationRow),
    ...(more.length === 0 ? [] : [row("And", more.join("; "), "quiet")]),
  ];
}

function migrationRow(migration: LintedMigration): Row {
  const { version, description, findings, complete } = migration;
  const worst = worstSeverity(findings);
  const [label, tone] = worst === "error" ? WORDS.error : complete ? WORDS.warning : UNJUDGED;
  const names = new Set(findings.filter(isLoud).map(({ rule, name }) => name ?? rule));
  return row(label, `${[version, description].join(" ").trim()}: ${[...names].join(", ")}`, tone);
}

/** What was read of the target; what was not is a finding, with its reason. */
function targetRows(live: LintedTarget, migrations: readonly LintedMigration[]): readonly Row[] {
  const { target, server, newest, limit, queries } = live;
  const applied = newest === 0 ? "no migration is applied" : `migration ${newest} is applied`;
  const pending = migrations.length === 0 ? "; nothing here is pending" : "";
  return [
    row("Target", `${target}: PostgreSQL ${server}, ${applied}${pending}`, "quiet"),
    ...migrations.flatMap(({ version, predicted }) =>
      predicted === undefined ? [] : [row("Time", `${version}: ${timeText(predicted)}`, "quiet")],
    ),
    ...(limit.known ? [row("Limit", limit.value?.text ?? "no health check stops a task", "quiet")] : []),
    ...(queries.known ? [row("Queries", queriesText(queries.value), "quiet")] : []),
  ];
}

function timeText(predicted: Known<Prediction>): string {
  if (!predicted.known) return `not known, because ${predicted.why}`;
  const { tables, microsecondsPerRow } = predicted.value;
  const rows = tables.map(({ table, rows: count }) => `${count.toLocaleString("en-US")} rows of ${table}`).join(", ");
  return `${rangeText(predicted.value)} for ${rows}, at ${microsecondsPerRow} µs a row here; no promise`;
}

const queriesText = ({ judged, unjudged }: JudgedQueries): string =>
  `${judged} of the running images prepared before and after${unjudged === 0 ? "" : `; ${unjudged} not judged`}`;

const WORDS: Readonly<Record<Severity, readonly [string, Tone]>> = {
  error: ["STOP", "bad"],
  warning: ["WARN", "warn"],
  note: ["NOTE", "quiet"],
};
const UNJUDGED: readonly [string, Tone] = ["UNKNOWN", "warn"];

/** What to do about a rule stands once, below the last of its findings that follow each other. */
function findingRows(finding: InspectionFinding, next: InspectionFinding | undefined): readonly Row[] {
  const [label, tone] = WORDS[finding.severity];
  const place = filePosition(finding);
  const rule = [finding.rule, finding.name].filter((part) => part !== undefined).join(" ");
  const text = [rule, place, finding.message].filter((part) => part !== "").join(": ");
  const isLast = next?.rule !== finding.rule;
  return [row(label, text, tone), ...(finding.hint && isLast ? [row("  Fix", finding.hint, "quiet")] : [])];
}

const row = (label: string, text: string, tone: Tone): Row => ({ label, text, tone });
