import { LEAST_SHARE } from "./comparison.ts";
import { counted, type Evidence } from "./evidence.ts";
import type { Row } from "./metric-verdict.ts";
import { lengthOf } from "./series.ts";

/** What the judge has left out, and what it cannot tell from so little. */
export function caveats(evidence: Evidence, rows: readonly Row[]): readonly string[] {
  const { warmUntil, asked, maxConnections, before } = evidence;
  const seen = counted(evidence);
  const points = lengthOf(asked);
  return [
    ...(before.baseline === undefined ? ["nothing before to compare with: shifts cannot be told"] : []),
    ...(before.baseline === undefined
      ? []
      : [`cannot tell shifts under ${100 * LEAST_SHARE} % from noise with ${points} points`]),
    ...(maxConnections === undefined
      ? ["cannot tell whether DB connections stay below 80 %: max_connections is unknown"]
      : []),
    ...(warmUntil > seen.from ? ["the first 5 min of fresh tasks are compared with nothing"] : []),
    ...ofTheRequests(rows),
  ];
}

function ofTheRequests(rows: readonly Row[]): string[] {
  const { state, text } = rows.find(({ id }) => id === "errors") ?? {};
  if (state === "unknown") return [`cannot tell whether requests fail: ${text}`];
  const isAny = rows.some(({ id, minutes }) => id === "requests" && minutes.some((count = 0) => count > 0));
  return isAny ? [] : ["no requests were counted: a release that fails them looks well"];
}
