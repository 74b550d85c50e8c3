import type { Failure } from "../domain/action.ts";
import { commandLine } from "../domain/command-line.ts";
import { capitalised } from "../domain/deed.ts";
import { firstClauses, stoppedState } from "../domain/ending-state.ts";
import { OpsError, RUN_AGAIN } from "../domain/error.ts";
import type { Status } from "../domain/execution-event.ts";
import { EXIT, type ExitCode, HANDING_OVER, stopCode } from "../domain/exit-codes.ts";
import type { AnyValues } from "../domain/field.ts";
import type { Finding } from "../domain/operation.ts";
import type { StepRecord } from "../domain/step-record.ts";

/** How one step came to its end in this process. */
export type StepOutcome =
  | {
      readonly kind: "done";
      readonly text: string;
      /** The same in about ten words. */
      readonly state?: string;
      /** A proof that was set up and could not be given; the steps after it still ran. */
      readonly unproven?: Failure;
      /** With `unproven`: the exit code of the process, where it says more than "failed". */
      readonly exitCode?: ExitCode;
      /** `resume` tries that proof again. */
      readonly isAgain?: boolean;
    }
  /** `isSilent`: no answer came in time, and that is a no. */
  | { readonly kind: "declined"; readonly isSilent?: boolean }
  /** A finding, a guard or a stale plan stopped it before its write. */
  | { readonly kind: "blocked"; readonly finding: Finding }
  /** Another execution holds the target. */
  | { readonly kind: "locked"; readonly failure: Omit<Failure, "evidence"> }
  | {
      readonly kind: "failed";
      readonly failure: Failure;
      readonly effect: "none" | "sent";
      readonly exitCode: ExitCode;
      readonly unproven?: { readonly onward: "stop" | "again"; readonly outputs: AnyValues };
    }
  /** Sent or perhaps sent, and the outcome is not known; `exitCode` where something else must be fixed first. */
  | { readonly kind: "open"; readonly failure: Failure; readonly exitCode?: ExitCode }
  /** The operator stopped watching; AWS continues. */
  | { readonly kind: "interrupted"; readonly exitCode: ExitCode };

/** How an execution ended: what the process exits with, and what people read. */
export interface ExecutionOutcome {
  readonly status: Status;
  readonly exitCode: ExitCode;
  readonly reason?: string;
  readonly text: string;
  /** What came of it, in one sentence for people. */
  readonly outcome: string;
  /** The same in about ten words, for the first row of a screen. */
  readonly state: string;
  readonly next: readonly string[];
}

/** An outcome whose sentence is not composed yet. */
type Unsaid = Omit<ExecutionOutcome, "outcome" | "state"> & Partial<Pick<ExecutionOutcome, "state">>;

/** What comes before the text of a status. */
const SAYS: Readonly<Partial<Record<Status, (step: string) => string>>> = {
  failed: (step) => (step === "" ? "Failed" : `Failed at ${step}`),
  guarded: (step) => (step === "" ? "Stopped" : `Stopped before ${step}`),
  unknown: (step) => (step === "" ? "Outcome unknown" : `Outcome unknown at ${step}`),
};

/** The ending with its sentence. `step`: where it ended, e.g. `step 3/6 (revert)`; empty where it ended nowhere in particular. */
export function withSentence(ending: Unsaid, step: string): ExecutionOutcome {
  const where = SAYS[ending.status]?.(step);
  const outcome = capitalised(where === undefined ? ending.text : `${where}: ${ending.text}`);
  const state = where === undefined ? firstClauses(outcome) : stoppedState(where, ending);
  return { ...ending, outcome, state: capitalised(ending.state ?? state) };
}

export const NOTHING_LEFT_TO_DO: StepOutcome = { kind: "done", text: "nothing was left to do" };

/** Of a step that an earlier process has done. What could not be proven then is still not proven. */
export function recordedOutcome({ unproven }: StepRecord): StepOutcome {
  if (unproven === undefined) return NOTHING_LEFT_TO_DO;
  const { text, reason, next, exitCode } = unproven;
  const failure = { reason, text, evidence: [], next };
  return { kind: "done", text, unproven: failure, ...(exitCode !== undefined && { exitCode }) };
}

/** An OpsError becomes the outcome of the step. Without a writable journal nothing can continue: it is thrown. */
export async function catchOperatorErrors(stop: AbortSignal, work: () => Promise<StepOutcome>): Promise<StepOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OpsError) || error.detail.code === "state-dir-unwritable") throw error;
    return outcomeOfError(error, stop);
  }
}

/** A question that a signal interrupted ends with the exit code of that signal. */
function outcomeOfError({ message: text, exitCode, detail }: OpsError, stop: AbortSignal): StepOutcome {
  if (exitCode === EXIT.interrupted || exitCode === EXIT.terminated) {
    return { kind: "interrupted", exitCode: stop.aborted ? stopCode(stop) : exitCode };
  }
  if (exitCode === EXIT.declined) return { kind: "declined" };
  if (exitCode === EXIT.guarded) return { kind: "blocked", finding: { level: "block", code: detail.code, text } };
  if (exitCode === EXIT.locked)
    return { kind: "locked", failure: { reason: detail.code, text, next: detail.next ?? [] } };
  const failure = { reason: detail.code, text, evidence: [], next: detail.next ?? [] };
  return { kind: "failed", failure, effect: "none", exitCode };
}

