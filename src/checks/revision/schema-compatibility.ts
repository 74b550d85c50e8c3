import type { Expansion } from "../../domain/migrations/expansion.ts";

/** Words for a change that removes something from older code, or changes its meaning. */
const BREAKS =
  /\b(drop|dropped|drops|remove|removed|removes|rename|renamed|renames|alter|truncate)\b|\b(change|convert|cast)\b.*\btypes?\b|^(change|delete|convert|move|split|merge|replace)\b/i;

/** Words for an addition that may refuse what older code writes. */
const DEMANDS = /\b(unique|not[ _-]?null|required|mandatory|constraint|foreign|check|trigger|default|enum)\b/i;

const ADDS = /^(add|create)\b.*\b(columns?|tables?|index|indexes|indices|views?)\b/i;

/** The documentation's own table of safe patterns (add a column, a table, an index), applied to a description. */
export function expandsOnly(description: string): Expansion {
  if (BREAKS.test(description)) return "breaking";
  return ADDS.test(description) && !DEMANDS.test(description) ? "compatible" : "unknown";
}
