import { usageError } from "../../domain/error.ts";
import { type ExecutionNoted, MOST_NOTE, ownWords } from "../../domain/execution-note.ts";
import type { Environment } from "../../domain/ports.ts";
import { readRecords } from "../../journal/journal-file.ts";
import { addNote } from "../../journal/notes.ts";
import { openStateDir, stateDir } from "../../journal/state-dir.ts";
import { createClock } from "../../target/clock.ts";
import { operatorOf } from "../operator.ts";
import { namedExecution } from "./named-execution.ts";
import { syncNotesOf } from "./shared-journals.ts";
import type { Where } from "./where.ts";

/** Adds a note to an execution, running or ended. Usage error (exit 6) where there is none, or no text. */
export async function noteExecution(
  typed: string,
  words: string,
  options: Where,
  environment: Pick<Environment, "env" | "cwd">,
): Promise<ExecutionNoted> {
  const text = ownWords(words, MOST_NOTE);
  if (text === undefined)
    throw usageError("note-invalid", `a note has 1 to ${MOST_NOTE} characters`, ['vulcan-ops note last "TEXT"']);
  const named = await namedExecution(typed, options, environment);
  const dir = stateDir(options.stateDir, environment.env);
  // Refuses an id without a journal.
  const { events } = await readRecords(dir, named);
  const execution = events[0]?.execution ?? named;
  const at = new Date(createClock(environment.env).now()).toISOString();
  const note: ExecutionNoted = { type: "execution.noted", at, execution, text, ...operatorOf() };
  await addNote(await openStateDir(dir), note);
  await syncNotesOf(execution, options, environment);
  return note;
}
