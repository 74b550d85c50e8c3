import { nextInWords } from "../../domain/ending-headline.ts";
import { stoppedState } from "../../domain/ending-state.ts";
import { counted } from "../../domain/finding.ts";
import { headlineText } from "../../domain/headline.ts";
import { identityAt } from "../../domain/identity.ts";
import type { Finding } from "../../domain/operation.ts";
import { blocks, nextOfBlocks, type Plan, type PlannedStep } from "../../domain/plan.ts";
import { formatDuration } from "../../domain/time.ts";
import { askingSteps, expectedText, isAsked, isTextKnown } from "../io/flag-answers.ts";
import { nextLines, paragraph, type Row, rowLines } from "../text/layout.ts";
import { type DisplayOptions, mark, type Tone } from "../text/style.ts";
import { width } from "../text/wrap.ts";
import { identityLines } from "./identity.ts";
import { factRows, isIdle } from "./plan-facts.ts";
import { undoRows as undoOf } from "./undo-rows.ts";
import { warningRows } from "./warning-rows.ts";

export interface PlanView {
  /** What blocks the plan is said below it, as the error. */
  readonly errorFollows?: boolean;
  /** Its first question follows, with the warnings until then: they stand on the glass once, and nothing is louder. */
  readonly questionFollows?: boolean;
}

