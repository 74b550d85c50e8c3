import { clockTime } from "../../domain/time.ts";
import { type FollowEnd, type FollowReport, verdictText } from "../../domain/upgrade/follow-report.ts";
import { currentPhase, type PhaseProgress, type PhaseState, phasesKey } from "../../domain/upgrade/phase-progress.ts";
import { PHASES } from "../../domain/upgrade/phases.ts";
import { foreignLines, isNarrow, nextLines, paragraph } from "../text/layout.ts";
import { type DisplayOptions, paint, type Tone, toAscii } from "../text/style.ts";
import { hang, pad, wrap } from "../text/wrap.ts";
import { minutes, type ShownWait, withoutArns } from "./wait.ts";

const MARKS: Readonly<Record<PhaseState, readonly [glyph: string, tone: Tone]>> = {
  done: ["✓", "good"],
  now: ["→", "warn"],
  failed: ["✗", "bad"],
  unseen: ["?", "quiet"],
  ahead: [" ", "quiet"],
};

/** The phase, and what the operator does where it is not to wait: `Phase 4/7: migrations`, `end PID 812`. */
export function followTitle({ phases }: FollowReport): Pick<ShownWait, "title" | "next"> {
  const current = currentPhase(phases);
  if (current === undefined) return { title: "Read the deployment" };
  const { phase, action } = current;
  return { title: `Phase ${phase}/7: ${PHASES[phase - 1]}`, ...(action !== undefined && { next: action }) };
}

/** Rows of the phases, so that the whole view fits 24 rows at 80 columns, and 20 at 40. */
const MOST_BODY = { wide: 18, narrow: 12 } as const;
const MOST_DETAILS = 6;

/** The seven phases at one moment; on a narrow screen those that are done, and those ahead, share a row. */
export function renderPhases(report: FollowReport, now: number, display: DisplayOptions): string {
  const { phases, change, trouble } = report;
  const bare = phases.map((one) => ({ ...one, details: [] }));
  const rowsOf = (some: readonly PhaseProgress[]) =>
    isNarrow(display) ? folded(some, now, display) : some.flatMap((one) => phaseRows(one, now, display));
  const around = [
    ...paragraph(change, display, 0),
    ...(trouble === undefined ? [] : paragraph(trouble.split("\n")[0] ?? "", display, 0, "warn")),
  ];
  const most = isNarrow(display) ? MOST_BODY.narrow : MOST_BODY.wide;
  const room = Math.min(MOST_DETAILS, most - around.length - rowsOf(bare).length);
  const current = currentPhase(phases);
  const shown = phases.map((one) =>
    one === current ? { ...one, details: fitting(one.details, room, display) } : { ...one, details: [] },
  );
  const [title = "", ...warned] = around;
  return [title, ...rowsOf(shown), ...warned].join("\n");
}

const detailIndent = (display: DisplayOptions): number => (isNarrow(display) ? 1 : 5);

/** As many details as have room; that there are more is said. */
function fitting(details: readonly string[], room: number, display: DisplayOptions): readonly string[] {
  const rows = details.flatMap((text) => foreignLines(withoutArns(text), display, detailIndent(display)));
  if (rows.length <= room) return rows;
  return room < 2 ? [] : [...rows.slice(0, room - 1), `${" ".repeat(detailIndent(display))}${toAscii("…", display)}`];
}

const NAME_CELLS = 18;
const TIME_CELLS = 9;

/** `→ 4 migrations     0:41  6 → 7; version 8; ECS stops the task in 1:18` */
function phaseRows(one: PhaseProgress, now: number, display: DisplayOptions): string[] {
  const [glyph, tone] = MARKS[one.state];
  const name = `${pad(toAscii(glyph, display), 2)} ${one.phase} ${PHASES[one.phase - 1]}`;
  const head = `${paint(pad(name, NAME_CELLS + 2), tone, display)}${pad(timeText(one, now), TIME_CELLS)}`;
  const room = display.columns - NAME_CELLS - TIME_CELLS - 2;
  return [...hang(head, wrap(toAscii(sentenceOf(one, now), display), room)), ...one.details].map((row) =>
    row.trimEnd(),
  );
}

/** How long it took, or has lasted so far. */
function timeText({ state, seconds, since }: PhaseProgress, now: number): string {
  if (seconds !== undefined) return state === "done" && seconds > 0 ? minutes(seconds) : "";
  return state === "now" && since !== undefined ? minutes((now - Date.parse(since)) / 1000) : "";
}

function sentenceOf({ sentence, until }: PhaseProgress, now: number): string {
  if (until === undefined) return sentence;
  const left = (Date.parse(until.at) - now) / 1000;
  return `${sentence}; ${until.what} ${left > 0 ? `in ${minutes(left)}` : "at any moment"}`;
}

/** States of which several phases share a row. */
const WORDS: Readonly<Partial<Record<PhaseState, string>>> = { done: "done", ahead: "ahead", unseen: "not visible" };

/** `✓ 1-3 done`, the phases that last or that failed whole, `5-7 ahead`. */
function folded(
  phases: readonly PhaseProgress[],
  now: number,
  display: DisplayOptions,
  words: typeof WORDS = WORDS,
): string[] {
  const groups: PhaseProgress[][] = [];
  for (const one of phases) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && isFoldable(one) && last[0].state === one.state) last.push(one);
    else groups.push([one]);
  }
  return groups.flatMap((group) => foldedRows(group, now, display, words));
}

