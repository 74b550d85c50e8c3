import type { ErrorDetail, Fault, OpsError } from "../../domain/error.ts";
import { sanitise } from "../../domain/sanitise.ts";
import { foreignLines, nextLines, rowLines } from "../text/layout.ts";
import { type DisplayOptions, mark } from "../text/style.ts";
import { exitMeaning } from "./exit-meaning.ts";

const FAULT_TEXT: Readonly<Record<Fault, string>> = {
  operator: "yours to fix: the command, its flags or a file it reads",
  remote: "not yours: AWS, the network or the service answered like this",
  tool: "this program's: please report it with these lines",
};

/** An error for people: what happened, whose fault, what is unchanged, what to type next. Ends with a line feed. */
export function renderError(error: OpsError, display: DisplayOptions): string {
  const detail = safe(error.detail);
  const unchanged = detail.unchanged === undefined ? [] : [{ label: "Unchanged", text: detail.unchanged }];
  const rows = [
    { label: "Whose", text: FAULT_TEXT[detail.fault] },
    ...unchanged,
    { label: "Exit", text: `${detail.exitCode}: ${exitMeaning(detail.exitCode)} [${detail.code}]` },
  ];
  const [first = "", ...rest] = detail.message.split("\n");
  return [
    ...rowLines({ label: mark("✗", "FAIL", display), text: first, tone: "bad", whole: true }, display, 0),
    ...rest.flatMap((line) => foreignLines(line, display, 2)),
    ...causeLines(error, display),
    ...rows.flatMap((row) => rowLines(row, display, 2)),
    ...nextLines(detail.next ?? [], display, 2),
    "",
  ].join("\n");
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
