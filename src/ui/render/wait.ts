import { roughDuration } from "../../domain/rough-duration.ts";
import { momentText } from "../../domain/zoned-time.ts";
import { paragraph } from "../text/layout.ts";
import { type DisplayOptions, paint, toAscii } from "../text/style.ts";
import { width, wrap } from "../text/wrap.ts";

/** A step that waits, as a live view shows it. */
export interface ShownWait {
  /** e.g. `4/6` */
  readonly number?: string | undefined;
  readonly title: string;
  /** Epoch ms. */
  readonly since: number;
  /** Seconds. */
  readonly limit?: number;
  /** About how many seconds it takes. */
  readonly usual?: number;
  /** About how many seconds the waits after it take. */
  readonly after?: number;
  /** The command that continues the run, where there is one. */
  readonly resume?: string;
  /** What the wait reports; several lines. */
  readonly text: string;
}

/** The rows of a live view: which step, how long it takes, what it sees, when the run ends, and that leaving is safe. */
export function renderWait(wait: ShownWait, now: number, display: DisplayOptions): readonly string[] {
  const { columns } = display;
  const detail =
    wait.text === ""
      ? []
      : withoutArns(wait.text)
          .split("\n")
          .flatMap((line) => rowsOf(line, columns - 2));
  return [
    ...headRows(wait, now, display),
    ...detail.map((line) => `  ${toAscii(line, display)}`),
    ...endRows(wait, now, display),
    ...leaveRows(wait, display),
  ];
}

/** Of a target group's ARN its name is enough. */
export const withoutArns = (text: string): string =>
  text.replace(/arn:aws[a-z-]*:elasticloadbalancing:\S*?:targetgroup\/([^\s/]+)\/\w+/g, "$1");

/** A word that is longer than a row is cut: a frame with a row that the terminal breaks could not be erased. */
function rowsOf(line: string, columns: number): string[] {
  const cut = new RegExp(`.{1,${columns}}`, "gu");
  return wrap(line, columns).flatMap((row) => (width(row) <= columns ? row : (row.match(cut) ?? [])));
}

function headRows({ number, title, since, limit, usual }: ShownWait, now: number, display: DisplayOptions): string[] {
  const name = `${number === undefined ? "" : `Step ${number}  `}${title}`;
  const expected = usual === undefined ? "" : ` of about ${minutes(usual)}`;
  const most = limit === undefined ? "" : `, limit ${minutes(limit)}`;
  const times = `${minutes((now - since) / 1000)}${expected}${most}`;
  const { columns } = display;
  const gap = columns - width(name) - width(times);
  const strong = (text: string) => paint(toAscii(text, display), "strong", display);
  if (gap >= 2) return [`${strong(name)}${" ".repeat(Math.min(gap, MOST_GAP))}${times}`];
  return [...wrap(name, columns).map(strong), ...wrap(times, columns - 2).map((line) => `  ${line}`)];
}

const MOST_GAP = 12;

/** About when the run ends; each question before that is counted as answered at once. */
function endRows({ since, usual, after }: ShownWait, now: number, display: DisplayOptions): string[] {
  if (usual === undefined || after === undefined) return [];
  const left = Math.max(0, since + usual * 1000 - now) + after * 1000;
  const late = now > since + usual * 1000 ? "It takes longer than usual. " : "";
  const when = `The run ends about ${momentText(now + left, now, display)}, in ${roughly(left / 1000)}.`;
  return paragraph(`${late}${when}`, display, 2, "quiet");
}

function leaveRows({ resume }: ShownWait, display: DisplayOptions): string[] {
  const after = resume === undefined ? "" : `; AWS continues. Resume any time: ${resume}`;
  return paragraph(`Ctrl-C stops watching${after}`, display, 2, "quiet");
}

/** `0:24`, `15:00`, `1:02:03` */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, rest] = [Math.floor(whole / 3600), whole % 3600];
  const [first, last] = [Math.floor(rest / 60), String(rest % 60).padStart(2, "0")];
  return hours === 0 ? `${first}:${last}` : `${hours}:${String(first).padStart(2, "0")}:${last}`;
}

/** Whole minutes: what is "about" has no seconds. */
function roughly(seconds: number): string {
  return seconds < 60 ? "less than 1 min" : `about ${roughDuration(Math.round(seconds / 60) * 60)}`;
}
