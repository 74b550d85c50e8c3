import { withoutCommands } from "../ui/ci/github-actions.ts";
import type { Process } from "./process-context.ts";

/** GitHub Actions reads this log, and obeys some of its lines. */
export const isInWorkflow = ({ env }: Pick<Process, "env">): boolean => env.GITHUB_ACTIONS === "true";

/** The streams behind escaped ones. */
const OPEN = new WeakMap<NodeJS.WriteStream, NodeJS.WriteStream>();

/** Where GitHub Actions reads along: what a server or a file says cannot be taken for one of its commands. */
export function withEscapedLog(context: Process): Process {
  if (!isInWorkflow(context)) return context;
  return { ...context, stdout: escaped(context.stdout), stderr: escaped(context.stderr) };
}

function escaped(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string | Uint8Array): boolean =>
    stream.write(typeof text === "string" ? withoutCommands(text) : text);
  const safe = Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
  OPEN.set(safe, stream);
  return safe;
}

/** Commands of our own, each on a line of its own; stdout may carry data. */
export function sendCommands(lines: readonly string[], { stderr }: Process): void {
  const open = OPEN.get(stderr) ?? stderr;
  for (const line of lines) open.write(line);
}
