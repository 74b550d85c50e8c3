import { commandLine } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import type { RecordedExecution } from "../../domain/recorded-execution.ts";
import type { Target, TargetOptions } from "../../domain/target.ts";
import { type UnreadJournal, unreadJournalsText } from "../../domain/unread-journal.ts";
import { executionIds, listExecutions } from "../../journal/list-executions.ts";
import { prunedExecutions } from "../../journal/shared/pruned-mark.ts";
import { stateDir } from "../../journal/state-dir.ts";
import { resolveEndpoints } from "../../target/resolve.ts";
import { syncJournals } from "./shared-journals.ts";
import type { Shell, Where } from "./where.ts";

/** Its machine may have begun it while the shared journal did not answer, and died before it could share it. */
const elsewhereError = (id: string): Error =>
  usageError("execution-unknown", `there is no execution ${id} here, nor in the shared journal`, [
    "on the machine that began it, where it reaches the shared journal: vulcan-ops history",
    "vulcan-ops history",
  ]);

/** The newest execution of this world. */
const LAST = "last";

/** Shorter beginnings of an id are a slip rather than a choice. */
const LEAST_PREFIX = 3;

/** The id that is meant: itself, an unambiguous beginning of it, or `last`. An unknown word stays as it is. */
export async function namedExecution(typed: string, options: Where, environment: Shell): Promise<string> {
  const word = typed.toLowerCase();
  if (word === LAST)
    return newestExecution(options, environment, () => true, "There is no execution on record here yet");
  // A whole id names one execution of the shared journal; a beginning may be of any.
  const dir = stateDir(options.stateDir, environment.env);
  const isWhole = (await executionIds(dir)).includes(word) || (await prunedExecutions(dir)).has(word);
  const isShared = await syncJournals(options, environment, isWhole ? word : undefined);
  const ids = await executionIds(dir);
  if (ids.includes(word) || word.length < LEAST_PREFIX) return typed;
  const [first, ...others] = ids.filter((id) => id.startsWith(word)).sort();
  if (first === undefined && isShared) throw elsewhereError(word);
  if (first === undefined) return typed;
  if (others.length === 0) return first;
  const message = `${JSON.stringify(typed)} begins several ids: ${[first, ...others].join(", ")}`;
  throw usageError("execution-ambiguous", message, [commandLine`vulcan-ops show ${first}`, "vulcan-ops history"]);
}

/** The newest execution that fits and belongs to where this shell points: a rehearsal is never a default elsewhere. */
export async function newestExecution(
  options: Where,
  environment: Shell,
  fits: (execution: RecordedExecution) => boolean,
  none: string,
): Promise<string> {
  await syncJournals(options, environment);
  const { executions, unread } = await listExecutions(stateDir(options.stateDir, environment.env));
  const worlds = new Map<string, string | undefined>();
  for (const execution of executions.filter(fits)) {
    const { id, target, endpoint, writtenAt } = execution;
    if (!worlds.has(target.name)) worlds.set(target.name, await worldHere(target, options, environment));
    if (worlds.get(target.name) === endpoint) return assertNewest(id, writtenAt, unread);
  }
  throw usageError("execution-unknown", none, ["vulcan-ops history"]);
}

/** A journal that was written later and cannot be read may be the one that is meant. */
function assertNewest(id: string, writtenAt: number, unread: readonly UnreadJournal[]): string {
  const later = unread.filter((journal) => (journal.writtenAt ?? Number.POSITIVE_INFINITY) > writtenAt);
  const [first] = unreadJournalsText(later);
  if (first === undefined) return id;
  throw usageError(
    "execution-uncertain",
    `${id} may not be the newest execution: ${first.text}; name the one you mean`,
    [first.next, "vulcan-ops history"],
  );
}

/**
 * Where this shell's requests for the execution's target go; undefined: to AWS itself. An execution of a sandbox never
 * continues in a real account, nor the other way round.
 */
export async function worldHere(
  target: Target,
  options: TargetOptions,
  environment: Shell,
): Promise<string | undefined> {
  return (await resolveEndpoints(options, environment, target)).elsewhere;
}
