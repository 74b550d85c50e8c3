import type { Tag } from "../http/tags.ts";
/** Where a rule sends what matches. Members besides these two are given back as they came. */
export interface RuleTarget {
  readonly Id: string;
  readonly Arn: string;
}

/** A rule of the default event bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  pattern: string;
  state: "ENABLED" | "DISABLED";
  description: string | undefined;
  role: string | undefined;
  tags: readonly Tag[];
  targets: readonly RuleTarget[];
}
