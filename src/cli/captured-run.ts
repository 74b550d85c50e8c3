import type { CommandList } from "./command.ts";
import type { Process } from "./process-context.ts";
import { runCommandLine } from "./run-command-line.ts";

/** What one command line printed, and how it ended. */
export interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Prose that is collected is not wrapped at a screen's width. */
const COLUMNS = 10_000;

/** How a screen would be written to has no meaning for a text that is collected. */
const PLAIN = { NO_COLOR: "1", FORCE_COLOR: undefined, GITHUB_ACTIONS: undefined, VULCAN_OPS_TIME: "utc" };

/**
 * Runs one command line in this process, without a terminal, and collects what it prints. Only the commands handed in
 * exist for it, and every request of theirs that is no read is refused before it is sent. Rejects when `stop` aborts:
 * what then still reads ends by its own time limits, unheard.
 */
export async function runCaptured(
  argv: readonly string[],
  commands: CommandList,
  { env, cwd, ids, stop }: Pick<Process, "env" | "cwd" | "ids" | "stop">,
): Promise<Captured> {
  const [stdout, stderr] = [collector(), collector()];
  const outside: Process = {
    env: { ...env, ...PLAIN },
    cwd,
    ids,
    stop,
    onlyReads: true,
    stdin: { isTTY: false } as NodeJS.ReadStream,
    stdout: stdout.stream,
    stderr: stderr.stream,
  };
  const bare = () => Promise.reject(new Error("a captured run names its command"));
  const aborted = new Promise<never>((_, reject) => {
    stop.throwIfAborted();
    stop.addEventListener("abort", () => reject(stop.reason), { once: true });
  });
  const exitCode = await Promise.race([runCommandLine(argv, { commands, bare }, outside), aborted]);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): { readonly stream: NodeJS.WriteStream; readonly text: () => string } {
  const parts: string[] = [];
  const stream = { isTTY: false, columns: COLUMNS, write: (text: string) => parts.push(text) > 0 };
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => parts.join("") };
}
