import { type Case, worstOf } from "../../domain/inspection.ts";

/** `pass`, or how bad the worst of it is, with the rules that say so. */
export function resultOf(cases: readonly Case[]): string {
  const remarks = cases.flatMap((one) => one.remarks);
  const worst = worstOf(remarks);
  if (worst === undefined || worst === "note") return "pass";
  const rules = new Set(remarks.filter(({ severity }) => severity === worst).map(({ rule }) => rule));
  return `${worst === "error" ? "FAIL" : "warn"} ${[...rules].join(" ")}`;
}
