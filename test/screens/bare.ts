import { tmpdir } from "node:os";
import { PassThrough, Writable } from "node:stream";
import { bareCommand as bare, COMMANDS as commands } from "../../commands/index.ts";
import type { Process } from "../../src/cli/process-context.ts";
import { runCommandLine } from "../../src/cli/run-command-line.ts";
import { countingIds } from "../support/sandbox-harness.ts";
import type { Size } from "./replay.ts";

export interface Typed {
  readonly code: number;
  /** All that was written, with its colours. */
  readonly raw: string;
}

/**
 * A command line of this process at a terminal. `keys`: what is typed once the screen ends with each text, in this order;
 * the last keys have to end the command.
 */
export async function atTerminal(
  argv: readonly string[],
  { columns, rows }: Size,
  keys: readonly (readonly [until: RegExp, typed: string])[],
  { env = {}, stateDir }: { readonly env?: Readonly<Record<string, string>>; readonly stateDir: string },
): Promise<Typed> {
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => input });
  let raw = "";
  const output: unknown = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        raw += String(chunk);
        done();
      },
    }),
    // As that of a terminal, it does not end with what is piped into it.
    { isTTY: true, columns, rows, end: () => output },
  );
  const context = {
    env: { ...process.env, TERM: "xterm", LANG: "C.UTF-8", CI: "", TZ: "UTC", XDG_STATE_HOME: stateDir, ...env },
    cwd: tmpdir(),
    stdin: input,
    stdout: output,
    stderr: output,
    ids: countingIds(),
    stop: new AbortController().signal,
  } as unknown as Process;
  const running = runCommandLine(argv, { commands, bare }, context);
  const typing = type();
  const code = await running;
  await typing;
  return { code, raw };

  async function type(): Promise<void> {
    for (const [until, typed] of keys) {
      while (!until.test(raw)) await new Promise((resolve) => setTimeout(resolve, 50));
      await new Promise((resolve) => setTimeout(resolve, 500));
      input.write(typed);
    }
  }
}
