import { fileURLToPath } from "node:url";
import { option } from "../domain/command-line.ts";
import { OpsError, usageError } from "../domain/error.ts";
import { EXIT, type ExitCode } from "../domain/exit-codes.ts";
import { installCommand } from "../domain/install-command.ts";
import type { Environment } from "../domain/ports.ts";
import { asTyped, TYPED_NAMES, type TypedOptions } from "../domain/typed-options.ts";
import { renderError } from "../ui/render/error.ts";
import { displayOptionsOf } from "../ui/text/style.ts";
import type { Command, CommandList } from "./command.ts";
import { withEscapedLog } from "./github-actions-log.ts";
import { refusesInput, takeGlobalFlags } from "./global-flags.ts";
import { camelCase } from "./options.ts";
import { isOnStdout, type OutputOptions, printError, printNote } from "./output.ts";
import { parse, type Request } from "./parse-argv.ts";
import { displayOptions, isAttended, type Process, type ProcessContext } from "./process-context.ts";

/** The commands of the program. */
export interface Program {
  readonly commands: CommandList;
  /** What a bare `vulcan-ops` runs. */
  bare(): Promise<Command>;
}

/** Runs one command line and returns its exit code. Every error is reported here, and only here. */
export async function runCommandLine(argv: readonly string[], program: Program, outside: Process): Promise<ExitCode> {
  const context = withGlobalFlags(argv, withEscapedLog(outside));
  const code = await run(argv, program, context);
  if (code !== EXIT.done && isEvaluated(takeGlobalFlags(argv).argv)) context.stdout.write("false\n");
  return code;
}

/**
 * Whether this is `eval "$(vulcan-ops sandbox start)"`. An eval of nothing succeeds, and the next command would go to
 * the real AWS. So if no variables can be printed, the shell gets a command that fails.
 */
function isEvaluated([command, ...words]: readonly string[]): boolean {
  return command === "sandbox" && words.includes("start") && !words.includes("--foreground");
}

async function run(argv: readonly string[], program: Program, context: Process): Promise<ExitCode> {
  let request: Request = { options: {} };
  try {
    request = await parse(argv, program.commands);
    const { command, options } = request;
    const note = (sentence: string) => printNote(sentence, options as Partial<OutputOptions>, context);
    const enter: ProcessContext["enter"] = (entered, given) => {
      request = { command: entered as Command, options: given };
      return entered.run(given as never, { ...context, note, enter, typed: typedIn(given), ...questions(context) });
    };
    return await enter(command ?? (await program.bare()), options);
  } catch (error) {
    const circumstances = {
      output: outputMode(argv),
      couldChange: couldChange(request),
      typed: typedIn(request.options),
    };
    return fail(error, circumstances, context);
  }
}

/** As words, for the commands that are printed. */
function typedIn(options: Readonly<Record<string, unknown>>): TypedOptions {
  const given = TYPED_NAMES.map((name) => [name, options[camelCase(name)]] as const);
  return Object.fromEntries(
    given.flatMap(([name, value]) => (typeof value === "string" ? [[name, option(name, value)]] : [])),
  );
}

/** The flags that every command takes act as the variables of the same meaning do: all rooms read only those. */
function withGlobalFlags(argv: readonly string[], context: Process): Process {
  const env = { ...context.env, ...takeGlobalFlags(argv).env };
  if (!refusesInput(env)) return { ...context, env };
  return { ...context, env, stdin: Object.create(context.stdin, { isTTY: { value: false } }) as NodeJS.ReadStream };
}

/** Whether the command asks before it changes something, and this is no dry run. */
const couldChange = ({ command, options }: Request): boolean =>
  command !== undefined && Object.hasOwn(command.options, "yes") && options.dryRun === undefined;

/** The words may be wrong, and no command may have read them yet. */
function outputMode(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === "--output" || word.startsWith("--output="));
  return argv[at]?.includes("=") === true ? argv[at]?.slice("--output=".length) : argv[at + 1];
}

/** What may be asked at any time, outside an execution: a code for the credentials. */
function questions(context: Process): Pick<Environment, "askHidden"> {
  const { stdin, stderr, stop } = context;
  if (!isAttended(context)) return {};
  const display = displayOptions(context);
  return {
    askHidden: async (question) => {
      const { hiddenQuestions } = await import("../ui/io/ask-hidden.ts");
      return hiddenQuestions({ input: stdin, output: stderr, display, stop }).askHidden?.(question);
    },
  };
}

interface Circumstances {
  readonly output: string | undefined;
  readonly couldChange: boolean;
  readonly typed: TypedOptions;
}

function fail(
  error: unknown,
  { output, couldChange, typed }: Circumstances,
  { stdout, stderr, env }: Process,
): ExitCode {
  const known = error instanceof OpsError ? error : isUnfit(error) ? unfitMachineError(error) : internal(error);
  const display = displayOptionsOf(stderr, env);
  if (error !== known && (env.VULCAN_OPS_DEBUG !== undefined || display.verbose === true))
    stderr.write(`${(error as Error).stack}\n`);
  const { next } = known.detail;
  const printed = next ? new OpsError({ ...known.detail, next: next.map((line) => asTyped(line, typed)) }) : known;
  stderr.write(renderError(printed, display, couldChange));
  if (!isOnStdout(known)) printError(printed, output, stdout);
  return known.exitCode;
}

/** A server or a sandbox shares no code with the rest. With this error it names what this machine lacks for it. */
const isUnfit = (error: unknown): error is UnfitMachine => error instanceof Error && error.name === "UnfitMachine";

type UnfitMachine = Error & { readonly install?: string };

const unfitMachineError = ({ message, install }: UnfitMachine): OpsError =>
  usageError("sandbox-unfit", message, [
    ...(install === undefined ? [] : [installCommand(install, fileURLToPath(import.meta.url), process.cwd())]),
    "the same command again",
  ]);

/** A bug of this program: reports it in one line, and keeps the bundle's long lines off the screen. */
function internal(error: unknown): OpsError {
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new OpsError({
    code: "internal",
    exitCode: EXIT.failed,
    fault: "tool",
    message: `vulcan-ops itself failed: ${detail}`,
    next: ["vulcan-ops history", "the same command with --verbose shows where"],
  });
}
