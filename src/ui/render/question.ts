import { capitalised, deedGoal, deedText } from "../../domain/deed.ts";
import { type Headline, headlineOf, headlineText, stepState } from "../../domain/headline.ts";
import type { PlannedStep } from "../../domain/plan.ts";
import type { ConfirmQuestion } from "../../domain/ports.ts";
import { localClock } from "../../domain/zoned-time.ts";
import { expectedText } from "../io/flag-answers.ts";
import { foreignLines, paragraph, type Row, rowLines } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import { width } from "../text/wrap.ts";
import { identityLines } from "./identity.ts";
import { silenceText } from "./silence.ts";
import { changeRow, findingRow, type StepName, stepRows } from "./step-rows.ts";
import { undoRows } from "./undo-rows.ts";
import { warningRows } from "./warning-rows.ts";

const KEYS = "e why · d details and aws command · q cancel (then Enter)";

export interface QuestionView {
  readonly foot?: "keys" | "countdown";
  /** Rows of the glass: where the question is longer, its first row stands again above the cursor. */
  readonly rows?: number;
}

/**
 * The last rows above the cursor: deed, change, undo, the title of each warning, environment, keys. They fit a screen of
 * 24 rows, however long the plan above them was; `d` shows the rest. Ends with a line feed.
 */
export function renderQuestion(
  question: ConfirmQuestion,
  display: DisplayOptions,
  { foot = "keys", rows: glass = Number.POSITIVE_INFINITY }: QuestionView = {},
): string {
  const { step, stale, position, phase, identity, warnings } = question;
  const place: Place = { number: position.join("/"), kind: phase === "undo" ? "Undo step" : "Step" };
  const rows = [
    ...localRows(step, display),
    ...changeRows(step),
    ...undoRows(step, "d"),
    ...warningRows(warnings, display),
  ];
  const headline = questionHeadline(place, step, foot === "keys" ? nextOf(question) : BY_ITSELF);
  const first = paragraph(headlineText(headline), display, 0);
  const lines = [
    ...staleLines(question, stale, display),
    ...first,
    ...rows.flatMap((row) => rowLines(row, display, 1)),
    ...identityLines(identity, display),
    ...(foot === "keys" ? [...silenceLines(question, display), ...paragraph(KEYS, display, 1, "quiet")] : []),
  ];
  // With the row of the cursor, and the one above all.
  const isOnGlass = lines.length + 2 <= glass;
  return `${[...lines, ...(isOnGlass ? [] : first)].join("\n")}\n`;
}

/** A step that puts something back, above its countdown: it asks nothing. Ends with a line feed. */
export function renderRestoring(step: PlannedStep, display: DisplayOptions, number = ""): string {
  const lines = [
    ...paragraph(headlineText(questionHeadline({ number, kind: "Step" }, step, BY_ITSELF)), display, 0),
    ...changeRows(step).flatMap((row) => rowLines(row, display, 1)),
  ];
  return `${lines.join("\n")}\n`;
}

const BY_ITSELF = "runs by itself";

interface Place {
  /** `3/6` */
  readonly number: string;
  readonly kind: "Step" | "Undo step";
}

/** Which step asks, what it does, and what to type. Where a row has no room for all, what it changes from stands below. */
function questionHeadline({ number, kind }: Place, { deed, title }: PlannedStep, next: string): Headline {
  const { from: _, ...bare } = deed ?? { verb: "", past: "", object: "" };
  const deeds = deed === undefined ? [title] : [deedText(deed), deedText(bare), deedGoal(deed)];
  return headlineOf(
    next,
    deeds.map((text) => stepState(number, capitalised(text), kind)),
  );
}

const nextOf = ({ mode, step }: ConfirmQuestion): string =>
  mode === "typed" ? `type ${expectedText(step)}` : "y or n";

/**
 * The row with the cursor: `Type 42 to roll back vulcan-prod to 1.42.0, q to cancel:`. Where that and the answer do not
 * fit one row, which a terminal would break anywhere, it is only the key to type: the deed stands above.
 */
export function promptLine({ mode, step }: ConfirmQuestion, { columns }: Pick<DisplayOptions, "columns">): string {
  const answer = mode === "prompt" ? "y" : expectedText(step);
  const fits = (line: string): boolean => width(`? ${line} ${answer} `) <= columns;
  const goal = step.deed === undefined ? `confirm: ${step.title}` : deedGoal(step.deed);
  const [whole, short] =
    mode === "prompt"
      ? [`${deedOf(step)}? [y/N]`, "Run this step? [y/N]"]
      : [`Type ${answer} to ${goal}, q to cancel:`, `Type ${answer}, q to cancel:`];
  return fits(whole) ? whole : short;
}

/** After a line that is no answer. */
export function againText({ mode, step }: ConfirmQuestion, typed: string): string {
  if (mode === "prompt") return "Please answer y or n. Nothing was sent.";
  return `"${typed}" does not match. Nothing was sent. Type ${expectedText(step)}, or q to cancel.`;
}

/** What `d` shows before the inputs and the request: the whole step, and every warning in full. */
export function wholeStepRows({ step, warnings }: ConfirmQuestion, display: DisplayOptions, nameOf: StepName): Row[] {
  const own = new Set(step.findings.map(({ text }) => text));
  const earlier = warnings.filter(({ text }) => !own.has(text));
  return [...earlier.map((finding) => findingRow(finding, display)), ...stepRows(step, display, nameOf)];
}

export const deedOf = ({ deed, title }: Pick<PlannedStep, "deed" | "title">): string =>
  deed === undefined ? title : deedText(deed);

/** The moment that is chosen, by the reader's clock. */
function localRows({ deed }: PlannedStep, display: DisplayOptions): Row[] {
  const at = deed?.at;
  const local = at === undefined ? undefined : localClock([at], Date.parse(at), display);
  return local === undefined ? [] : [{ label: "Moment", text: local }];
}

/** One row, whatever changes: the rest is behind `d`. */
function changeRows({ deed, changes }: PlannedStep): Row[] {
  if (deed?.how !== undefined) return [{ label: "Change", text: capitalised(deed.how) }];
  const [first, ...more] = changes;
  if (first === undefined) return [];
  const { text = "", ...row } = changeRow(first);
  return [{ ...row, tone: "quiet", text: more.length === 0 ? text : `${text} (and ${more.length} more: d)` }];
}

const silenceLines = ({ silence }: ConfirmQuestion, display: DisplayOptions): string[] =>
  silence === undefined ? [] : paragraph(silenceText(silence), display, 1, "warn");

function staleLines({ identity }: ConfirmQuestion, stale: readonly string[], display: DisplayOptions): string[] {
  if (stale.length === 0) return [];
  const text = `CHANGED  ${identity.target.service} changed while you were deciding. Review again:`;
  return [...paragraph(text, display, 1, "warn"), ...stale.flatMap((line) => foreignLines(line, display, 1))];
}
