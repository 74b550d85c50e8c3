import type { Failure } from "../domain/action.ts";
import { commandLine } from "../domain/command-line.ts";
import { OpsError } from "../domain/error.ts";
import type { Status } from "../domain/execution.ts";
import { EXIT, type ExitCode } from "../domain/exit-codes.ts";
import type { AnyValues } from "../domain/field.ts";
import type { Finding } from "../domain/operation.ts";

/** How one step came to its end in this process. */
export type StepEnd =
  | {
      readonly kind: "done";
      readonly text: string;
      /** A proof that was set up and could not be given; the steps after it were done. */
      readonly unproven?: Failure;
      /** `resume` tries that proof again. */
      readonly isAgain?: boolean;
    }
  | { readonly kind: "declined" }
  /** A finding, a guard or a stale plan stopped it before its write. */
  | { readonly kind: "blocked"; readonly finding: Finding }
  /** Another execution has the target. */
  | { readonly kind: "locked"; readonly failure: Omit<Failure, "evidence"> }
  /** `retry` tells whether asking for the same thing again makes sense. */
  | {
      readonly kind: "failed";
      readonly failure: Failure;
      readonly effect: "none" | "sent";
      readonly exitCode: ExitCode;
      readonly unproven?: { readonly onward: "stop" | "again"; readonly outputs: AnyValues };
    }
  /** Sent or perhaps sent, and the outcome is not known; `exitCode` where something else has to be put right first. */
  | { readonly kind: "open"; readonly failure: Failure; readonly exitCode?: ExitCode }
  /** The operator stopped watching; AWS goes on. */
  | { readonly kind: "interrupted"; readonly exitCode: ExitCode };

/** How an execution ended: what the process exits with, and what people read. */
export interface Ending {
  readonly status: Status;
  readonly exitCode: ExitCode;
  readonly reason?: string;
  readonly text: string;
  readonly next: readonly string[];
}

export const DONE: StepEnd = { kind: "done", text: "nothing was left to do" };

/** An error for people ends the step and is journalled with the rest; without a journal there is nothing to go on with. */
export async function endingWell(stop: AbortSignal, work: () => Promise<StepEnd>): Promise<StepEnd> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OpsError) || error.detail.code === "state-dir-unwritable") throw error;
    return endOf(error, stop);
  }
}

/** A question that a signal broke off ends with the code that the signal asks for. */
function endOf({ message: text, exitCode, detail }: OpsError, stop: AbortSignal): StepEnd {
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

/** What was confirmed and has no end may have happened: an error on the way there leaves it open, it did not fail. */
export function settled(end: StepEnd, isUnderWay: boolean): StepEnd {
  return end.kind === "failed" && isUnderWay ? { kind: "open", failure: end.failure } : end;
}

/** The ending that a step's end brings about. `wrote` tells whether anything had been sent before. */
export function endingOf(end: StepEnd, step: string, wrote: boolean, id: string): Ending {
  const resume = [commandLine`vulcan-ops resume ${id}`, ...(wrote ? [commandLine`vulcan-ops undo ${id}`] : [])];
  switch (end.kind) {
    case "done":
      if (end.unproven !== undefined) return unprovenEnding(end.text, end.unproven, end.isAgain === true, resume, id);
      return {
        status: "done",
        exitCode: EXIT.done,
        text: end.text,
        next: [commandLine`vulcan-ops show ${id}`, ...(wrote ? [commandLine`vulcan-ops undo ${id}`] : [])],
      };
    case "declined":
      return wrote
        ? {
            status: "declined",
            exitCode: EXIT.failed,
            reason: "declined",
            text: `stopped at step ${step}`,
            next: resume,
          }
        : {
            status: "declined",
            exitCode: EXIT.declined,
            reason: "declined",
            text: "declined; nothing was sent, nothing changed",
            next: [],
          };
    case "blocked":
      return {
        status: "guarded",
        exitCode: EXIT.guarded,
        reason: end.finding.code,
        text: end.finding.text,
        next: wrote ? resume : [],
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
        // Three to choose from: more are none at night.
        next: [...new Set([...withId(end.failure.next, id), ...(wrote ? resume : [])])].slice(0, 3),
      };
    case "open":
      return {
        status: "unknown",
        exitCode: end.exitCode ?? EXIT.unknown,
        reason: end.failure.reason,
        text: end.failure.text,
        next: [...new Set([...withId(end.failure.next, id), ...resume])],
      };
    case "interrupted":
      return {
        status: "interrupted",
        exitCode: end.exitCode,
        reason: "interrupted",
        text: interruptedAt(step, wrote),
        next: resume,
      };
  }
}

/** All was done, and not all is known: no good end. */
function unprovenEnding(
  text: string,
  { reason, next }: Failure,
  isAgain: boolean,
  resume: readonly string[],
  id: string,
): Ending {
  const undo = resume.slice(1);
  return isAgain
    ? { status: "unknown", exitCode: EXIT.unknown, reason, text, next: [...new Set([...withId(next, id), ...resume])] }
    : {
        status: "failed",
        exitCode: EXIT.failed,
        reason,
        text,
        next: [...withId(next, id), commandLine`vulcan-ops show ${id}`, ...undo],
      };
}

function interruptedAt(step: string, wrote: boolean): string {
  return wrote
    ? `stopped at step ${step}; AWS goes on with what was sent before`
    : `stopped at step ${step}; nothing was sent, nothing changed`;
}

/** `vulcan-ops undo` → `vulcan-ops undo 7K2M`: the commands that are about this execution name it. */
function withId(next: readonly string[], id: string): readonly string[] {
  return next.map((line) => (/^vulcan-ops (undo|resume|show)$/.test(line) ? line + commandLine` ${id}` : line));
}

/** The exit code that the stopping signal asks for. */
export function stopCode(stop: AbortSignal): ExitCode {
  return stop.reason === EXIT.terminated ? EXIT.terminated : EXIT.interrupted;
}
