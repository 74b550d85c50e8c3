import { identityAt } from "../../domain/identity.ts";
import { blocks, type Phase, type Plan, type PlannedStep } from "../../domain/plan.ts";
import type { Caller } from "../../domain/target.ts";
import { ago, clockTime } from "../../domain/time.ts";
import { askingSteps, expectedText, isTextKnown } from "../io/flag-answers.ts";
import { isNarrow, paragraph, type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions, Tone } from "../text/style.ts";
import { shorten } from "../text/wrap.ts";
import { identityLines } from "./identity.ts";
import { factRows } from "./plan-facts.ts";
import { shown } from "./shown.ts";
import { askRows, type StepName, stepRows } from "./step-rows.ts";

/** The whole plan as a screen; `now` (epoch ms) gives its age. Ends with a line feed. */
export function renderPlan(plan: Plan, display: DisplayOptions, now: number): string {
  const nameOf = stepNames(plan);
  const sections = [
    headLines(plan, display, now),
    ...allSteps(plan).map((step, index, all) => planStep(step, display, `${index + 1}/${all.length}`, nameOf)),
    ...(plan.finally.length === 0 ? [] : [finallyLines(plan, display)]),
    verdictLines(plan, display),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** The position of a step, and the names of the steps it mentions. */
export interface StepPlace {
  readonly position?: readonly [number, number];
  readonly phase?: Phase;
  readonly nameOf?: StepName;
}

/** One step as it is shown before its question. Ends with a line feed. */
export function renderStep(step: PlannedStep, display: DisplayOptions, place: StepPlace = {}): string {
  const number = [...(place.phase === "undo" ? ["UNDO"] : []), place.position?.join("/") ?? ""].join(" ").trim();
  const rows = stepRows(step, display, place.nameOf ?? ((id) => `step ${id}`));
  return `${stepLines(step, display, number, rows).join("\n")}\n`;
}

/** Steps by number and id, as in `step 1 (find)`. */
function stepNames(plan: Plan): StepName {
  const numbers = new Map(allSteps(plan).map((step, index) => [step.id, index + 1]));
  return (id) => (numbers.has(id) ? `step ${numbers.get(id)} (${id})` : `step ${id}`);
}

/** Restoring steps are counted with the others: a question's position counts them, too. */
function allSteps(plan: Plan): readonly PlannedStep[] {
  return [...plan.steps, ...plan.finally];
}

function finallyLines({ steps, finally: restoring }: Plan, display: DisplayOptions): string[] {
  const last = steps.length + restoring.length;
  const which = restoring.length === 1 ? `Step ${last} puts` : `Steps ${steps.length + 1}–${last} put`;
  return paragraph(
    `${which} back what the run changed, and always run. Any key during the countdown holds them.`,
    display,
    0,
  );
}

function planStep(step: PlannedStep, display: DisplayOptions, number: string, nameOf: StepName): string[] {
  return stepLines(step, display, number, [...stepRows(step, display, nameOf), ...askRows(step)]);
}

const RISK_WORD = { read: "read", change: "change", destructive: "DESTRUCTIVE" } as const;

function stepLines(step: PlannedStep, display: DisplayOptions, number: string, rows: readonly Row[]): string[] {
  const indent = isNarrow(display) ? 1 : 5;
  const title = [number, `${step.title} [${step.id}, ${RISK_WORD[step.risk]}]`].filter(Boolean).join("  ");
  return [
    ...paragraph(title, display, 1, step.risk === "destructive" ? "bad" : "strong"),
    // A step that is planned later has no summary yet; its WAIT row says so.
    ...(step.summary === "" || step.readiness === "deferred" ? [] : paragraph(step.summary, display, indent)),
    ...rows.flatMap((row) => rowLines(row, display, indent)),
  ];
}

/** Cells on the caller's line besides its ARN, which may be shortened: operators do not copy it from there. */
const CALLER_ELSE = 12;

/** The ARN, and what gave the credentials. */
function callerRows({ arn, source }: Caller, display: DisplayOptions): Row[] {
  const row = { label: "Caller", text: shorten(arn, display.columns - CALLER_ELSE, display.unicode) };
  return source === undefined ? [row] : [row, { label: "", text: `by ${source}` }];
}

function headLines(plan: Plan, display: DisplayOptions, now: number): string[] {
  const { target, caller, runbook } = plan;
  const inputs = Object.entries(plan.inputs).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${shown(value)}`],
  );
  const rows: Row[] = [
    { label: "Target", text: `${target.name}${target.account === undefined ? " (pins no account)" : ""}` },
    ...elsewhereRows(plan),
    { label: "Service", text: `${target.cluster} / ${target.service} · database ${target.database}` },
    ...callerRows(caller, display),
    { label: "Read at", text: `${plan.at.slice(0, 10)} ${clockTime(plan.at)}, ${ago(plan.at, now)}` },
    ...(inputs.length === 0 ? [] : [{ label: "Inputs", text: inputs.join(", ") }]),
    ...factRows(plan, display),
  ];
  return [
    ...identityLines(identityAt(target, caller.account, plan.elsewhere), display),
    ...paragraph(`PLAN  ${runbook.title} (${runbook.id})`, display, 0, "strong"),
    ...rows.flatMap((row) => rowLines(row, display, 1)),
  ];
}

const elsewhereRows = ({ elsewhere }: Plan): Row[] =>
  elsewhere === undefined ? [] : [{ label: "Requests", text: `go to ${elsewhere}, not to AWS`, tone: "warn" }];

/** The plan's result: blocked, nothing to do, or what is asked and sent. */
function verdictLines(plan: Plan, display: DisplayOptions): string[] {
  const [text, tone] = verdict(plan);
  return paragraph(text, display, 0, tone);
}

function verdict(plan: Plan): [string, Tone] {
  const nameOf = stepNames(plan);
  const stopped = plan.steps.filter((step) => blocks(step).length > 0).map((step) => nameOf(step.id));
  if (stopped.length > 0) return [`BLOCKED  at ${stopped.join(", ")}. No changes made.`, "bad"];
  const writes = plan.steps.filter((step) => step.operation !== null).length;
  const later = plan.steps.filter((step) => step.readiness === "deferred").length;
  if (writes + later === 0) return ["No change needed: no request is sent.", "good"];
  return [[countText(writes, later), ...askText(plan, nameOf)].join(" "), "strong"];
}

function countText(writes: number, later: number): string {
  const changes = writes === 1 ? "1 change" : `${writes} changes`;
  if (later === 0) return `Plan: ${changes}.`;
  return `Plan: ${changes}; ${later} ${later === 1 ? "step" : "steps"} planned later.`;
}

function askText(plan: Plan, nameOf: StepName): string[] {
  const asked = askingSteps(plan);
  if (asked.length === 0) return ["No questions."];
  const texts = asked.map((step) =>
    step.confirm === "typed" && isTextKnown(step) ? `${nameOf(step.id)}: type ${expectedText(step)}` : nameOf(step.id),
  );
  return [`${asked.length === 1 ? "1 question" : `${asked.length} questions`}: ${texts.join("; ")}.`];
}
