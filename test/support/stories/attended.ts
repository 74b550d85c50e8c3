import { tmpdir } from "node:os";
import { PassThrough } from "node:stream";
import { runRunbook } from "../../../src/app/execution/run-runbook.ts";
import { openDocument } from "../../../src/app/open-runbook.ts";
import type { Environment, OperatorIo, Question } from "../../../src/domain/ports.ts";
import { createTerminalIo } from "../../../src/ui/io/terminal-io.ts";
import { countingIds, type Rig, TARGET } from "../sandbox-harness.ts";

/** A question at the terminal, as the operator met it. */
export interface Met {
  /** The step's id, or that of a choice. */
  readonly id: string;
  readonly kind: Question["kind"];
  /** Desired tasks when it opened. */
  readonly size: number;
  /** Epoch ms of the operator's clock. */
  readonly opened: number;
  closed?: number;
  how?: string;
}

/** A terminal of this process: what is written to it is kept, and keys are typed from here. */
function fakeTerminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => input });
  const shown: string[] = [];
  const output = { isTTY: true, columns: 120, rows: 40, write: (text: string) => shown.push(text) > 0 };
  const streams = { input: input as unknown as NodeJS.ReadStream, output: output as unknown as NodeJS.WriteStream };
  return { ...streams, shown, press: (keys: string) => void input.write(keys) };
}

/** Long enough for the question to be readable, and keys to count. */
const READ_MS = 2000;

/**
 * A runbook in this process, at a terminal whose operator answers yes as long as `answers` says so, or no, and then is gone.
 * Keys and silence take the operator's time, not that of the sandbox.
 */
export async function attended(
  rig: Rig,
  runbook: string,
  inputs: Readonly<Record<string, string>>,
  answers: (question: Met) => boolean | "no",
  env: Readonly<Record<string, string>> = {},
  stop: AbortSignal = new AbortController().signal,
) {
  const terminal = fakeTerminal();
  const met: Met[] = [];
  const display = { columns: 120, colour: false, unicode: true, live: false };
  const screen = createTerminalIo({ ...terminal, display, answers: { yes: false, sandbox: false }, stop });
  const io: OperatorIo = {
    hasPerson: true,
    notify: screen.notify,
    async ask(question, remind) {
      const id = "step" in question ? question.step.id : "id" in question ? question.id : question.kind;
      const size = rig.sandbox.state().services[0]?.desired ?? 0;
      const one: Met = { id, kind: question.kind, size, opened: Date.now() };
      met.push(one);
      const asking = screen.ask(question, remind);
      const isCounting = question.kind === "confirm" && question.silence?.countdown !== undefined;
      const given = question.kind === "confirm" && answers(one);
      if (question.kind === "confirm" && given !== false) {
        const yes = question.mode === "typed" ? (question.step.consequence ?? id) : "y";
        const text = given === "no" ? "n" : yes;
        setTimeout(() => terminal.press(isCounting ? "y" : `${text}\r`), READ_MS);
      }
      const answer = await asking;
      one.closed = Date.now();
      one.how = "how" in answer ? String(answer.how) : "hold";
      return answer;
    },
    showPlan: (plan) => screen.learn(plan),
    say: () => undefined,
    alert: () => undefined,
    note: () => undefined,
    assertAnswerable: () => undefined,
    assertRestAnswerable: async () => undefined,
    close: () => screen.close(),
  };
  const environment = {
    env: { ...process.env, ...env },
    cwd: tmpdir(),
    ids: countingIds(),
    stop,
    note: () => undefined,
  };
  const request = {
    document: await openDocument(runbook, { verb: "run", cwd: tmpdir() }),
    inputs,
    command: runbook,
    pinned: TARGET,
  };
  const running = runRunbook(request, { stateDir: rig.stateDir }, environment as unknown as Environment, () => io);
  return { running, met, shown: terminal.shown };
}

/** Operator's ms for which questions were open while fewer tasks than usual were wanted. */
export const belowSize = (met: readonly Met[], usual: number): number =>
  met.reduce((sum, { size, opened, closed = Date.now() }) => sum + (size < usual ? closed - opened : 0), 0);
