import { shortDigest } from "../../domain/approval.ts";
import { commandLine } from "../../domain/command-line.ts";
import { beyondHeadline, endingHeadline } from "../../domain/ending-headline.ts";
import type {
  ExecutionEnded,
  ExecutionStarted,
  ExecutionTookOver,
  JournalEvent,
  ProgressEvent,
  Status,
  StepConfirmed,
  StepFailed,
  StepPlanned,
  StepSent,
} from "../../domain/execution-event.ts";
import type { ExecutionNoted } from "../../domain/execution-note.ts";
import { handoverHead, handoverRows } from "../../domain/handover.ts";
import { headlineText } from "../../domain/headline.ts";
import { holderText } from "../../domain/lock.ts";
import { lostText } from "../../domain/notices/notice.ts";
import type { ConfirmedBy } from "../../domain/plan.ts";
import { clockTime, utcTime } from "../../domain/time.ts";
import { unfinishedText } from "../../domain/unfinished.ts";
import { foreignLines, isNarrow, nextLines, paragraph, type Row, rowLines } from "../text/layout.ts";
import { progressText } from "../text/progress-bar.ts";
import { type DisplayOptions, mark, paint, type Tone, toAscii } from "../text/style.ts";
import { hang, pad, width, wrap } from "../text/wrap.ts";
import { exitMeaning } from "./exit-meaning.ts";
import { identityLines } from "./identity.ts";
import { findingRow } from "./step-rows.ts";

/** What happens while an execution runs. */
export type AnyEvent = JournalEvent | ProgressEvent;

/** What is shown of an execution. */
export type ShownEvent = AnyEvent | ExecutionNoted;

/** What is remembered of a step between its events. */
export interface StepMemory {
  /** e.g. `2/3` */
  readonly number?: string;
  readonly title?: string;
  /** Its question shows all of the step, so the planning needs no line. */
  readonly isShown?: boolean;
  /** Name of the Operation that was confirmed last. */
  readonly request?: string;
}

export type Memory = ReadonlyMap<string, StepMemory>;

/** How one kind of event is shown: its word of state, its sentence, and what follows below. */
interface EventLine<E> {
  readonly word: string | ((event: E) => string);
  readonly glyph?: string | ((event: E) => string);
  readonly tone?: Tone | ((event: E) => Tone);
  /** Whether the tone colours the sentence too. */
  readonly whole?: boolean;
  /** Whether the step's title belongs to the line. */
  readonly titled?: boolean;
  text(event: E, step: StepMemory, display: DisplayOptions): string;
  /** `above`: the rows of its sentence. */
  below?(event: E, display: DisplayOptions, indent: number, above: number): string[];
}

type EventLines = { readonly [T in ShownEvent["type"]]: EventLine<Extract<ShownEvent, { type: T }>> };

const EVENT_LINES: EventLines = {
  "execution.started": { word: "START", tone: "strong", text: startedText },
  "execution.resumed": {
    word: "START",
    tone: "strong",
    text: ({ mode, execution, statedReason }) =>
      `${mode === "undo" ? "undoing" : "resuming"} execution ${execution}${statedText(statedReason)}`,
  },
  "execution.detached": {
    word: "WARN",
    glyph: "!",
    tone: "warn",
    text: ({ store, why }) => `not shared from here: ${why} (${store}); other machines do not see what follows`,
  },
  "execution.handedOver": {
    word: "HANDOVER",
    tone: "strong",
    text: (event) => handoverHead(event),
    below: (event, display, indent) =>
      handoverRows(event).flatMap((row) => paragraph(row, display, isNarrow(display) ? 2 : indent)),
  },
  "execution.tookOver": { word: "LOCK", tone: "warn", text: tookOverText },
  "execution.noted": { word: "NOTE", tone: "strong", text: ({ text, operator }) => `${operator}: ${text}` },
  "step.planned": { word: "PLAN", titled: true, text: (event) => event.summary, below: plannedBelow },
  "step.confirmed": { word: "SEND", glyph: "→", text: confirmedText },
  "step.sent": { word: "SENT", glyph: "→", text: sentText },
  "step.progress": { word: "WAIT", glyph: "…", text: (event, _step, display) => progressText(event, display) },
  "step.verified": {
    word: ({ unproven }) => (unproven === undefined ? "OK" : "WARN"),
    glyph: ({ unproven }) => (unproven === undefined ? "✓" : "!"),
    tone: ({ unproven }) => (unproven === undefined ? "good" : "warn"),
    titled: true,
    text: (event) => event.text,
  },
  "step.skipped": { word: "SKIP", glyph: "-", tone: "quiet", titled: true, text: (event) => event.reason },
  "step.declined": {
    word: "NO",
    glyph: "-",
    tone: "warn",
    titled: true,
    text: ({ how }) => (how === "silence" ? "no answer in time; nothing was sent for this step" : "cancelled by you"),
  },
  "step.failed": { word: "FAIL", glyph: "✗", tone: "bad", titled: true, text: failedText, below: failedBelow },
  "step.undone": { word: "UNDONE", glyph: "←", tone: "good", titled: true, text: (event) => event.text },
  "execution.ended": {
    word: "END",
    tone: ({ status }) => END_TONE[status],
    whole: true,
    text: (event) => headlineText(endingHeadline(event)),
    below: endedBelow,
  },
};

