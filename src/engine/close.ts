import { withState } from "../domain/ending-state.ts";
import { counted } from "../domain/finding.ts";
import { type Unfinished, unfinishedText } from "../domain/unfinished.ts";
import { tellOutcome } from "./notices.ts";
import type { ExecutionOutcome } from "./outcome.ts";
import { remindersOf } from "./outcome-sentence.ts";
import { emit, identityOf, type Run } from "./run.ts";
import { findUnfinished } from "./unfinished.ts";

/** Reads what is not put back, tells people, frees the lock that machines share, and journals the ending. */
export async function close<World>(run: Run<World>, ending: ExecutionOutcome): Promise<ExecutionOutcome> {
  const notPutBack = await findUnfinished(run.engine, run.runbook, run.execution);
  const lostNotices = await tellOutcome(run, nameUnfinished(notPutBack, ending), notPutBack);
  // The last request: what stays of the lock can still be named.
  const unfinished = [...notPutBack, ...((await run.engine.lock?.freeShared()) ?? [])];
  const outcome = nameUnfinished(unfinished, ending);
  const reminders = outcome.status === "done" ? remindersOf(run) : [];
  const { statedReason, started } = run.execution;
  const { emergency } = started;
  const more = {
    unfinished,
    identity: identityOf(run),
    ...(reminders.length > 0 && { reminders }),
    ...(lostNotices.length > 0 && { lostNotices }),
    ...(statedReason !== undefined && { statedReason }),
    ...(emergency !== undefined && { emergency }),
  };
  await emit(run, { type: "execution.ended", ...outcome, ...more });
  return outcome;
}

/** Always names what is not put back, with the command that puts it back, whatever else the ending says. */
export function nameUnfinished(unfinished: readonly Unfinished[], ending: ExecutionOutcome): ExecutionOutcome {
  if (unfinished.length === 0) return ending;
  const text = `${ending.text}; not put back: ${unfinished.map(unfinishedText).join("; ")}`;
  const state = withState(ending.state, `${counted(unfinished.length, "change")} unfinished`);
  return { ...ending, text, state, next: [...new Set([...ending.next, ...unfinished.map(({ command }) => command)])] };
}
