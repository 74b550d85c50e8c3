import type { LintRule } from "../../domain/lint.ts";
import { BLOCKING_RULES } from "./blocking.ts";
import { OLD_IMAGE_RULES } from "./old-image.ts";
import { REFUSAL_RULES } from "./refusals.ts";
import { UNJUDGED_RULES } from "./unjudged.ts";
import { WAIVER_RULES } from "./waivers.ts";
import { WAY_BACK_RULES } from "./way-back.ts";

/** What `lint` may find. Ids are published: they are never given to another rule. */
export const LINT_RULES = {
  ...UNJUDGED_RULES,
  ...REFUSAL_RULES,
  ...BLOCKING_RULES,
  ...OLD_IMAGE_RULES,
  ...WAY_BACK_RULES,
  ...WAIVER_RULES,
} as const satisfies Readonly<Record<string, LintRule>>;

export type LintRuleId = keyof typeof LINT_RULES;

/** The id by the name: `drop-column` → `VOPS341`. */
export const idOf = (name: string): LintRuleId | undefined =>
  (Object.keys(LINT_RULES) as LintRuleId[]).find((id) => LINT_RULES[id].name === name || id === name.toUpperCase());

export type LintRuleName = (typeof LINT_RULES)[LintRuleId]["name"];