/** One event as plain lines: `03:41:07Z  OK  2/3 revert  Title — what happened`. Ends with a line feed. */
export function renderEvent(event: ShownEvent, display: DisplayOptions, memory: Memory = new Map()): string {
  const eventLine = EVENT_LINES[event.type] as EventLine<ShownEvent>;
  const step = ("step" in event ? memory.get(event.step) : undefined) ?? {};
  const word = mark(of(eventLine.glyph, event) ?? "", of(eventLine.word, event), display);
  const tone = of(eventLine.tone, event) ?? "plain";
  const head = `${clockTime(event.at)}  ${paint(pad(word, WORD_CELLS), tone, display)}  `;
  const indent = isNarrow(display) ? 2 : width(head);
  const parts = [...nameOf(event, step, eventLine), eventLine.text(event, step, display)];
  const text = toAscii(parts.filter(Boolean).join(eventLine.titled === true ? " — " : "  "), display);
  const textTone = eventLine.whole === true ? tone : "plain";
  const above = headed(head, text, display, { indent, tone: textTone });
  const lines = [...above, ...(eventLine.below?.(event, display, indent, above.length) ?? [])];
  return `${lines.join("\n")}\n`;
}

/** What is the same for every event of a kind, or follows from the event. */
const of = <T, E>(given: T | ((event: E) => T), event: E): T =>
  typeof given === "function" ? (given as (event: E) => T)(event) : given;

const WORD_CELLS = 8;

/** On a narrow screen the head has its own line. Otherwise the text hangs beside it. */
function headed(
  head: string,
  text: string,
  display: DisplayOptions,
  { indent, tone }: { readonly indent: number; readonly tone: Tone },
): string[] {
  const [first = "", ...rest] = text.split("\n");
  const painted = wrap(first, display.columns - indent).map((line) => paint(line, tone, display));
  const filled = isNarrow(display)
    ? [head.trimEnd(), ...painted.map((line) => " ".repeat(indent) + line)]
    : hang(head, painted);
  return [
    ...filled,
    ...rest.flatMap((line) => wrap(line, display.columns - indent)).map((line) => " ".repeat(indent) + line),
  ];
}

/** What the line is about: `2/3 revert  Title`, or nothing for an execution. */
function nameOf(event: ShownEvent, { number, title }: StepMemory, eventLine: EventLine<ShownEvent>): string[] {
  if (!("step" in event)) return [];
  const undo = event.phase === "undo" ? "undo" : "";
  const name = [undo, number, event.step].filter(Boolean).join(" ");
  return [eventLine.titled === true && title !== undefined ? `${name}  ${title}` : name];
}

const statedText = (reason: string | undefined): string => (reason === undefined ? "" : `\nreason: ${reason}`);

function clearanceText({ approval, emergency }: ExecutionStarted): string {
  const why = emergency === undefined ? "" : `\nEMERGENCY: ${emergency}`;
  if (approval === undefined) return why;
  const { digest, by, at } = approval;
  return `\nplan ${shortDigest(digest)}, approved by ${by} at ${utcTime(at)}${why}`;
}

function startedText(started: ExecutionStarted): string {
  const { runbook, target, caller, execution, statedReason } = started;
  const where = `${target.production ? "PRODUCTION " : ""}${target.name}`;
  const region = target.region === undefined ? "" : `, ${target.region}`;
  const by = caller.source === undefined ? "" : `, by ${caller.source}`;
  return `${runbook.id} on ${where} (account ${caller.account}${region}), execution ${execution}\nas ${caller.arn}${by}${statedText(statedReason)}${clearanceText(started)}`;
}

function tookOverText({ from }: ExecutionTookOver): string {
  return `took the target over from ${holderText(from)}`;
}

const ANSWERED: Readonly<Record<ConfirmedBy, string>> = {
  prompt: "confirmed",
  typed: "confirmed by typed text",
  flag: "confirmed by flag",
  sandbox: "auto-confirmed (sandbox)",
  none: "no confirmation needed",
  countdown: "counted down, and no key held it",
  silence: "no answer in time, which is a yes here",
  approval: "confirmed by the approval of its fleet",
};

function confirmedText({ how, operation }: StepConfirmed): string {
  return `${ANSWERED[how]}; calling ${operation.service}:${operation.name}`;
}

