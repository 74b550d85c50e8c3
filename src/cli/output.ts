import { capitalised } from "../domain/deed.ts";
import { errorData, OpsError, usageError } from "../domain/error.ts";
import { assertReplaces } from "../domain/expected-current.ts";
import type { PlannedStep, SettledTexts } from "../domain/plan.ts";
import type { Clock, OpenIo, OperatorIo } from "../domain/ports.ts";
import { sanitise } from "../domain/sanitise.ts";
import {
  assertAnswerable,
  assertRestAnswerable,
  type FlagAnswers,
  outdatedAnswers,
  unaskedText,
  unaskedTexts,
} from "../ui/io/flag-answers.ts";
import { createUnattendedIo } from "../ui/io/non-interactive-io.ts";
import { BELL, type Screen } from "../ui/io/screen.ts";
import { chooseFrom, createTerminalIo } from "../ui/io/terminal-io.ts";
import { jsonText } from "../ui/text/json-text.ts";
import { paragraph } from "../ui/text/layout.ts";
import type { OptionsOf } from "./options.ts";
import { planText } from "./plan-text.ts";
import { displayOptions, isAttended, type ProcessContext } from "./process-context.ts";
import type { ANSWER_OPTIONS, OUTPUT_OPTIONS } from "./shared-options.ts";

export type OutputOptions = OptionsOf<typeof OUTPUT_OPTIONS>;
export type AnswerOptions = OptionsOf<typeof ANSWER_OPTIONS>;
/** How a command that runs a procedure talks with its operator. */
type TalkOptions = OutputOptions & AnswerOptions;

/** Whether prose may be written: a program may collect it together with the data on stdout. */
export function isTextOutput({ output }: Partial<OutputOptions>): boolean {
  return output === undefined || output === "text";
}

/** For what is printed in a form of its own. Throws usage (exit 6) where data is asked for beside it. */
export function assertTextOutput(options: Partial<OutputOptions>, flag: string): void {
  if (isTextOutput(options)) return;
  throw usageError("output-is-text", `${flag} prints its own form: leave --output out`);
}

/** Whether questions can be asked: a person is at the terminal, and has not asked for data. */
export function isInteractive(options: OutputOptions, context: ProcessContext): boolean {
  return isAttended(context) && isTextOutput(options);
}

interface OfSavedPlan {
  /** A saved plan says what is replaced. */
  readonly isPlanned?: boolean;
  /** The approval of a fleet answers. */
  readonly isApproved?: boolean;
}

/**
 * The operator's io: a terminal if a person is there; otherwise plain or JSON lines, with flags as answers.
 * `autoAnswer`: the target is a sandbox, and without a person every question is answered with yes.
 */
export function operatorIo(
  options: TalkOptions,
  context: ProcessContext,
  { autoAnswer = false, ...saved }: OfSavedPlan & { readonly autoAnswer?: boolean } = {},
): OpenIo {
  const hasPerson = isInteractive(options, context);
  const answers = { ...flagAnswers(options, autoAnswer && (options.yes || !hasPerson)), ...saved };
  return (clock) => toOperatorIo(openScreen(options, context, answers, clock), { options, context, answers, clock });
}

function flagAnswers({ yes, confirm, takeOver, expectCurrent }: AnswerOptions, sandbox: boolean): FlagAnswers {
  return { yes, sandbox, ...(confirm.length === 0 ? {} : { confirm }), expectCurrent, takeOver };
}

function openScreen(options: OutputOptions, context: ProcessContext, answers: FlagAnswers, clock: Clock): Screen {
  const { stdin: input, stdout, stderr, stop } = context;
  const display = displayOptions(context);
  if (isInteractive(options, context)) {
    return createTerminalIo({ input, output: stderr, display, answers, clock, stop });
  }
  return createUnattendedIo({
    out: { data: stdout, prose: stderr },
    display,
    answers,
    mode: options.output ?? "text",
  });
}

interface Surroundings {
  readonly options: OutputOptions;
  readonly context: ProcessContext;
  readonly answers: FlagAnswers;
  readonly clock: Clock;
}

