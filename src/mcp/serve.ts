import type { Readable, Writable } from "node:stream";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";
import { counted } from "../domain/finding.ts";
import { checkArguments, schemaOf } from "./check-arguments.ts";
import { DATA_NOTICE, envelope, RESULT_SCHEMA, refusal, type ToolResult } from "./envelope.ts";
import type { Answer, CheckedArguments, Tool } from "./tool.ts";
import { createTurns } from "./turns.ts";

/** What the server needs of the program. */
export interface Assistant {
  readonly version: string;
  readonly tools: readonly Tool[];
  /** Commands of the program that no tool is: an error says that a person types them. */
  readonly forPeople: readonly string[];
  /** A word that nothing from outside can know. */
  mark(): string;
  /** Answers one call, whose arguments are checked. `tell` reports what happens on the way. */
  answer(tool: Tool, given: CheckedArguments, stop: AbortSignal, tell: (sentence: string) => void): Promise<Answer>;
  /** For a bug, or a message that cannot be read: standard output carries the protocol alone. */
  complain(sentence: string): void;
}

/** Where the protocol is spoken, and when it ends. */
export interface Channel {
  readonly input: Readable;
  readonly output: Writable;
  readonly stop: AbortSignal;
}

/** Calls that run at once, and those of them that start servers. The rest wait. */
const MOST_AT_ONCE = 8;
const MOST_HEAVY = 1;

/** Longer messages than any call of ours needs. */
const MOST_MESSAGE_BYTES = 1024 * 1024;

const INSTRUCTIONS = `vulcan-ops reads, plans and rehearses; it changes nothing here. ${DATA_NOTICE} A plan that you keep is carried out by a person, with vulcan-ops run --plan FILE. To change something, tell the person which command to type.`;

/** Serves until the input ends or `stop` aborts. What still runs is stopped, and awaited. */
export async function serve(assistant: Assistant, { input, output, stop }: Channel): Promise<void> {
  const ended = new AbortController();
  const running = new Set<Promise<unknown>>();
  const server = new Server(
    { name: "vulcan-ops", version: assistant.version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.onerror = ({ message }) => assistant.complain(message);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: assistant.tools.map(described) }));
  const call = caller(assistant, ended.signal);
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal, _meta, sendNotification }) => {
    const token = _meta?.progressToken;
    let progress = 0;
    const tell = (message: string): void => {
      if (token === undefined || signal.aborted) return;
      progress += 1;
      const sent = sendNotification({
        method: "notifications/progress",
        params: { progressToken: token, progress, message },
      });
      sent.catch(() => undefined);
    };
    const answered = call(params, signal, tell);
    running.add(answered);
    answered.catch(() => undefined).finally(() => running.delete(answered));
    return answered;
  });
  await server.connect(new StdioServerTransport(input, output, { maxBufferSize: MOST_MESSAGE_BYTES }));
  await endOf(input, server, stop);
  ended.abort(stop.aborted ? stop.reason : undefined);
  await Promise.allSettled([...running]);
  // What is answered by now goes out first.
  await new Promise((resolve) => setImmediate(resolve));
  await server.close();
}

function endOf(input: Readable, server: Server, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => resolve();
    input.once("end", end);
    input.once("close", end);
    server.onclose = end;
    stop.addEventListener("abort", end, { once: true });
    if (stop.aborted || input.destroyed) end();
  });
}

const described = (tool: Tool) => ({
  name: tool.name,
  title: tool.title,
  description: tool.describe,
  inputSchema: schemaOf(tool),
  outputSchema: RESULT_SCHEMA,
  annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: tool.flags.includes("region") },
});

interface Call {
  readonly name: string;
  readonly arguments?: unknown;
}

function caller(assistant: Assistant, ended: AbortSignal) {
  const turns = createTurns(MOST_AT_ONCE);
  const heavyTurns = createTurns(MOST_HEAVY);
  return async (
    { name, arguments: typed }: Call,
    cancelled: AbortSignal,
    tell: (sentence: string) => void,
  ): Promise<ToolResult> => {
    const tool = assistant.tools.find((one) => one.name === name);
    if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, unknownTool(name, assistant));
    const checked = checkArguments(tool, typed);
    if ("problems" in checked) return refusal(...checked.problems);
    const limit = AbortSignal.timeout(tool.seconds * 1000);
    const stop = AbortSignal.any([cancelled, ended, limit]);
    const work = async (): Promise<ToolResult> => {
      const release = await (tool.isHeavy === true ? heavyTurns : turns).take(stop);
      try {
        return envelope(name, await assistant.answer(tool, checked.given, stop, tell), assistant.mark());
      } finally {
        release();
      }
    };
    return work().catch((error: unknown) => {
      if (limit.aborted) return refusal(`${name} gave no answer within ${counted(tool.seconds, "second")}.`);
      if (stop.aborted) return refusal(`${name} was stopped.`);
      assistant.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return refusal(`${name}: vulcan-ops itself failed. The terminal of the server says where.`);
    });
  };
}

function unknownTool(name: string, { tools, forPeople }: Assistant): string {
  const there = `There is ${tools.map((tool) => tool.name).join(", ")}.`;
  return forPeople.includes(name)
    ? `no tool ${JSON.stringify(name)}: a person types vulcan-ops ${name}. ${there}`
    : `no tool of this name. ${there}`;
}
