/** Can code that does not know a migration live with what it did? */
export type Expansion = "compatible" | "breaking" | "unknown";

/** Words that take something away from older code, or change its meaning under it. */
const BREAKS =
  /\b(drop|dropped|drops|remove|removed|removes|rename|renamed|renames|alter|truncate)\b|\b(change|convert|cast)\b.*\btypes?\b|^(change|delete|convert|move|split|merge|replace)\b/i;

/** Words by which an addition may still refuse what older code writes. */
const DEMANDS = /\b(unique|not[ _-]?null|required|mandatory|constraint|foreign|check|trigger|default|enum)\b/i;

const ADDS = /^(add|create)\b.*\b(columns?|tables?|index|indexes|indices|views?)\b/i;

/** The documentation's own table of safe patterns (add a column, a table, an index), read out of a description. */
export function expandsOnly(description: string): Expansion {
  if (BREAKS.test(description)) return "breaking";
  return ADDS.test(description) && !DEMANDS.test(description) ? "compatible" : "unknown";
}