function toOperatorIo(screen: Screen, { options, context, answers, clock }: Surroundings): OperatorIo {
  const display = displayOptions(context);
  const hasPerson = isInteractive(options, context);
  const isToBeAsked = hasPerson && !answers.yes && !answers.sandbox && answers.confirm === undefined;
  const say = (sentence: string): void => screen.say(`${paragraph(sentence, display, 0).join("\n")}\n`);
  const warnOfOutdated = (steps: readonly PlannedStep[]): void => {
    if (!answers.sandbox) for (const sentence of outdatedAnswers(steps, answers)) say(sentence);
  };
  const warnOfUnasked = (steps: readonly PlannedStep[], settled: SettledTexts): void => {
    const unasked = unaskedTexts(steps, answers, settled);
    if (unasked.length > 0) say(`${capitalised(unaskedText(unasked))}.`);
  };
  return {
    notify: screen.notify,
    ask: screen.ask,
    ...(screen.waits && { waits: screen.waits }),
    hasPerson,
    close: screen.close,
    showPlan(plan) {
      screen.learn(plan);
      if (options.output !== "ndjson" && display.quiet !== true)
        screen.say(planText(plan, display, clock.now(), { errorFollows: true, questionFollows: isToBeAsked }));
    },
    learnSteps: (steps) => screen.learnSteps(steps),
    say,
    alert: (sentence) => screen.say(`${hasPerson ? BELL : ""}${paragraph(sentence, display, 0).join("\n")}\n`),
    note: context.note,
    assertAnswerable(plan, lacksReason, settled) {
      // A person is asked for what the flags do not answer.
      if (hasPerson) assertReplaces(plan.steps, answers.expectCurrent);
      else assertAnswerable(plan, answers, lacksReason, settled);
      warnOfUnasked([...plan.steps, ...plan.finally], settled);
      warnOfOutdated(plan.steps);
    },
    async assertRestAnswerable(upcoming, settled) {
      if (hasPerson && answers.expectCurrent === undefined && answers.confirm === undefined) return;
      const [steps, texts] = await Promise.all([upcoming(), settled()]);
      if (hasPerson) assertReplaces(steps, answers.expectCurrent);
      else assertRestAnswerable(steps, answers, texts);
      warnOfUnasked(steps, texts);
      warnOfOutdated(steps);
    },
  };
}

/** One question outside an execution. Enter takes `preset`, or else the first. Undefined if the input ended. */
export function askChoice(
  context: ProcessContext,
  message: string,
  choices: readonly { readonly value: string; readonly label: string }[],
  preset?: string,
): Promise<string | undefined> {
  const { stdin: input, stderr: output, stop } = context;
  return chooseFrom({ input, output, display: displayOptions(context), stop }, message, choices, preset);
}

/** Prints a sentence for people, wrapped for their screen; nothing if stdout carries data. */
export function printNote(
  text: string,
  options: Partial<OutputOptions>,
  context: Pick<ProcessContext, "stderr" | "env">,
): void {
  const display = displayOptions(context);
  if (!isTextOutput(options) || display.quiet === true) return;
  context.stderr.write(`${paragraph(sanitise(text, { lines: true }), display, 0).join("\n")}\n`);
}

/** Errors that the answer on stdout holds already. */
const ON_STDOUT = new WeakSet<OpsError>();

export const isOnStdout = (error: OpsError): boolean => ON_STDOUT.has(error);

/** The last object, or the last line, on a stdout that carries data. */
export function printError(error: OpsError, output: string | undefined, stdout: NodeJS.WriteStream): void {
  const data = { error: errorData(error) };
  if (output === "json") stdout.write(`${jsonText(data, 2)}\n`);
  else if (output === "ndjson") stdout.write(`${jsonText(data)}\n`);
}

/** The answer of a command, in each output form. */
interface Answer {
  readonly data: unknown;
  /** The command ends with this error after its answer: JSON stays one document, and holds both. */
  readonly failure?: Error | undefined;
  /** One JSON line each. Default: the data itself, or its items if it is a list. */
  readonly lines?: readonly unknown[];
  text(): string;
}

export function printAnswer(
  { output = "text" }: OutputOptions,
  context: Pick<ProcessContext, "stdout">,
  { data, lines, text, failure }: Answer,
): void {
  const items = lines ?? (Array.isArray(data) ? data : [data]);
  if (output === "json") printData(context, withFailure(data, failure));
  else if (output === "text") context.stdout.write(text());
  else context.stdout.write(items.map((item) => `${jsonText(item)}\n`).join(""));
}

function withFailure(data: unknown, failure: Error | undefined): unknown {
  if (!(failure instanceof OpsError)) return data;
  ON_STDOUT.add(failure);
  const error = errorData(failure);
  return Array.isArray(data) ? [...data, { error }] : { ...(data as object), error };
}

/** Data goes to stdout, indented: people read it too. */
export function printData({ stdout }: Pick<ProcessContext, "stdout">, value: unknown): void {
  stdout.write(`${jsonText(value, 2)}\n`);
}
