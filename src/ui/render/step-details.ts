import type { Json, JsonObject } from "../../domain/json.ts";
import type { Undo } from "../../domain/operation.ts";
import type { PlannedStep } from "../../domain/plan.ts";
import { foreignLines, type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import { shown } from "./shown.ts";
import { undoRows } from "./undo-rows.ts";

const INDENT = 2;

const CHANGE: Readonly<Record<Undo["kind"], string>> = {
  operation: "A change that can be undone.",
  irreversible: "A change that cannot be undone.",
  stays: "A change that needs no undo.",
};

/** A change of which a part stays is not one that can simply be put back. */
function riskText({ risk, undo }: PlannedStep): string {
  if (risk === "destructive") return "DESTROYS data: it cannot be undone.";
  if (undo === null) return risk === "read" ? "Reads only." : "A change.";
  const gap = undo.kind === "irreversible" ? undefined : undo.keeps;
  return gap === undefined ? CHANGE[undo.kind] : `A change; its undo leaves ${gap.of} as it is then.`;
}

const lowered = (title: string): string => `${title.slice(0, 1).toLowerCase()}${title.slice(1)}`;

/** What `e` shows at a question: why the step is there, its risk, its undo, and what a no does. */
export function renderExplanation(step: PlannedStep, display: DisplayOptions): string {
  const rows: Row[] = [
    { label: "Why", text: step.why ?? `To ${lowered(step.title)}: the runbook gives no other reason.` },
    { label: "Risk", text: riskText(step) },
    ...undoRows(step),
    { label: "No", text: "No sends nothing for this step and ends the run; earlier changes stay." },
  ];
  return block(rows.flatMap((row) => rowLines(row, display, INDENT)));
}

/**
 * What `d` shows: the whole step, every input and its origin, the request as it is sent, and what must still be true
 * then.
 */
export function renderDetails(step: PlannedStep, whole: readonly Row[], display: DisplayOptions): string {
  const inputs = Object.entries(step.inputs).map(([name, { value, origin, step: from }]) => ({
    label: "Input",
    text: `${name}: ${shown(value ?? null)} (${origin}${from === undefined ? "" : `, step ${from}`})`,
  }));
  return block([
    ...[...whole, { label: "Action", text: step.action }, ...inputs].flatMap((row) => rowLines(row, display, INDENT)),
    ...jsonLines("Request", step.operation, display),
    ...jsonLines("Undo", step.undo, display),
    ...jsonLines("Basis", step.basis ?? null, display),
  ]);
}

function jsonLines(label: string, value: object | null, display: DisplayOptions): string[] {
  if (value === null) return [];
  return [
    ...rowLines({ label, text: "" }, display, INDENT),
    ...leaves(value as JsonObject, "").flatMap((line) => foreignLines(line, display, INDENT)),
  ];
}

/** One line for every nested value, with its path: `input.cluster: "vulcan-prod"`. */
function leaves(value: Json | undefined, path: string): string[] {
  if (value === undefined) return [];
  if (value === null || typeof value !== "object") return [`${path}: ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, path === "" ? name : `${path}.${name}`));
}

function block(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
