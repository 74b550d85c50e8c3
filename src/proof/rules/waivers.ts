import { rule } from "./rule.ts";

/** Waivers: `-- vulcan-ops: allow RULE because REASON`, right above the statement. */
export const WAIVER_RULES = {
  VOPS380: rule(
    "warning",
    "waiver-unused",
    "A waiver allows nothing",
    "Its rule finds nothing in the statement below it, or has another name.",
    "Remove the comment, or put it right above its statement.",
  ),
  VOPS381: rule(
    "warning",
    "waiver-without-reason",
    "A waiver gives no reason",
    "It does not count. A colleague has to know why it is allowed.",
    "Write: -- vulcan-ops: allow RULE because REASON",
  ),
} as const;
