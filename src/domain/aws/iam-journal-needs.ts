import { NEEDS, type Needs } from "./iam-needs.ts";

type Name = keyof typeof NEEDS;

/** They ask AWS for nothing else, and read executions. */
const OF_EXECUTIONS: ReadonlySet<string> = new Set<Name>(["history", "note", "report", "show"]);
/** They ask AWS, and know of no execution. */
const WITHOUT: ReadonlySet<string> = new Set<Name>(["init", "journal", "notify"]);
/** They also look at how its table is set up. */
const EXAMINING: ReadonlySet<string> = new Set<Name>(["doctor", "observer"]);

/**
 * A command's needs where the setting `journal` is set: what reads executions reads it, and what takes the lock extends it.
 * `command`: by its name; undefined for all of them, where a managed policy has no room for more: `journal` has it then.
 */
export function withJournal(needs: Needs, command: string | undefined): Needs {
  if (command === undefined || WITHOUT.has(command)) return needs;
  const isReading = needs.reads.length > 0 || OF_EXECUTIONS.has(command);
  if (!isReading) return needs;
  const isExtending = needs.writes.some(({ sid }) => sid === "Lock");
  return {
    reads: [...needs.reads, ...(EXAMINING.has(command) ? NEEDS.journal.reads : ["dynamodb:Query"])],
    writes: [...needs.writes, ...(isExtending ? NEEDS.journal.writes : [])],
  };
}
