import { type Case, worstSeverity } from "../../domain/inspection.ts";

/** `pass`, or the worst severity with its rules. */
export function resultOf(cases: readonly Case[]): string {
  const remarks = cases.flatMap((one) => one.remarks);
  const worst = worstSeverity(remarks);
  if (worst === undefined || worst === "note") return "pass";
  const rules = new Set(remarks.filter(({ severity }) => severity === worst).map(({ rule }) => rule));
  return `${worst === "error" ? "FAIL" : "warn"} ${[...rules].join(" ")}`;
}
