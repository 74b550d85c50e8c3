import { tmpdir } from "node:os";
import { bareCommand as bare, COMMANDS as commands } from "../../commands/index.ts";
import type { Process } from "../../src/cli/process-context.ts";
import { runCommandLine } from "../../src/cli/run-command-line.ts";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import type { Life } from "./life.ts";
import { within } from "./process-boundary.ts";
import type { EndEvent } from "./story.ts";

/** What one process printed, and how it ended. */
export interface Printed {
  readonly code: number | "died";
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line as a life of its own. Resolves at its end, or at its death. */
export async function runLife(
  life: Life,
  argv: readonly string[],
  ids: Process["ids"],
  stop: AbortSignal,
  env: Readonly<Record<string, string>>,
): Promise<Printed> {
  const [stdout, stderr] = [sink(life), sink(life)];
  const context: Process = {
    env: { ...process.env, ...env },
    cwd: tmpdir(),
    stdin: { isTTY: false } as NodeJS.ReadStream,
    stdout: stdout.stream,
    stderr: stderr.stream,
    ids,
    stop,
  };
  const run = within(life, () => runCommandLine(argv, { commands, bare }, context));
  const code = await Promise.race([run, life.died]);
  life.isOver = true;
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** Wide, so that a flag in an advice is not broken. A dead life prints nothing. */
function sink(life: Life) {
  const parts: string[] = [];
  const write = (text: string): boolean => {
    if (!life.isDead) parts.push(text);
    return true;
  };
  return {
    stream: { isTTY: false, columns: 8000, write } as unknown as NodeJS.WriteStream,
    text: () => parts.join(""),
  };
}

export function eventsIn(stdout: string): readonly JournalEvent[] {
  const lines = stdout.split("\n").filter((line) => line.startsWith('{"'));
  return lines.map((line) => JSON.parse(line) as JournalEvent);
}

export const endIn = (stdout: string): EndEvent | undefined =>
  eventsIn(stdout).findLast((event): event is EndEvent => event.type === "execution.ended");

/** The flags that a refused command line proposes, as an operator would paste them. */
export function advisedFlags(stderr: string): readonly string[] {
  const missing = /Add to the same command: (.*)/.exec(stderr)?.[1] ?? "";
  const current = /the same command with (--expect-current \S+)/.exec(stderr)?.[1] ?? "";
  return wordsOf(`${missing} ${current}`);
}

/** Neither this machine nor the table has the execution: the one that began it does. */
export const isElsewhereAlone = (stderr: string): boolean =>
  /on the machine that began it, where it reaches the shared journal/.test(stderr);

/** Records that stayed on another machine, as a refusal names them: where to share them, and what continues without. */
export function unsharedIn(stderr: string): { readonly host: string; readonly flags: readonly string[] } | undefined {
  const host = /on (\S+), where it reaches the shared journal: vulcan-ops history/.exec(stderr)?.[1];
  const flags = /to continue without them: (--take-over \S+)/.exec(stderr)?.[1] ?? "";
  return host === undefined ? undefined : { host, flags: wordsOf(flags) };
}

const wordsOf = (text: string): string[] =>
  [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);

/** A flag that is given again replaces the one before it, but for --confirm, which may be given several times. */
export function withFlags(argv: readonly string[], flags: readonly string[]): readonly string[] {
  const all = [...argv];
  for (let at = 0; at < flags.length; at += 1) {
    const name = flags[at] ?? "";
    if (!name.startsWith("--")) continue;
    const value = flags[at + 1]?.startsWith("--") === false ? flags[at + 1] : undefined;
    const given = name === "--confirm" ? -1 : all.indexOf(name);
    if (given >= 0) all.splice(given, value === undefined ? 1 : 2);
    all.push(name, ...(value === undefined ? [] : [value]));
  }
  return all;
}
