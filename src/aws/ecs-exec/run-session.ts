import type { ExecCalls } from "./api.ts";
import type { ChannelEnd, Ticket } from "./data-channel.ts";
import { type MarkerItem, MarkerParser } from "./marker-parser.ts";
import type { OutputBuffer } from "./output-buffer.ts";
import type { ExecLimits } from "./timeouts.ts";
import type { OpenLine, SessionLine } from "./transport.ts";

/** Milliseconds for the wrapper to end after we have confirmed its last mark. */
const FAREWELL_MS = 2000;

/** The result of a session. */
export interface SessionResult {
  /** The wrapper's last mark: END with the exit code, or why it has none; undefined if it never came. */
  readonly last: { readonly word: string; readonly value: string } | undefined;
  readonly words: ReadonlySet<string>;
  readonly end: ChannelEnd;
}

export interface SessionOptions {
  readonly calls: ExecCalls;
  readonly limits: ExecLimits;
  readonly now: () => number;
  readonly secret: string;
  readonly output: OutputBuffer;
  /** The kind of items that are output. */
  readonly outputForm: "bytes" | "data";
  readonly signal: AbortSignal | undefined;
  readonly openLine: OpenLine;
}

/** Marks after which the wrapper waits for the client's newline. */
const LAST: ReadonlySet<string> = new Set(["END", "ABSENT", "UNWRITABLE", "OTHER", "GONE", "UNREADABLE", "LAUNCHED"]);

/** Follows one wrapped command from its ticket to the end of its session. Closes the session if it can. */
export async function runSession(ticket: Ticket, talk: SessionOptions): Promise<SessionResult> {
  const { calls, limits, output, signal } = talk;
  const marks = new MarkerParser(talk.secret);
  const words = new Set<string>();
  let last: SessionResult["last"];
  let farewell: NodeJS.Timeout | undefined;
  const take = (item: MarkerItem): void => {
    if (item.kind === talk.outputForm && last === undefined) output.push(item.bytes);
    if (item.kind !== "mark") return;
    words.add(item.word);
    if (!LAST.has(item.word) || last !== undefined) return;
    last = item;
    channel.type("\n");
    farewell = setTimeout(() => channel.leave("it has said all there was to say"), FAREWELL_MS);
  };
  const receive = (bytes: Buffer): void => {
    marks.push(bytes).forEach(take);
    if (output.length > limits.mostBytes) channel.leave(`it printed more than ${limits.mostBytes} bytes`);
  };
  const ports = {
    output: receive,
    resume: () => calls.resume(ticket.sessionId),
    agent: async () => calls.agent?.(ticket.streamUrl),
    now: talk.now,
  };
  const channel = talk.openLine(ticket, ports, limits);
  const stopWatching = watch(channel, talk);
  const interrupt = (): void => channel.leave("it was interrupted here");
  signal?.addEventListener("abort", interrupt, { once: true });
  if (signal?.aborted === true) interrupt();
  const end = await channel.follow().finally(() => {
    clearTimeout(farewell);
    stopWatching();
    signal?.removeEventListener("abort", interrupt);
  });
  if (last === undefined) marks.rest().forEach(take);
  if (end.kind !== "closed") await calls.terminate(ticket.sessionId);
  return { last, words, end };
}

/** The channel does not report that its task stops; DescribeTasks does. */
function watch(channel: Pick<SessionLine, "leave">, { calls, limits }: SessionOptions): () => void {
  const timer = setInterval(() => {
    void calls.taskEnd().then((end) => {
      if (end !== undefined) channel.leave(end);
    });
  }, limits.taskMs);
  return () => clearInterval(timer);
}
