import { Console } from "node:console";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertInside } from "../src/app/assistant/inside-folder.ts";
import { keptPlan, nextPlanFile } from "../src/app/assistant/plan-folder.ts";
import { rehearseInOwnProcess } from "../src/app/assistant/rehearse-apart.ts";
import { readCompletionTable, readPrepared } from "../src/app/prepared.ts";
import { type Captured, runCaptured } from "../src/cli/captured-run.ts";
import { type CommandList, defineCommand } from "../src/cli/command.ts";
import { camelCase, type OptionsOf } from "../src/cli/options.ts";
import type { ProcessContext } from "../src/cli/process-context.ts";
import { STATE_OPTIONS, TARGET_OPTIONS } from "../src/cli/shared-options.ts";
import { nextOf, OpsError, usageError } from "../src/domain/error.ts";
import { EXIT, stopCode } from "../src/domain/exit-codes.ts";
import { sanitise } from "../src/domain/sanitise.ts";
import type { Answer, CheckedArguments, Tool } from "../src/mcp/tool.ts";

/** The commands behind the tools. No other command exists for the server. */
const READING: CommandList = {
  status: async () => (await import("./status.ts")).status,
  doctor: async () => (await import("./doctor.ts")).doctor,
  history: async () => (await import("./history/list.ts")).historyList,
  report: async () => (await import("./report.ts")).report,
  logs: async () => (await import("./logs.ts")).logs,
  explain: async () => (await import("./explain.ts")).explain,
  check: async () => (await import("./check.ts")).check,
  plan: async () => (await import("./plan.ts")).plan,
};

const OPTIONS = { ...TARGET_OPTIONS, ...STATE_OPTIONS } as const;

export const mcp = defineCommand({
  name: "mcp",
  describe: "Serve an assistant over the Model Context Protocol: it reads, plans, checks and rehearses",
  options: OPTIONS,
  examples: [
    ["vulcan-ops mcp --target production", "for an assistant's configuration: it sees this target alone"],
    ["vulcan-ops run --plan FILE", "how a person carries out a plan that the assistant has kept"],
  ],
  async run(options, context) {
    const { stdin, stdout, stderr, stop, ids } = context;
    if (stdin.isTTY === true)
      throw usageError("mcp-terminal", "mcp talks with an assistant's program, not with a terminal", [
        "vulcan-ops status",
        "vulcan-ops help mcp",
      ]);
    // What a library may print must not stand between the messages of the protocol.
    globalThis.console = new Console(stderr, stderr);
    const [{ serve }, { TOOLS }] = await Promise.all([import("../src/mcp/serve.ts"), import("../src/mcp/tools.ts")]);
    const commands = readCompletionTable().commands[""]?.words ?? [];
    const assistant = {
      version: readPrepared().version,
      tools: TOOLS.map((tool) => (options.target === undefined ? tool : withoutTarget(tool))),
      forPeople: commands.map(({ value }) => value).filter((name) => !TOOLS.some((tool) => tool.name === name)),
      mark: () => `${ids.execution()}${ids.execution()}`,
      answer: answerer(options, context),
      complain: (sentence: string) => void stderr.write(`${sanitise(sentence, { lines: true })}\n`),
    };
    await serve(assistant, { input: stdin, output: stdout, stop });
    return stop.aborted ? stopCode(stop) : EXIT.done;
  },
});

/** Where the person has chosen the target, an assistant sees no other one. */
function withoutTarget(tool: Tool): Tool {
  const { target: _target, all: _all, ...takes } = tool.takes;
  return { ...tool, takes };
}

type McpOptions = OptionsOf<typeof OPTIONS>;
type Answerer = (
  tool: Tool,
  given: CheckedArguments,
  stop: AbortSignal,
  tell: (sentence: string) => void,
) => Promise<Answer>;

