import { type Case, worstSeverity } from "../../domain/inspection.ts";

/** `pass`, `not done` where nothing was, or the worst severity with its rules. */
export function resultOf(cases: readonly Case[]): string {
  const remarks = cases.flatMap((one) => one.remarks);
  const worst = worstSeverity(remarks);
  const isDone = cases.length === 0 || cases.some(({ skipped }) => skipped === undefined);
  if (worst === undefined || worst === "note") return isDone ? "pass" : "not done";
  const rules = new Set(remarks.filter(({ severity }) => severity === worst).map(({ rule }) => rule));
  return `${worst === "error" ? "FAIL" : "warn"} ${[...rules].join(" ")}`;
}
