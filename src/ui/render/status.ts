import { headlineText } from "../../domain/headline.ts";
import { type Identity, identityAt } from "../../domain/identity.ts";
import { caseOf, type Sentence, type Tone as StatusTone } from "../../domain/status/case.ts";
import { NOTHING_TYPED, nextCommands } from "../../domain/status/next-commands.ts";
import { situationOf, statusHeadline } from "../../domain/status/situation.ts";
import type { TargetStatus } from "../../domain/status/target-status.ts";
import { momentText } from "../../domain/zoned-time.ts";
import { isNarrow, nextLines, rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint, type Tone, toAscii } from "../text/style.ts";
import { hang, width, wrap } from "../text/wrap.ts";
import { identityLines } from "./identity.ts";
import { detailRows } from "./status-details.ts";
import { factRows } from "./status-facts.ts";

/** The answer of `status`: where, what is the matter, the facts that it rests on, and what to type. */
export function renderStatus(status: TargetStatus, display: DisplayOptions, typed = NOTHING_TYPED): string {
  const next = nextLines(nextCommands(status, typed), display, 1);
  return [...headLines(status, display), "", ...bodyLines(status, display), ...next].join("\n");
}

/** The same above a menu, which says what to do. */
export function renderStatusScreen(status: TargetStatus, display: DisplayOptions): string {
  return [...headLines(status, display), "", ...bodyLines(status, display)].join("\n");
}

function bodyLines(status: TargetStatus, display: DisplayOptions): string[] {
  const isWhole = display.verbose === true;
  const rows = isWhole ? detailRows(status, caseOf(status)) : factRows(status, caseOf(status), isNarrow(display));
  return rows.flatMap((row) => {
    const lines = rowLines({ ...row, text: withoutArns(row.text) }, display, 1);
    return row.most === undefined ? lines : cut(lines, row.most, display);
  });
}

function cut(lines: readonly string[], most: number, display: DisplayOptions): string[] {
  if (lines.length <= most) return [...lines];
  const dots = toAscii(" …", display);
  const last = [...(lines[most - 1] ?? "")].slice(0, display.columns - dots.length).join("");
  return [...lines.slice(0, most - 1), `${last.trimEnd()}${dots}`];
}

/** Identity row, the row that says how things are and what to do, and what it leaves out. */
function headLines(status: TargetStatus, display: DisplayOptions): string[] {
  const { tone, below } = situationOf(status);
  const first = { tone, text: headlineText(statusHeadline(status)) };
  return [
    ...withTime(identityLines(identityOf(status), display), status, display),
    "",
    ...[first, ...below].flatMap((sentence) => sentenceLines(sentence, display)),
  ];
}

export const identityOf = ({ target, caller, endpoint }: TargetStatus): Identity =>
  identityAt(target, caller.known ? caller.value.account : undefined, endpoint);

/** The time of the reads at the end of the row, where there is room. */
function withTime([first = "", ...others]: readonly string[], { at }: TargetStatus, display: DisplayOptions): string[] {
  const now = Date.parse(at);
  const times = [momentText(now, now, display), momentText(now, now, { utcOnly: true })];
  const gapOf = (time: string) => display.columns - width(first) - width(time);
  const time = times.find((one) => gapOf(one) >= 2);
  if (others.length > 0 || time === undefined) return [first, ...others];
  return [`${first}${" ".repeat(gapOf(time))}${paint(time, "quiet", display)}`];
}

const MARKS: Readonly<Record<StatusTone, readonly [glyph: string, tone: Tone]>> = {
  fine: ["✓", "good"],
  progress: ["→", "warn"],
  failing: ["✗", "bad"],
  unknown: ["?", "warn"],
};

export function sentenceLines({ tone, text }: Sentence, display: DisplayOptions): string[] {
  const [glyph, colour] = MARKS[tone];
  const head = `${toAscii(glyph, display)} `;
  const lines = wrap(toAscii(withoutArns(text), display), display.columns - width(head));
  return hang(
    paint(head, colour, display),
    lines.map((line) => paint(line, colour, display)),
  );
}

/** The account and region are already shown above; the rest of an ARN fits a line. The caller's ARN stays whole. */
function withoutArns(text: string): string {
  return text.replace(/arn:aws[a-z-]*:(?!sts|iam)[a-z0-9-]+:[a-z0-9-]*:\d*:/g, "");
}