function answerer(options: McpOptions, context: ProcessContext): Answerer {
  return async (tool, given, stop, tell) => {
    const environment = { ...context, stop };
    const words = [...tool.words(given), ...flagsOf(tool, given, options)];
    try {
      if (typeof given.runbook === "string" && /\.ya?ml$/.test(given.runbook)) assertInside(context.cwd, given.runbook);
      if (tool.name === "rehearse") return await rehearsed(words, environment, tell);
      if (tool.name === "plan") return await planned(words, String(given.runbook), options, environment);
      if (typeof given.text === "string") return await checkedText(words, given, environment);
      return answerOf(await runCaptured(words, READING, environment));
    } catch (error) {
      if (!(error instanceof OpsError)) throw error;
      return { exitCode: error.exitCode, notes: [], failure: { message: error.message, next: nextOf(error) } };
    }
  };
}

/** The flags that the server was started with, and the target of the call. */
function flagsOf({ flags }: Tool, { target }: CheckedArguments, options: McpOptions): readonly string[] {
  const all: Readonly<Record<string, unknown>> = { ...options, ...(target !== undefined && { target }) };
  return flags.flatMap((name) => {
    const value = all[camelCase(name)];
    return typeof value === "string" ? [`--${name}=${value}`] : [];
  });
}

type Surroundings = Pick<ProcessContext, "env" | "cwd" | "ids" | "stop">;

async function planned(
  words: readonly string[],
  runbook: string,
  { stateDir }: McpOptions,
  environment: Surroundings,
): Promise<Answer> {
  const file = await nextPlanFile(stateDir, environment.env, runbook, environment.ids.execution());
  const answer = answerOf(await runCaptured([...words, `--out=${file}`], READING, environment));
  const saved = keptPlan(file, stateDir);
  return { ...answer, ...(saved !== undefined && { saved }) };
}

/** A text has no path: it is checked as the file `runbook.yaml`. */
async function checkedText(words: readonly string[], { text, runbook }: CheckedArguments, environment: Surroundings) {
  if (runbook !== undefined) throw usageError("check-one", "check takes a runbook or a text, not both");
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-check-"));
  try {
    const file = join(folder, "runbook.yaml");
    writeFileSync(file, String(text), { mode: 0o600 });
    const { stdout, ...rest } = await runCaptured([...words, file], READING, environment);
    return answerOf({ ...rest, stdout: stdout.replaceAll(`${folder}/`, "") });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A progress event is told as it comes, and not kept: a rollout has hundreds. */
async function rehearsed(
  words: readonly string[],
  environment: Surroundings,
  tell: (sentence: string) => void,
): Promise<Answer> {
  const { exitCode, events, stderr } = await rehearseInOwnProcess(words, environment, (event) =>
    tell(sanitise([event.type, event.step, event.text ?? event.title].filter(Boolean).join(" "), { most: 300 })),
  );
  const last = events.at(-1);
  const kept = events.filter(({ type }) => type !== "step.progress" && type !== undefined);
  return answerOf({ exitCode, stderr, stdout: "" }, last?.error === undefined ? { events: kept } : last);
}

/** The answer as data: JSON where the command printed it, else its text. A part of an answer stays beside the failure. */
function answerOf({ exitCode, stdout, stderr }: Captured, given?: unknown): Answer {
  const { error, ...rest } = asRecord(given ?? dataOf(stdout));
  const notes = stderr.split("\n").filter((line) => line.trim() !== "");
  const whole = Object.keys(rest).length === 0 ? undefined : "whole" in rest ? rest.whole : rest;
  if (error !== undefined) return { exitCode, data: whole, notes: [], failure: error };
  if (whole !== undefined || exitCode === EXIT.done) return { exitCode, data: whole ?? "", notes };
  return { exitCode, notes: [], failure: { message: notes.join("\n"), next: [] } };
}

interface Printed {
  readonly error?: NonNullable<Answer["failure"]>;
  readonly whole?: unknown;
}

/** A list or a text has no member for an error. */
const asRecord = (data: unknown): Printed =>
  typeof data === "object" && data !== null && !Array.isArray(data) ? data : data === undefined ? {} : { whole: data };

function dataOf(stdout: string): unknown {
  if (stdout.trim() === "") return undefined;
  try {
    return JSON.parse(stdout) as unknown;
  } catch {
    return stdout;
  }
}
