import { withoutCommands } from "../ui/ci/github-actions.ts";
import type { Process } from "./process-context.ts";

/** Whether GitHub Actions reads this log: it executes some of its lines. */
export const isInWorkflow = ({ env }: Pick<Process, "env">): boolean => env.GITHUB_ACTIONS === "true";

/** The original stream of each escaped one. */
const ORIGINALS = new WeakMap<NodeJS.WriteStream, NodeJS.WriteStream>();

/** If GitHub Actions reads the log, text from a server or a file cannot act as one of its commands. */
export function withEscapedLog(context: Process): Process {
  if (!isInWorkflow(context)) return context;
  return { ...context, stdout: escaped(context.stdout), stderr: escaped(context.stderr) };
}

function escaped(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string | Uint8Array): boolean =>
    stream.write(typeof text === "string" ? withoutCommands(text) : text);
  const safe = Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
  ORIGINALS.set(safe, stream);
  return safe;
}

/** Sends our own commands, each on its own line, to stderr: stdout may carry data. */
export function sendCommands(lines: readonly string[], { stderr }: Process): void {
  const original = ORIGINALS.get(stderr) ?? stderr;
  for (const line of lines) original.write(line);
}