function sentText({ receipt, adopted }: StepSent, { request }: StepMemory): string {
  const name = request ?? "the request";
  if (adopted === true) return `${name} already took effect; not sent again`;
  return receipt.requestId === undefined ? `${name} accepted` : `${name} accepted (request ${receipt.requestId})`;
}

function plannedBelow({ findings }: StepPlanned, display: DisplayOptions, indent: number): string[] {
  return findings
    .filter((finding) => finding.level !== "ok")
    .flatMap((finding) => rowLines(findingRow(finding, display), display, indent));
}

const AFTER_SENDING = { none: "nothing took effect", sent: "its request was sent" } as const;

/** A step that only waits or holds has sent nothing itself. */
function failedText({ text, reason, effect }: StepFailed, { request }: StepMemory): string {
  const isOfRequest = effect === "none" || request !== undefined;
  return isOfRequest ? `${text} (${reason}; ${AFTER_SENDING[effect]})` : `${text} (${reason})`;
}

/** A screen of 24 rows, with the prompt that follows. */
const MOST_ROWS = 23;
const LEAST_EVIDENCE = 3;

/** A terminal has what fits its screen, so that why and what to type stay on it. A log has all. */
function failedBelow(failed: StepFailed, display: DisplayOptions, indent: number, above: number): string[] {
  const next = nextLines(failed.next, display, indent);
  const evidence = failed.evidence.flatMap((text) => foreignLines(text, display, indent));
  const room = Math.max(LEAST_EVIDENCE, MOST_ROWS - above - next.length);
  if (!display.live || display.verbose === true || evidence.length <= room) return [...evidence, ...next];
  const show = commandLine`vulcan-ops show ${failed.execution} --verbose`;
  const more = foreignLines(`… ${evidence.length - room + 1} more rows: ${show}`, display, indent).slice(0, 1);
  return [...evidence.slice(0, room - more.length), ...more, ...next];
}

const END_TONE: Readonly<Record<Status, Tone>> = {
  done: "good",
  undone: "good",
  declined: "strong",
  interrupted: "strong",
  failed: "bad",
  guarded: "warn",
  unknown: "warn",
};

const STOPPED: ReadonlySet<Status> = new Set(["failed", "guarded", "unknown"]);

/** The first row and the first command once more, below an end that is longer than the glass. Ends with a line feed. */
export function renderEndAgain(ended: ExecutionEnded, display: DisplayOptions): string {
  const tone = END_TONE[ended.status];
  const lines = [
    ...paragraph(`END  ${headlineText(endingHeadline(ended))}`, display, 0, tone),
    ...nextLines(ended.next.slice(0, 1), display, 1),
  ];
  return `${lines.join("\n")}\n`;
}

/** An end is the last of a log: its rows have the whole width, so that a command stays as few lines as it can. */
const END_INDENT = 1;

/** What is not put back stands before what to type, for it is what the next shift inherits. */
function endedBelow(ended: ExecutionEnded, display: DisplayOptions): string[] {
  const {
    status,
    exitCode,
    next,
    reason,
    head,
    identity,
    outcome,
    statedReason,
    emergency,
    unfinished = [],
    reminders = [],
    lostNotices = [],
  } = ended;
  const rest = beyondHeadline(ended);
  // In journals of 0.1.0 the text says it.
  const left: Row[] = (outcome === undefined ? [] : unfinished).map((one, index) => ({
    label: index === 0 ? "Unfinished" : "",
    text: unfinishedText(one),
    tone: "warn",
  }));
  const why = reason === undefined || reason === exitMeaning(exitCode) ? "" : ` [${reason}]`;
  const journal = head === undefined ? "" : ` (journal ${head})`;
  // Where all went well, what proves it says more than that.
  const isProof = status === "done" && rest !== "";
  const rows: readonly Row[] = [
    ...(rest === "" || isProof ? [] : [{ label: STOPPED.has(status) ? "Why" : "Result", text: rest }]),
    ...(statedReason === undefined ? [] : [{ label: "Reason", text: statedReason }]),
    ...(emergency === undefined ? [] : [{ label: "Emergency", text: emergency, tone: "warn" } as const]),
    ...left,
    ...lostNotices.map((lost): Row => ({ label: "Not told", text: lostText(lost), tone: "warn" })),
    ...reminders.map((text) => ({ label: "Note", text })),
    { label: "Exit", text: `${exitCode}: ${isProof ? `done, ${rest}` : exitMeaning(exitCode)}${why}${journal}` },
  ];
  return [
    ...(identity === undefined ? [] : identityLines(identity, display)),
    ...rows.flatMap((row) => rowLines(row, display, END_INDENT)),
    ...nextLines(next, display, END_INDENT),
  ];
}