/** A confirmed step without an end may have taken effect: an error leaves its outcome open, the step did not fail. */
export function unknownIfConfirmed(end: StepOutcome, isUnderWay: boolean): StepOutcome {
  return end.kind === "failed" && isUnderWay ? { kind: "open", failure: end.failure } : end;
}

/** The execution's ending that follows from a step's end. `wrote`: whether anything had been sent before. */
export function executionOutcome(end: StepOutcome, step: string, wrote: boolean, id: string): ExecutionOutcome {
  const unsaid = unsaidOutcome(end, step, wrote, id);
  if (end.kind !== "done") return withSentence(unsaid, step);
  // With an exit code of its own, what was done has not failed.
  if (end.exitCode === undefined) return withSentence(unsaid, "");
  const outcome = capitalised(unsaid.text);
  // Its first row says both: what was done, and what is not well beside it.
  return { ...unsaid, outcome, state: `${firstClauses(outcome)}; ${end.unproven?.text ?? ""}` };
}

function unsaidOutcome(end: StepOutcome, step: string, wrote: boolean, id: string): Unsaid {
  const resume = [commandLine`vulcan-ops resume ${id}`, ...(wrote ? [commandLine`vulcan-ops undo ${id}`] : [])];
  switch (end.kind) {
    case "done":
      if (end.unproven !== undefined) return unprovenOutcome(end, end.unproven, resume, id);
      return {
        status: "done",
        exitCode: EXIT.done,
        text: end.text,
        ...(end.state !== undefined && { state: end.state }),
        next: [commandLine`vulcan-ops show ${id}`, ...(wrote ? [commandLine`vulcan-ops undo ${id}`] : [])],
      };
    case "declined":
      if (end.isSilent === true) {
        const text = `no answer came in time at ${step}`;
        const state = `no answer at ${step}`;
        return { status: "declined", exitCode: EXIT.guarded, reason: "no-answer", text, state, next: resume };
      }
      return wrote
        ? {
            status: "declined",
            exitCode: EXIT.failed,
            reason: "declined",
            text: `cancelled at ${step}`,
            next: resume,
          }
        : {
            status: "declined",
            exitCode: EXIT.declined,
            reason: "declined",
            text: `cancelled at ${step}; nothing was sent`,
            state: `cancelled at ${step}: nothing was sent`,
            next: [],
          };
    case "blocked":
      return {
        status: "guarded",
        exitCode: EXIT.guarded,
        reason: end.finding.code,
        text: end.finding.text,
        next: [...new Set([...(end.finding.next ?? []), ...(wrote ? resume : [])])],
      };
    case "locked":
      return {
        status: "guarded",
        exitCode: EXIT.locked,
        reason: end.failure.reason,
        text: end.failure.text,
        next: [...new Set([...end.failure.next, ...resume])],
      };
    case "failed":
      return {
        status: "failed",
        exitCode: end.exitCode,
        reason: end.failure.reason,
        text: end.failure.text,
        // At most three: at night, an operator cannot choose among more.
        next: [
          ...new Set(wrote ? [...onward(end.failure.next, id), ...resume] : withExecutionId(end.failure.next, id)),
        ].slice(0, 3),
      };
    case "open":
      return {
        status: "unknown",
        exitCode: end.exitCode ?? EXIT.unknown,
        reason: end.failure.reason,
        text: end.failure.text,
        next: [...new Set([...onward(end.failure.next, id), ...resume])],
      };
    case "interrupted":
      return {
        status: "interrupted",
        exitCode: end.exitCode,
        reason: "interrupted",
        text: `${stoppedAt(step, end, wrote)}; ${wrote ? "AWS continues with what was sent" : "nothing was sent"}`,
        state: `${stoppedAt(step, end, wrote)}: ${wrote ? "AWS continues" : "nothing was sent"}`,
        next: resume,
      };
  }
}

/** All steps ran, but not every result is proven: the execution does not end well. */
function unprovenOutcome(
  { text, isAgain, exitCode = EXIT.failed }: StepOutcome & { kind: "done" },
  { reason, next }: Failure,
  resume: readonly string[],
  id: string,
): Unsaid {
  const undo = resume.slice(1);
  return isAgain === true
    ? {
        status: "unknown",
        exitCode: EXIT.unknown,
        reason,
        text,
        next: [...new Set([...withExecutionId(next, id), ...resume])],
      }
    : {
        status: "failed",
        exitCode,
        reason,
        text,
        next: [...withExecutionId(next, id), commandLine`vulcan-ops show ${id}`, ...undo],
      };
}

/** Who reads the terminal of a process that was handed over has typed no Ctrl-C there. */
function stoppedAt(step: string, { exitCode }: { readonly exitCode: ExitCode }, wrote: boolean): string {
  if (exitCode === HANDING_OVER) return `stopped for a handover at ${step}`;
  return `${wrote ? "stopped watching" : "stopped"} at ${step}`;
}

/** `vulcan-ops undo` → `vulcan-ops undo 7K2M`: adds the id to commands that are about this execution. */
function withExecutionId(next: readonly string[], id: string): readonly string[] {
  return next.map((line) => (/^vulcan-ops (undo|resume|show)$/.test(line) ? line + commandLine` ${id}` : line));
}

/** The same for an execution that has to be resumed: its command, run again, would begin another execution. */
const onward = (next: readonly string[], id: string): readonly string[] =>
  withExecutionId(next, id).filter((line) => !line.startsWith(RUN_AGAIN));
