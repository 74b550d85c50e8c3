import { readCompletionTable, readHelpPages, readPrepared } from "../src/app/prepared.ts";
import { COMPLETE } from "../src/cli/completion-word.ts";
import type { Process } from "../src/cli/process-context.ts";
import { quickAnswer } from "../src/cli/quick-answer.ts";
import { EXIT, type ExitCode, HANDING_OVER } from "../src/domain/exit-codes.ts";
import type { LeftBehind } from "../src/domain/lock.ts";

const PREPARED = { version: () => readPrepared().version, help: readHelpPages };

/** The process boundary: argv in, exit code out; every error ends here. Nothing heavy is loaded before it is needed. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  const quick = quickAnswer(argv, process.stdout.columns, PREPARED);
  if (quick !== undefined) {
    process.stdout.write(quick);
    return EXIT.done;
  }
  if (argv[0] === COMPLETE) {
    await answerShell(argv.slice(1));
    return EXIT.done;
  }
  // The SDK prints eight lines about Node 20, which would disturb the operator's screen.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const [{ runCommandLine }, { bareCommand: bare, COMMANDS: commands }] = await Promise.all([
    import("../src/cli/run-command-line.ts"),
    import("./index.ts"),
  ]);
  return runCommandLine(argv, { commands, bare }, await processContext());
}

/** For a shell's completion: no command loads, AWS is asked nothing, and nothing but the answer is ever printed. */
async function answerShell(words: readonly string[]): Promise<void> {
  const [{ completeLine }, { liveValues }] = await Promise.all([
    import("../src/cli/complete-line.ts"),
    import("../src/app/completion/live-values.ts"),
  ]);
  const live = liveValues({ env: process.env, cwd: process.cwd() });
  process.stdout.write(await completeLine(words, readCompletionTable, live));
}

async function processContext(): Promise<Process> {
  const [{ randomIds }, { leavingText }] = await Promise.all([
    import("../src/cli/process-context.ts"),
    // It shares its file with most of the program: version and help do without.
    import("../src/domain/lock.ts"),
  ]);
  const { stdin, stdout, stderr, env } = process;
  const holds = (left: LeftBehind | undefined): void => {
    leftBehind = left;
  };
  return {
    env,
    cwd: process.cwd(),
    stdin,
    stdout,
    stderr,
    ids: randomIds,
    stop: stopSignal(() => leavingText(leftBehind)),
    holds,
  };
}

/** Of this process's execution, if it left now. */
let leftBehind: LeftBehind | undefined;

/** A second Ctrl-C within this time exits at once. */
const LEAVE_WITHIN_MS = 3000;

function stopSignal(lastWords: () => string): AbortSignal {
  const controller = new AbortController();
  let lastSignalAt = 0;
  const stop = (code: ExitCode) => {
    if (controller.signal.aborted && Date.now() - lastSignalAt < LEAVE_WITHIN_MS) leave(code, lastWords());
    lastSignalAt = Date.now();
    // Abort first: the views then release the screen before this line is printed.
    controller.abort(code);
    const sent = leftBehind?.isRecorded === true ? " Changes sent to AWS continue." : "";
    process.stderr.write(`\nStopping.${sent} Ctrl-C again within 3 s quits now.\n`);
  };
  process.on("SIGINT", () => stop(EXIT.interrupted));
  process.on("SIGTERM", () => stop(EXIT.terminated));
  process.on("SIGHUP", () => stop(EXIT.terminated));
  // `vulcan-ops handover`: another process is to continue. No Ctrl-C has been typed here.
  process.on("SIGUSR2", () => {
    if (!controller.signal.aborted) controller.abort(HANDING_OVER);
  });
  return controller.signal;
}

function leave(code: ExitCode, lastWords: string): never {
  process.stderr.write(`\u001b[?25h${lastWords}\n`);
  process.exit(code);
}

// A closed pipe (`| head`) or a closed terminal is not our failure and does not end an execution.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  });
}

// Until it has ended: a process whose last wait never ends is no success.
process.exitCode = EXIT.failed;
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
