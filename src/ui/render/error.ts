import { type ErrorDetail, NOTHING_SENT, type OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { foreignLines, nextLines, paragraph } from "../text/layout.ts";
import { type DisplayOptions, paint, toAscii } from "../text/style.ts";
import { hang, width, wrap } from "../text/wrap.ts";

const BUG = "This is a bug in vulcan-ops. Please report it with these lines.";

/**
 * An error for people: what happened with its code, why, what to type next. Ends with a line feed. Where the command
 * could change nothing, it does not say that nothing changed.
 */
export function renderError(error: OpsError, display: DisplayOptions, couldChange = true): string {
  const detail = safe(error.detail);
  if (detail.code === "interrupted") return `${paragraph(detail.message, display, 0).join("\n")}\n`;
  const [first = "", ...rest] = detail.message.split("\n");
  return [
    ...headLines(first, detail, display),
    ...rest.flatMap((line) => foreignLines(line, display, 2)),
    ...causeLines(error, display),
    ...unchangedLines(detail, display, couldChange),
    ...(detail.fault === "tool" ? paragraph(BUG, display, 2) : []),
    ...nextLines(detail.next ?? [], display, 2),
    "",
  ].join("\n");
}

function unchangedLines({ unchanged }: ErrorDetail, display: DisplayOptions, couldChange: boolean): string[] {
  const isNews = unchanged !== undefined && (couldChange || unchanged !== NOTHING_SENT);
  return isNews ? paragraph(unchanged, display, 2) : [];
}

/** `✗ What happened [code, exit 6]`: the code is kept on one line. */
function headLines(sentence: string, { code, exitCode }: ErrorDetail, display: DisplayOptions): string[] {
  const glyph = display.unicode ? "✗ " : "FAIL ";
  const room = display.columns - glyph.length;
  const tag = `[${code}, exit ${exitCode}]`;
  const lines = wrap(toAscii(sentence, display), room);
  const last = lines.at(-1) ?? "";
  const tone = exitCode === EXIT.declined ? "plain" : "bad";
  const painted = lines.map((line) => paint(line, tone, display));
  const hasRoom = width(last) + 1 + tag.length <= room;
  const end = paint(tag, "quiet", display);
  const all = hasRoom ? [...painted.slice(0, -1), `${painted.at(-1) ?? ""} ${end}`] : [...painted, end];
  return hang(paint(glyph, tone, display), all);
}

/** Messages quote configurations, flags, the environment and servers: none of these may control the terminal. */
function safe(detail: ErrorDetail): ErrorDetail {
  const { message, unchanged, next = [] } = detail;
  return {
    ...detail,
    message: shown(message),
    next: next.map(shown),
    ...(unchanged === undefined ? {} : { unchanged: shown(unchanged) }),
  };
}

const shown = (text: string): string => sanitise(text, { lines: true, most: 20_000 });

const MOST_OF_A_CAUSE = 500;

/** The cause helps only developers of this program; an operator has the message. */
function causeLines({ detail }: OpsError, display: DisplayOptions): string[] {
  if (detail.fault !== "tool" || !(detail.cause instanceof Error)) return [];
  return foreignLines(sanitise(detail.cause.message, { lines: true, most: MOST_OF_A_CAUSE }), display, 2);
}
