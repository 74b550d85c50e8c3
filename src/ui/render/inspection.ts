import { counted } from "../../domain/finding.ts";
import {
  type Case,
  filePosition,
  findingSentence,
  type InspectedRunbook,
  type Inspection,
  type InspectionFinding,
  inspectionFindings,
  type Severity,
} from "../../domain/inspection.ts";
import { isNarrow, paragraph, rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint, type Tone } from "../text/style.ts";
import { pad } from "../text/wrap.ts";
import { resultOf } from "./inspection-result.ts";

/** The result of an inspection: one line per runbook, then every finding, then what was not checked. */
export function renderInspection(inspection: Inspection, exitCode: number, display: DisplayOptions): string {
  const { runbooks, depths, target } = inspection;
  const head = ["PLAN ", counted(runbooks.length, "runbook"), depths.join(", "), WITH_WHAT[depths.at(-1) ?? "offline"]];
  const name = Math.max(8, ...runbooks.map(({ id }) => id.length), (target?.name.length ?? 0) + 7);
  const rows = [
    ...runbooks.map((runbook) => rowOf(runbook, name, display)),
    ...(target === undefined
      ? []
      : [row([`target ${target.name}`, "", "", ""], resultOf(target.cases), name, display)]),
  ];
  return [
    paint(head.join("  "), "strong", display),
    paint(row(["runbook", "steps", "writes", "undo"], "result", name, display), "quiet", display),
    ...rows,
    ...inspectionFindings(inspection).flatMap((remark) => remarkLines(remark, display)),
    ...unseenLines(inspection, display),
    `exit ${exitCode}`,
  ].join("\n");
}

const WITH_WHAT = {
  offline: "no AWS credentials used",
  sandbox: "no AWS credentials used",
  read: "reads only",
} as const;

function rowOf(
  { id, steps, writes, undoable, cases }: InspectedRunbook,
  name: number,
  display: DisplayOptions,
): string {
  const undo = writes === undefined ? "?" : `${undoable}/${writes}`;
  const rehearsed = cases.filter(({ depth }) => depth === "sandbox");
  const seconds = rehearsed.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  const ran = rehearsed.length === 0 ? "" : `, ${counted(rehearsed.length, "rehearsal")} in ${seconds.toFixed(0)} s`;
  return row([id, String(steps), String(writes ?? "?"), undo], resultOf(cases) + ran, name, display);
}

function row(cells: readonly string[], result: string, name: number, display: DisplayOptions): string {
  const [first = "", ...numbers] = cells;
  const middle = isNarrow(display) ? "" : numbers.map((cell) => cell.padStart(7)).join("");
  return ` ${pad(first, name)}${middle}  ${result}`;
}

const WORDS: Readonly<Record<Severity, readonly [string, Tone]>> = {
  error: ["FAIL", "bad"],
  warning: ["WARN", "warn"],
  note: ["NOTE", "quiet"],
};

function remarkLines(remark: InspectionFinding, display: DisplayOptions): string[] {
  const [word, tone] = WORDS[remark.severity];
  const place = filePosition(remark);
  const text = `${remark.rule} ${place === "" ? "" : `${place}: `}${findingSentence(remark)}`;
  return rowLines({ label: word, text, tone }, display, 1);
}

function unseenLines({ runbooks, target, depths }: Inspection, display: DisplayOptions): string[] {
  const named = (cases: readonly Case[], owner: string) =>
    cases.flatMap(({ name, skipped }) => (skipped === undefined ? [] : [`${owner} ${name}: ${skipped}`]));
  const skipped = [
    ...runbooks.flatMap(({ id, cases }) => named(cases, id)),
    ...(target === undefined ? [] : named(target.cases, "target")),
  ];
  const unseen = depths.includes("read") ? skipped : [...skipped, UNSEEN];
  return unseen.flatMap((text) => paragraph(`Not checked: ${text}`, display, 1, "quiet"));
}

const UNSEEN = "whatever needs credentials (--dry-run=read): the target's service, database, alarms and revisions";
