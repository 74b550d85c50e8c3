import { commandLine } from "../../domain/command-line.ts";
import { counted } from "../../domain/finding.ts";
import { lossText, type ProofReport, type ProofVerdict, type ProvenMigration } from "../../domain/migrations/proof.ts";
import { nextLines, type Row, rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint, type Tone } from "../text/style.ts";
import { versionsText } from "../text/versions-text.ts";

/**
 * The result of `migrate prove`: what is proven on one row, then what is not, each with its evidence. `again`: the words
 * that name the migrations and how they are run.
 */
export function renderProof(
  report: ProofReport,
  exitCode: number,
  again: readonly string[],
  display: DisplayOptions,
): string {
  const { migrations, server } = report;
  const head = `PROVE  Up, Down and Up of ${counted(migrations.length, "migration")} on PostgreSQL ${server}`;
  const rows = [
    row("Source", report.source, "quiet"),
    ...targetRows(report),
    ...provenRows(migrations),
    ...report.unread.map((text) => row("CANNOT READ", text, "warn")),
    ...migrations.filter(({ verdict }) => verdict !== "PROVEN").flatMap((one) => migrationRows(one, display)),
    ...migrations.flatMap(brokenRows),
    ...destroyRows(migrations, display),
    ...migrations.flatMap(({ version, remarks }) => remarks.map((text) => row("And", `${version}: ${text}`, "quiet"))),
    ...(report.unjudgedQueries === 0
      ? []
      : [
          row(
            "And",
            `${counted(report.unjudgedQueries, "statement")} of the old image could never be prepared here: not judged`,
            "quiet",
          ),
        ]),
  ];
  return [
    paint(head, "strong", display),
    ...rows.flatMap((one) => rowLines(one, display, 1)),
    `exit ${exitCode}`,
    ...nextLines(nextOf(report, again), display, 0),
  ].join("\n");
}

function targetRows({ target, applied, migrations }: ProofReport): readonly Row[] {
  if (target === undefined) return [];
  const pending = migrations.length === 0 ? "; nothing here is pending" : "";
  return [row("Target", `${target}: its own schema, at migration ${applied}${pending}`, "quiet")];
}

function provenRows(migrations: readonly ProvenMigration[]): readonly Row[] {
  const proven = migrations.filter(({ verdict }) => verdict === "PROVEN");
  return proven.length === 0 ? [] : [row("PROVEN", versionsText(proven.map(({ version }) => version)), "good")];
}

const TONES: Readonly<Record<ProofVerdict, Tone>> = {
  PROVEN: "good",
  "NOT INVERSE": "bad",
  "DOWN FAILS": "bad",
  "CANNOT READ": "warn",
};

const MOST_EVIDENCE = 6;

function migrationRows(migration: ProvenMigration, display: DisplayOptions): readonly Row[] {
  const { version, description, verdict, why, evidence } = migration;
  const most = display.verbose === true ? evidence.length : MOST_EVIDENCE;
  const more = evidence.length > most ? [row("", `and ${evidence.length - most} more: --verbose`, "quiet")] : [];
  return [
    row(verdict, `${[version, description].join(" ").trim()}: ${why}`, TONES[verdict]),
    ...evidence.slice(0, most).map((text) => row("", text, "plain")),
    ...more,
  ];
}

const brokenRows = ({ version, brokenQueries }: ProvenMigration): readonly Row[] =>
  brokenQueries.map(({ id, why }) => row("OLD QUERY", `${id} fails after ${version}: ${why}`, "bad"));

const MOST_DESTROYS = 8;

/** With rows in the tables. What a Down takes away is no fault: it was not there before the Up. */
function destroyRows(migrations: readonly ProvenMigration[], display: DisplayOptions): readonly Row[] {
  const all = migrations.filter(({ destroys }) => destroys.length > 0);
  const most = display.verbose === true ? all.length : MOST_DESTROYS;
  const rows = all
    .slice(0, most)
    .map(({ version, destroys }) => row("Destroys", `the Down of ${version}: ${lossText(destroys)}`, "quiet"));
  return all.length > most ? [...rows, row("", `and ${all.length - most} more: --verbose`, "quiet")] : rows;
}

/** The first that is to be corrected, or read by eye. */
function nextOf({ migrations }: ProofReport, again: readonly string[]): readonly string[] {
  const wrong = migrations.find(({ verdict }) => verdict === "NOT INVERSE" || verdict === "DOWN FAILS");
  if (wrong !== undefined)
    return [
      `correct the Down of ${wrong.version}`,
      commandLine`vulcan-ops migrate prove ${again} --from ${wrong.version}`,
    ];
  const next = migrations.find(({ verdict }) => verdict === "CANNOT READ") ?? migrations[0];
  return next === undefined ? [] : [commandLine`vulcan-ops lint ${again} --from ${next.version}`];
}

const LABEL_CELLS = 11;
const row = (label: string, text: string, tone: Tone): Row => ({ label: label.padEnd(LABEL_CELLS), text, tone });