/** What an operator reads before the first question: deed, changes, warnings, undo. Ends with a line feed. */
export function renderPlanSummary(
  plan: Plan,
  display: DisplayOptions,
  { errorFollows = false, questionFollows = false }: PlanView = {},
): string {
  const blocked = plan.steps.find((step) => blocks(step).length > 0);
  const rows = [
    ...factRows(plan, display),
    ...(blocked === undefined ? stepRows(plan, display, questionFollows) : []),
    ...checkRows(plan, display, questionFollows && blocked === undefined),
    ...(blocked === undefined ? [...undoRows(plan), ...askRows(plan)] : []),
    callerRow(plan),
    foldedRow(plan),
  ];
  const lines = [
    ...identityLines(identityAt(plan.target, plan.caller.account, plan.elsewhere), display),
    ...(blocked === undefined
      ? headLines(plan, display, questionFollows ? "plain" : "strong")
      : blockedLines(plan, blocked, display, errorFollows)),
    ...rows.flatMap((row) => rowLines(row, display, 1)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Who asks AWS, and by which credentials: the wrong profile is seen here. The whole ARN is in the full plan. */
function callerRow({ caller: { arn, source } }: Plan): Row {
  const who = arn.replace(/^.*?:(assumed-role|user|federated-user)\//, "").replace(/^arn:.*:/, "");
  return { label: "As", text: source === undefined ? who : `${who}, by ${source}` };
}

/** Steps by number: those that put things back are counted with the others. */
function numbered({ steps, finally: restoring }: Plan): readonly (readonly [number, PlannedStep])[] {
  return [...steps, ...restoring].map((step, index) => [index + 1, step] as const);
}

const mayWrite = ({ operation, readiness, risk }: PlannedStep): boolean =>
  operation !== null || (readiness === "deferred" && risk !== "read");
const isWait = (step: PlannedStep): boolean =>
  !isIdle(step) && !mayWrite(step) && (step.waitsFor !== undefined || step.readiness === "deferred");

export function goalOf(plan: Plan): string {
  const said = [...plan.steps].find(({ goal }) => goal !== undefined)?.goal;
  return said ?? `${plan.runbook.title.slice(0, 1).toLowerCase()}${plan.runbook.title.slice(1)}`;
}

/** The deed and what is asked, and beside it what it takes. On a row of its own where both are too long for one. */
function headLines(plan: Plan, display: DisplayOptions, tone: Tone): string[] {
  if (!plan.steps.some(mayWrite)) return [...paragraph(nothingText(plan), display, 0, "good")];
  const first = headlineText({ state: `Plan: ${goalOf(plan)}`, next: firstAsked(plan) });
  const takes = effortText(plan);
  const isOne = width(first) + width(takes) + 3 <= display.columns;
  if (isOne) return paragraph(`${first}   ${takes}`, display, 0, tone);
  return [...paragraph(first, display, 0, tone), ...paragraph(takes, display, 1)];
}

/** `type 42 at step 3`; or how many questions there are. */
function firstAsked(plan: Plan): string {
  const [first, ...more] = askingSteps(plan);
  if (first === undefined) return "nothing is asked";
  if (more.length > 0) return `${more.length + 1} questions`;
  const number = numbered(plan).find(([, { id }]) => id === first.id)?.[0];
  const isText = first.confirm === "typed" && isTextKnown(first);
  return `${isText ? `type ${expectedText(first)}` : "answer"} at step ${number}`;
}

/** `1 change, about 6 min` */
export function effortText(plan: Plan): string {
  const writes = plan.steps.filter(({ operation }) => operation !== null).length;
  const later = plan.steps.filter((step) => mayWrite(step) && step.operation === null).length;
  const minutes = Math.ceil(usualSeconds(plan) / 60);
  return [
    `${counted(writes, "change")}${later === 0 ? "" : ` and up to ${later} more`}`,
    ...(minutes === 0 ? [] : [`about ${formatDuration(minutes * 60)}`]),
  ].join(", ");
}

/** About how long the steps of this run wait. */
const usualSeconds = ({ steps }: Plan): number =>
  steps.filter((step) => !isIdle(step)).reduce((sum, step) => sum + (step.usualSeconds ?? 0), 0);

/** Nothing would be sent: why, by the first step that could have changed something. */
function nothingText({ steps }: Plan): string {
  const why = steps.find(({ readiness, risk }) => readiness === "unchanged" && risk !== "read")?.summary;
  return `Nothing to change${why === undefined || why === "" ? "" : `: ${why}`}. No request is sent.`;
}

/** Why it is blocked and what to do, in a row; the whole reason below it, or in the error that follows. */
function blockedLines(plan: Plan, step: PlannedStep, display: DisplayOptions, errorFollows: boolean): string[] {
  const number = numbered(plan).find(([, one]) => one.id === step.id)?.[0] ?? 0;
  const [first, ...more] = blocks(step);
  const where = `Blocked at step ${number} (${step.id})`;
  const next = nextOfBlocks([step]);
  const state = first === undefined ? where : stoppedState(where, { reason: first.code, text: first.text });
  const head = headlineText({ state, next: next[0] === undefined ? "fix that, then run again" : nextInWords(next[0]) });
  const whole =
    first === undefined || errorFollows
      ? []
      : [{ label: "Why", text: `${first.text.replace(/\.$/, "")}. No changes made.` }];
  const others = more.map(({ text }): Row => ({ label: mark("✗", "BLOCK", display), text, tone: "bad" }));
  return [
    ...paragraph(head, display, 0, "bad"),
    ...[...whole, ...others].flatMap((row) => rowLines(row, display, 1)),
    ...(errorFollows ? [] : nextLines(next, display, 1)),
    ...paragraph(`Plan: ${goalOf(plan)}`, display, 0, "strong"),
  ];
}

/** One row a change; waits that nothing interrupts share one. */
function stepRows(plan: Plan, display: DisplayOptions, isCalm: boolean): Row[] {
  const inPlan = numbered(plan).slice(0, plan.steps.length);
  const rows: { numbers: number[]; texts: string[]; step: PlannedStep }[] = [];
  for (const [number, step] of inPlan.filter(([, one]) => mayWrite(one) || isWait(one))) {
    const last = rows.at(-1);
    const isJoined = last !== undefined && isQuietWait(last.step) && isQuietWait(step);
    if (isJoined) {
      last.numbers.push(number);
      last.texts.push(lowered(step.title));
    } else rows.push({ numbers: [number], texts: [stepText(step, display)], step });
  }
  return [...rows.map(({ numbers, texts, step }) => stepRow(numbers, texts, step, isCalm)), ...restoringRows(plan)];
}

const isQuietWait = (step: PlannedStep): boolean => isWait(step) && step.confirm === "none";

const lowered = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;

/** The title says what a wait is for; its summary follows where the row has room. */
function stepText(step: PlannedStep, { columns }: DisplayOptions): string {
  const { title, summary, readiness } = step;
  if (readiness === "deferred" || summary === "") return title;
  const text = `${title} — ${summary}`;
  return mayWrite(step) || width(text) <= columns - LABEL ? text : title;
}

/** Cells before a row's text: the indent and its label. */
const LABEL = 11;

function stepRow(numbers: readonly number[], texts: readonly string[], step: PlannedStep, isCalm: boolean): Row {
  const tone: Tone = step.risk === "destructive" ? "bad" : isCalm ? "plain" : "strong";
  const row = { label: spanText(numbers), text: texts.join("; ") };
  return mayWrite(step) ? { ...row, tone, whole: true } : row;
}

/** `4`, `4, 6`, `4–7` */
function spanText(numbers: readonly number[]): string {
  const [first = 0] = numbers;
  const last = numbers.at(-1) ?? first;
  if (numbers.length > 1 && last - first === numbers.length - 1) return `${first}–${last}`;
  return numbers.length > 2 ? `${first}…${last}` : numbers.join(", ");
}

function restoringRows(plan: Plan): Row[] {
  const restoring = plan.finally.filter((step) => !isIdle(step)).length;
  if (restoring === 0) return [];
  const steps = restoring === 1 ? "1 step puts" : `${restoring} steps put`;
  const text = `${steps} back what the run changed, however it ends; any key holds`;
  return [{ label: "Cleanup", text }];
}

/** What is not shown: steps that cannot happen in this run are a count. */
function foldedRow({ steps, finally: restoring }: Plan): Row {
  const all = [...steps, ...restoring];
  const [out, same] = [
    all.filter(({ readiness }) => readiness === "left-out").length,
    all.filter(({ readiness }) => readiness === "unchanged").length,
  ];
  const texts = [...(out === 0 ? [] : [`${out} not chosen`]), ...(same === 0 ? [] : [`${same} unchanged`])];
  const skipped = texts.length === 0 ? "" : ` (skipped: ${texts.join(", ")})`;
  return { label: "All", text: `every step and check: --verbose${skipped}`, tone: "quiet" };
}

/** Passed checks are a count; each warning has a row with its title. */
function checkRows(plan: Plan, display: DisplayOptions, questionFollows: boolean): Row[] {
  const steps = [...plan.steps, ...plan.finally];
  const found = distinct(steps.flatMap(({ findings }) => findings));
  const told = questionFollows ? toldByFirstQuestion(plan) : new Set();
  const warnings = found.filter(({ level }) => level === "warn");
  const unread = warnings.filter(({ code }) => code === "not-checked");
  const passed = found.filter(({ level }) => level === "ok").length;
  const blocked = found.filter(({ level }) => level === "block").length;
  const counts = [
    ...(blocked === 0 ? [] : [`${blocked} blocking`]),
    `${passed} passed`,
    ...(warnings.length === unread.length ? [] : [counted(warnings.length - unread.length, "warning")]),
    ...(unread.length === 0 ? [] : [`${unread.length} not checked`]),
  ];
  if (found.length === 0) return [];
  return [
    { label: "Checks", text: counts.join(", ") },
    ...warningRows(
      warnings.filter(({ text }) => !told.has(text)),
      display,
    ),
  ];
}

/** The first question names what was found until then. */
function toldByFirstQuestion({ steps }: Plan): ReadonlySet<string> {
  const first = steps.findIndex(isAsked);
  return new Set(steps.slice(0, first + 1).flatMap(({ findings }) => findings.map(({ text }) => text)));
}

/** A step may repeat the warning of an earlier one. */
const distinct = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ text }, index) => findings.findIndex((one) => one.text === text) === index);

/** The way back in one row; what has none is named loudly. */
function undoRows(plan: Plan): Row[] {
  const writing = numbered(plan).filter(([, step]) => step.undo !== null);
  const rows = writing.flatMap(([number, step]) => undoOf(step, "--verbose").map((row) => ({ number, row })));
  const [loud, calm] = [rows.filter(({ row }) => row.tone === "loud"), rows.filter(({ row }) => row.tone !== "loud")];
  const reversible = writing.filter(([, { undo }]) => undo?.kind === "operation").length;
  return [
    ...loud.map(({ number, row }) => ({ ...row, text: `step ${number}: ${row.text}` })),
    ...(reversible > 1
      ? [{ label: "Undo", text: `${reversible} changes, last first, by vulcan-ops undo; each asks` }]
      : calm.slice(0, 1).map(({ row }) => row)),
  ];
}

/** Where each of several questions is, and the texts to type; the first row names a single one. */
function askRows(plan: Plan): Row[] {
  const numbers = new Map(numbered(plan).map(([number, { id }]) => [id, number]));
  const asked = askingSteps(plan);
  if (asked.length <= 1) return [];
  const texts = asked.map((step) =>
    step.confirm === "typed" && isTextKnown(step)
      ? `${numbers.get(step.id)} (type ${expectedText(step)})`
      : `${numbers.get(step.id)}`,
  );
  return [{ label: "Asks", text: `at steps ${texts.join(", ")}` }];
}
