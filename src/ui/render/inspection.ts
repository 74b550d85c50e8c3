import { counted } from "../../domain/finding.ts";
import {
  type Case,
  type InspectedRunbook,
  type Inspection,
  placeOf,
  type Remark,
  remarksOf,
  type Severity,
  sentenceOf,
} from "../../domain/inspection.ts";
import { isNarrow, paragraph, rowLines } from "../text/layout.ts";
import { type Look, paint, type Tone } from "../text/style.ts";
import { pad } from "../text/wrap.ts";
import { resultOf } from "./inspection-result.ts";

/** What a look at runbooks found: a line a runbook, then every remark, then what could not be looked at. */
export function renderInspection(inspection: Inspection, exitCode: number, look: Look): string {
  const { runbooks, depths, target } = inspection;
  const head = ["PLAN ", counted(runbooks.length, "runbook"), depths.join(", "), WITH_WHAT[depths.at(-1) ?? "offline"]];
  const name = Math.max(8, ...runbooks.map(({ id }) => id.length), (target?.name.length ?? 0) + 7);
  const rows = [
    ...runbooks.map((runbook) => rowOf(runbook, name, look)),
    ...(target === undefined ? [] : [row([`target ${target.name}`, "", "", ""], resultOf(target.cases), name, look)]),
  ];
  return [
    paint(head.join("  "), "strong", look),
    paint(row(["runbook", "steps", "writes", "undo"], "result", name, look), "quiet", look),
    ...rows,
    ...remarksOf(inspection).flatMap((remark) => remarkLines(remark, look)),
    ...unseenLines(inspection, look),
    `exit ${exitCode}`,
  ].join("\n");
}

const WITH_WHAT = {
  offline: "no AWS credentials used",
  sandbox: "no AWS credentials used",
  read: "reads only",
} as const;

function rowOf({ id, steps, writes, undoable, cases }: InspectedRunbook, name: number, look: Look): string {
  const undo = writes === undefined ? "?" : `${undoable}/${writes}`;
  const rehearsed = cases.filter(({ depth }) => depth === "sandbox");
  const seconds = rehearsed.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  const ran = rehearsed.length === 0 ? "" : `, ${counted(rehearsed.length, "rehearsal")} in ${seconds.toFixed(0)} s`;
  return row([id, String(steps), String(writes ?? "?"), undo], resultOf(cases) + ran, name, look);
}

function row(cells: readonly string[], result: string, name: number, look: Look): string {
  const [first = "", ...numbers] = cells;
  const middle = isNarrow(look) ? "" : numbers.map((cell) => cell.padStart(7)).join("");
  return ` ${pad(first, name)}${middle}  ${result}`;
}

const WORDS: Readonly<Record<Severity, readonly [string, Tone]>> = {
  error: ["FAIL", "bad"],
  warning: ["WARN", "warn"],
  note: ["NOTE", "quiet"],
};

function remarkLines(remark: Remark, look: Look): string[] {
  const [word, tone] = WORDS[remark.severity];
  const place = placeOf(remark);
  const text = `${remark.rule} ${place === "" ? "" : `${place}: `}${sentenceOf(remark)}`;
  return rowLines({ label: word, text, tone }, look, 1);
}

function unseenLines({ runbooks, target, depths }: Inspection, look: Look): string[] {
  const named = (cases: readonly Case[], of: string) =>
    cases.flatMap(({ name, skipped }) => (skipped === undefined ? [] : [`${of} ${name}: ${skipped}`]));
  const skipped = [
    ...runbooks.flatMap(({ id, cases }) => named(cases, id)),
    ...(target === undefined ? [] : named(target.cases, "target")),
  ];
  const unseen = depths.includes("read") ? skipped : [...skipped, UNSEEN];
  return unseen.flatMap((text) => paragraph(`Not checked: ${text}`, look, 1, "quiet"));
}

const UNSEEN = "whatever needs credentials (--dry-run=read): the target's service, database, alarms and revisions";
