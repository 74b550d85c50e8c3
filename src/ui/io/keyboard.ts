import { PassThrough } from "node:stream";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { holdTerminal, suspendJob } from "./suspend.ts";

/** What ends a question without an answer: Ctrl-C, or the end of input (Ctrl-D, a closed terminal). */
export type Break = "interrupted" | "eof";

/** How long no key may have come before keys count, in ms. */
export interface Quiet {
  readonly afterKey: number;
  /** Where none has come, before the question or since: reading it takes a person longer than this. */
  readonly untouched: number;
}

/** A question that opens in the middle of a word must not take the rest of it. */
export const QUIET: Quiet = { afterKey: 400, untouched: 150 };

/** The keyboard during one question. Keys typed before `open` are dropped. */
export interface Keys {
  /** Keys typed after `open`, for the code that reads the answer. */
  readonly source: PassThrough;
  /** Aborts with a Break as its reason. */
  readonly signal: AbortSignal;
  /** Drops keys typed ahead. Returns when it has been quiet for so long, or when `signal` aborts. */
  drain(quiet: Quiet): Promise<void>;
  open(): void;
  /** Draws the question again once the process continues after Ctrl-Z. */
  redraw?: () => void;
  close(): void;
}

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_Z = "\u001a";
/** If a key is held down, the question comes after this time. */
const MOST_DRAIN_MS = 4000;
const DRAIN_POLL_MS = 25;

/**
 * Takes the keyboard in raw mode: keys typed ahead can be read and dropped, and Ctrl-C and Ctrl-D mean the same for
 * every kind of question. Always release it with `close`. `stop` interrupts like Ctrl-C: in raw mode only this reader
 * gets that key, and a signal from outside reaches no question.
 */
export function takeKeys(input: NodeJS.ReadStream, stop?: AbortSignal): Keys {
  const source = new PassThrough();
  const broken = new AbortController();
  const state: State = { isOpen: false, lastAt: Date.now(), isTouched: false };
  const onData = (chunk: Buffer | string) => {
    state.lastAt = Date.now();
    state.isTouched = true;
    const text = chunk.toString();
    if (text.includes(CTRL_C)) broken.abort("interrupted" satisfies Break);
    else if (state.isOpen && text.includes(CTRL_D)) broken.abort("eof" satisfies Break);
    else if (text.includes(CTRL_Z)) suspendJob();
    else if (state.isOpen) source.write(chunk);
  };
  const onEnd = () => broken.abort("eof" satisfies Break);
  const onStop = () => broken.abort("interrupted" satisfies Break);
  if (stop?.aborted) onStop();
  stop?.addEventListener("abort", onStop);
  input.setRawMode(true);
  input.on("data", onData).on("end", onEnd).on("close", onEnd).resume();
  const release = () => void input.setRawMode(false);
  const retake = () => {
    release();
    input.setRawMode(true);
    keys.redraw?.();
  };
  const giveBack = holdTerminal({ release, retake });
  const keys: Keys = {
    source,
    signal: broken.signal,
    drain: (quiet) => drain(state, quiet, broken.signal),
    open() {
      state.isOpen = true;
    },
    close() {
      giveBack();
      stop?.removeEventListener("abort", onStop);
      input.off("data", onData).off("end", onEnd).off("close", onEnd).pause();
      release();
      source.end();
    },
  };
  return keys;
}

interface State {
  isOpen: boolean;
  /** When the last key came, or the keyboard was taken. */
  lastAt: number;
  isTouched: boolean;
}

/** What was typed before the keyboard was taken comes at once: the terminal has kept it. */
async function drain(state: Readonly<State>, quiet: Quiet, signal: AbortSignal): Promise<void> {
  const giveUp = Date.now() + MOST_DRAIN_MS;
  const isQuiet = () => Date.now() - state.lastAt >= (state.isTouched ? quiet.afterKey : quiet.untouched);
  while (!signal.aborted && !isQuiet() && Date.now() < giveUp) {
    await wait(DRAIN_POLL_MS);
    // On a machine that stood still the keys of meanwhile are read only now.
    await nextTurn();
  }
}

/** True at every question, also within an execution that has sent something. */
export const SINCE_QUESTION = "Nothing changed since the question.";

/** Ctrl-C at a question: no fault of the operator. */
export function interrupted(unchanged: string): OpsError {
  return new OpsError({
    code: "interrupted",
    exitCode: EXIT.interrupted,
    fault: "operator",
    message: `Cancelled. ${unchanged}`,
  });
}
