import { commandLine } from "../../domain/command-line.ts";
import { OpsError } from "../../domain/error.ts";
import type { ExecutionEnded, JournalEvent } from "../../domain/execution-event.ts";
import { type ExecutionNoted, withNotes } from "../../domain/execution-note.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Environment } from "../../domain/ports.ts";
import { createClock } from "../../target/clock.ts";
import { type RecordedEvents, readExecution } from "./record.ts";
import type { Where } from "./where.ts";

const POLL_MS = 1000;

/**
 * Tells the records and notes of an execution, those on record first, then each as it comes, until it has its end.
 * Undefined where the operator stopped. Throws where its journal is damaged, or no process carries it out any more.
 */
export async function followExecution(
  id: string,
  options: Where,
  environment: Pick<Environment, "env" | "cwd" | "stop" | "note">,
  tell: (event: JournalEvent | ExecutionNoted) => void,
): Promise<ExecutionEnded | undefined> {
  const clock = createClock(environment.env);
  const { stop } = environment;
  let told = { events: 0, notes: 0 };
  let wasIdle = false;
  let shell: Pick<Environment, "env" | "cwd" | "note"> = environment;
  while (!stop.aborted) {
    const read = await readExecution(id, options, shell);
    // What the first look has said of the shared journal is not said each second.
    shell = { ...environment, note: () => {} };
    told = tellNew(read, told, tell);
    if (read.problem !== undefined) throw read.problem;
    const last = read.events.at(-1);
    if (last?.type === "execution.ended") return last;
    // A process that resumes it may have taken the lock after the locks were read: one more look decides.
    const isIdle = read.runsIn === undefined && read.elsewhere === undefined;
    if (isIdle && wasIdle) throw died(read.events[0]?.execution ?? id);
    wasIdle = isIdle;
    await clock.sleep(POLL_MS, stop).catch(() => undefined);
  }
  return undefined;
}

interface Printed {
  readonly events: number;
  readonly notes: number;
}

function tellNew(
  { events, noted: { notes } }: RecordedEvents,
  told: Printed,
  tell: (event: JournalEvent | ExecutionNoted) => void,
): Printed {
  for (const event of withNotes(events.slice(told.events), notes.slice(told.notes))) tell(event);
  return { events: events.length, notes: notes.length };
}

const died = (id: string): OpsError =>
  new OpsError({
    code: "execution-died",
    exitCode: EXIT.unknown,
    fault: "operator",
    message: `execution ${id} has no end on record, and no process carries it out`,
    unchanged: "AWS continues what was sent.",
    next: [commandLine`vulcan-ops resume ${id}`, commandLine`vulcan-ops show ${id}`],
  });