const isFoldable = ({ state }: PhaseProgress): boolean => WORDS[state] !== undefined;

function foldedRows(
  group: readonly PhaseProgress[],
  now: number,
  display: DisplayOptions,
  words: typeof WORDS = WORDS,
): string[] {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return [];
  const [glyph, tone] = MARKS[first.state];
  const mark = pad(toAscii(glyph, display), 2);
  if (isFoldable(first)) {
    const span = first === last ? `${first.phase} ${PHASES[first.phase - 1]}` : `${first.phase}-${last.phase}`;
    return [paint(`${mark} ${span} ${words[first.state]}`, tone, display)];
  }
  const head = paint(
    `${mark} ${first.phase} ${PHASES[first.phase - 1]} ${timeText(first, now)}`.trimEnd(),
    tone,
    display,
  );
  return [head, ...paragraph(sentenceOf(first, now), display, 1), ...first.details];
}

/** Details of a phase in one line of a log. */
const MOST_LOGGED = 2;

/** For a log: a line for each phase in which something has happened since `before`, and one for reads that fail. */
export function followLines(report: FollowReport, before: FollowReport | undefined, display: DisplayOptions): string[] {
  const at = clockTime(new Date(report.at).toISOString());
  const changed = report.phases.filter((one, index) => {
    const earlier = before?.phases[index];
    return one.state !== "ahead" && (earlier === undefined || phasesKey([one]) !== phasesKey([earlier]));
  });
  const lines = changed.map((one) => {
    const what = [sentenceOf(one, report.at), ...one.details.slice(0, MOST_LOGGED)].map(withoutArns).join("; ");
    return `${at}  ${one.phase}/7 ${PHASES[one.phase - 1]}, ${STATES[one.state]}: ${what}`;
  });
  const trouble = report.trouble === undefined || before?.trouble !== undefined ? [] : [report.trouble.split("\n")[0]];
  return [...lines, ...trouble.map((text) => `${at}  ${text}`)].map((line) => toAscii(line, display));
}

const STATES: Readonly<Record<PhaseState, string>> = {
  done: "done",
  now: "in progress",
  failed: "failed",
  unseen: "not visible",
  ahead: "ahead",
};

const TONES: Readonly<Record<FollowEnd["verdict"], Tone>> = {
  UPGRADED: "good",
  FAILED: "bad",
  "ROLLED BACK BY ECS": "bad",
  SUPERSEDED: "warn",
  STUCK: "warn",
  LEFT: "warn",
};

/** A screen of 24 rows, or 20 of a narrow one, with the prompt that follows. */
const MOST_ROWS = { wide: 23, narrow: 19 } as const;
/** Of the sentence that says why, which may quote a long error. */
const MOST_TEXT = { wide: 5, narrow: 4 } as const;
const LEAST_EVIDENCE = 1;

/** The end: the verdict, what serves, the phases, the evidence as far as it fits the screen, and what to type. */
export function renderFollowEnd(report: FollowReport, end: FollowEnd, display: DisplayOptions): string {
  const isWhole = display.verbose === true;
  const size = isNarrow(display) ? "narrow" : "wide";
  const title = report.phases.length === 0 ? "NO DEPLOYMENT IN FLIGHT" : verdictText(end);
  const text = paragraph(`${capital(withoutArns(end.text))}.`, display, 1);
  const head = [
    paint(title, TONES[end.verdict], display),
    ...(isWhole ? text : shortened(text, MOST_TEXT[size], display)),
    ...(end.serving === undefined ? [] : paragraph(`${end.serving}.`, display, 1)),
    ...(report.phases.length === 0 ? [] : paragraph(report.change, display, 1)),
  ];
  const phases = endPhases(report, display);
  const next = nextLines(end.next, display, 1);
  const evidence = end.evidence.flatMap((line) => foreignLines(withoutArns(line), display, 1));
  const room = Math.max(LEAST_EVIDENCE, MOST_ROWS[size] - head.length - phases.length - next.length);
  return [...head, ...phases, ...(isWhole ? evidence : shortened(evidence, room, display)), ...next, ""].join("\n");
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const ENDED: typeof WORDS = { ...WORDS, ahead: "not reached" };

/** What is not reached shares a row; countdowns and details belong to the view that moves. */
function endPhases({ phases, at }: FollowReport, display: DisplayOptions): readonly string[] {
  const still = phases.map(({ until: _, ...one }) => ({ ...one, details: [] }));
  if (isNarrow(display)) return folded(still, at, display, ENDED);
  const reached = still.findLastIndex(({ state }) => state !== "ahead") + 1;
  const rows = still.slice(0, reached).flatMap((one) => phaseRows(one, at, display));
  return [...rows, ...foldedRows(still.slice(reached), at, display, ENDED)];
}

function shortened(rows: readonly string[], most: number, display: DisplayOptions): readonly string[] {
  if (rows.length <= most) return rows;
  const more = paragraph(`… ${rows.length - most + 1} more rows: --verbose`, display, 1, "quiet").slice(0, 1);
  return [...rows.slice(0, most - 1), ...more];
}
