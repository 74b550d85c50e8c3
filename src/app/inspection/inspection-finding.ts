import type { InspectionFinding } from "../../domain/inspection.ts";
import type { InspectionRule } from "./rules.ts";

/** Text from reads is already sanitised on input. */
export function inspectionFinding(
  rule: InspectionRule,
  severity: InspectionFinding["severity"],
  message: string,
  hint?: string,
): InspectionFinding {
  return { rule, severity, message, ...(hint === undefined ? {} : { hint }) };
}
