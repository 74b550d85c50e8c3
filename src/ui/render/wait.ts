import { type Headline, headlineText, stepState } from "../../domain/headline.ts";
import { roughDuration } from "../../domain/rough-duration.ts";
import { momentText } from "../../domain/zoned-time.ts";
import { paragraph } from "../text/layout.ts";
import { type DisplayOptions, toAscii } from "../text/style.ts";
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
  /** What leaving does, where that is more than to stop watching. */
  readonly leaving?: string;
  /** What to do, where that is not to wait. */
  readonly next?: string;
  /** What the wait reports; several lines. */
  readonly text: string;
}

/** The rows of a live view: which step, and that leaving is safe; what it sees; how long it takes, when the run ends. */
export function renderWait(wait: ShownWait, now: number, display: DisplayOptions): readonly string[] {
  const { columns } = display;
  const detail =
    wait.text === ""
      ? []
      : withoutArns(wait.text)
          .split("\n")
          .flatMap((line) => rowsOf(line, columns - 2));
  return [
    ...paragraph(headlineText(waitHeadline(wait)), display, 0, "strong"),
    ...detail.map((line) => `  ${toAscii(line, display)}`),
    ...footRows(wait, now, display),
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

const waitHeadline = ({ number, title, leaving, next }: ShownWait): Headline => ({
  state: stepState(number, title),
  next: next ?? (leaving === undefined ? "wait; leaving is safe" : "wait; Ctrl-C ends it"),
});

/** How long it has taken; about when the run ends, where that can be said; and that Ctrl-C leaves it to AWS. */
function footRows(wait: ShownWait, now: number, display: DisplayOptions): string[] {
  const end = endText(wait, now, display);
  const [times, leave] = [`${timesText(wait, now)}.`, leaveText(wait)];
  const rows = end === undefined ? [`${times} ${leave}`] : [`${times} ${end}`, leave];
  return rows.flatMap((text) => paragraph(text, display, 2, "quiet"));
}

/** `0:18 of about 2:00, limit 30:00` */
function timesText({ since, limit, usual }: ShownWait, now: number): string {
  const isLate = usual !== undefined && now > since + usual * 1000;
  const expected = usual === undefined ? "" : ` of about ${minutes(usual)}${isLate ? " (late)" : ""}`;
  return `${minutes((now - since) / 1000)}${expected}${limit === undefined ? "" : `, limit ${minutes(limit)}`}`;
}

/** Each question until then is counted as answered at once. */
function endText({ since, usual, after }: ShownWait, now: number, display: DisplayOptions): string | undefined {
  if (usual === undefined || after === undefined) return undefined;
  const left = Math.max(0, since + usual * 1000 - now) + after * 1000;
  return `The run ends about ${momentText(now + left, now, display)}, in ${roughly(left / 1000)}.`;
}

const leaveText = ({ resume, leaving }: ShownWait): string =>
  leaving !== undefined
    ? `Ctrl-C: ${leaving}.`
    : `Ctrl-C stops watching${resume === undefined ? "" : `; AWS continues. Resume: ${resume}`}`;

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
