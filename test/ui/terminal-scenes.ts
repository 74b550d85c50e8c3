import { existsSync } from "node:fs";
import { OpsError } from "../../src/domain/error.ts";
import type { ProgressEvent, StepConfirmed, StepVerified } from "../../src/domain/execution-event.ts";
import { chooseFrom, createTerminalIo } from "../../src/ui/io/terminal-io.ts";
import { renderError } from "../../src/ui/render/error.ts";
import { displayOptionsOf } from "../../src/ui/text/style.ts";
import { NORMAL, QUESTION, REVERT, WARNED } from "./plans.ts";

/** Small programs that are run in a real terminal by terminal-io.test.ts; each ends with one line that starts with RESULT. */

const [scene = "", ...flags] = process.argv.slice(2);
const display = displayOptionsOf(process.stdout, process.env);
const stop = new AbortController();
const terminal = { input: process.stdin, output: process.stdout, display, stop: stop.signal };
const answers = { yes: flags.includes("--yes"), sandbox: false };
// Where keys are typed into the pause before a question, it lasts longer than a busy machine takes to type them.
const io = createTerminalIo({
  ...terminal,
  answers,
  ...(scene === "twice" && { quiet: { afterKey: 3000, untouched: 3000 } }),
});

const at = (second: number) => new Date(Date.UTC(2026, 3, 10, 3, 41, second)).toISOString();
const base = { execution: "7K2M", step: "revert", phase: "do" } as const;
const confirmed: StepConfirmed = {
  ...base,
  at: at(0),
  type: "step.confirmed",
  how: "typed",
  inputs: {},
  operation: REVERT.operation ?? { service: "", name: "", input: {} },
  undo: REVERT.undo ?? { kind: "irreversible", reason: "" },
  basis: {},
  outputs: {},
};
const progress = (text: string, healthy: number): ProgressEvent => ({
  ...base,
  at: at(3),
  type: "step.progress",
  text,
  data: { healthy, desired: 3 },
});
const verified: StepVerified = { ...base, at: at(9), type: "step.verified", text: "all 3 tasks run :42", outputs: {} };

const SILENCE = { within: 300, answer: "yes", isUrgent: false } as const;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const SCENES = {
  prompt: () => io.ask({ ...QUESTION, mode: "prompt" }),
  typed: () => io.ask(QUESTION),
  /** After a long plan: what it said has left the screen. */
  warned: () => {
    process.stdout.write("a row of the plan\n".repeat(122));
    return io.ask(WARNED);
  },
  stale: () => io.ask({ ...QUESTION, stale: ["PRIMARY deployment: ecs-svc/55 is now ecs-svc/91"] }),
  /** Time to type ahead. */
  late: async () => {
    await pause(700);
    return io.ask(flags.includes("typed") ? QUESTION : { ...QUESTION, mode: "prompt" });
  },
  twice: async () => [await io.ask({ ...QUESTION, mode: "prompt" }), await io.ask({ ...QUESTION, mode: "prompt" })],
  choice: () =>
    io.ask({
      kind: "choice",
      id: "on-failure",
      message: "What now?",
      detail: ["4 tasks stopped: exit 1"],
      choices: [
        { value: "undo", label: "undo: return to 43" },
        { value: "abort", label: "stop here" },
      ],
      fallback: "abort",
    }),
  hold: () => io.ask({ kind: "hold", step: REVERT, seconds: 2 }),
  // Longer than a busy machine needs to send a key.
  "hold-long": () => io.ask({ kind: "hold", step: REVERT, seconds: 45 }),
  countdown: () => io.ask({ ...QUESTION, mode: "prompt", silence: { ...SILENCE, countdown: 2 } }),
  // Longer than a busy machine needs to send a key.
  "countdown-long": () => io.ask({ ...QUESTION, mode: "prompt", silence: { ...SILENCE, countdown: 45 } }),
  silent: async () => {
    let calls = 0;
    const silence = { within: 2, answer: "no", isUrgent: true } as const;
    const answer = await io.ask({ ...QUESTION, mode: "prompt", silence }, () => calls++);
    return { ...answer, calls };
  },
  "silent-choice": () =>
    io.ask({
      kind: "choice",
      id: "on-failure",
      message: "What now?",
      detail: [],
      choices: [
        { value: "abort", label: "stop here" },
        { value: "undo", label: "undo" },
      ],
      fallback: "abort",
      within: 2,
    }),
  /** A wait that lasts until a line is there to read, and takes no key for one. */
  wait: async () => {
    io.notify(confirmed);
    io.waits?.({
      resume: "vulcan-ops resume 7K2M",
      step: "revert",
      since: Date.now(),
      limit: 900,
      usual: 60,
      after: 330,
    });
    io.notify(progress("1 of 3 run :42", 1));
    // The program's listener stays, too.
    await new Promise((resolve) => process.once("SIGUSR1", resolve).on("SIGINT", resolve));
    io.notify(verified);
    return "waited";
  },
  menu: () =>
    chooseFrom(terminal, "What next?", [
      { value: "rollback", label: "Revert a release" },
      { value: "quit", label: "Quit" },
    ]),
  /** With `while=FILE` its second state stays as long as that file is there: whoever looks says when it has seen it. */
  live: async () => {
    io.notify(confirmed);
    const seen = flags.find((flag) => flag.startsWith("while="))?.slice("while=".length);
    for (const [text, healthy] of [
      ["1 of 3 run :42", 1],
      ["1 of 3 run :42", 1],
      ["2 of 3 run :42", 2],
    ] as const) {
      io.notify(progress(text, healthy));
      await pause(350);
      while (seen !== undefined && existsSync(seen)) await pause(50);
    }
    if (flags.includes("say")) io.say("a line from elsewhere\n");
    await pause(150);
    io.notify(verified);
    io.notify({ ...verified, type: "step.skipped", reason: "printed at once after it" });
    return "live";
  },
  /** A signal from outside while the question is open. */
  stopped: () => {
    setTimeout(() => stop.abort(), 900);
    return io.ask(QUESTION);
  },
  /** Ctrl-C while a step waits, after a question: it has to reach the process, and what the process then says has to stay. */
  signal: async () => {
    await io.ask({ ...QUESTION, mode: "prompt" });
    const signalled = new Promise((resolve) => process.on("SIGINT", resolve));
    io.notify(confirmed);
    io.notify(progress("1 of 3 run :42", 1));
    await signalled;
    stop.abort();
    process.stdout.write("stopping at a safe point\n");
    io.notify(progress("2 of 3 run :42", 2));
    await pause(400);
    io.notify(verified);
    return "signalled";
  },
  /** Leaves while a view is drawn. */
  leave: async () => {
    io.notify(confirmed);
    io.notify(progress("1 of 3 run :42", 1));
    await pause(400);
    return "left";
  },
};

/** What terminal-io.test.ts may ask for; a flag may follow. */
export type Scene = keyof typeof SCENES | `${keyof typeof SCENES} ${string}`;

io.learn(NORMAL);
try {
  const result = await SCENES[scene as keyof typeof SCENES]();
  io.close();
  process.stdout.write(`RESULT ${JSON.stringify(result ?? null)}\n`);
} catch (error) {
  io.close();
  if (!(error instanceof OpsError)) throw error;
  process.stdout.write(`${renderError(error, display)}RESULT exit ${error.exitCode} ${error.detail.code}\n`);
}
