import type { Clock } from "../domain/ports.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { FlagAnswers } from "../ui/io/flag-answers.ts";
import { createUnattendedIo } from "../ui/io/non-interactive-io.ts";
import type { Screen } from "../ui/io/screen.ts";
import { createTerminalIo } from "../ui/io/terminal-io.ts";
import { jsonText } from "../ui/json-text.ts";
import { paragraph } from "../ui/text/layout.ts";
import { type Given, isSet, listOf, textOf } from "./options.ts";
import { type Context, isAttended, look } from "./process-context.ts";

type Mode = "text" | "json" | "ndjson";

/** Prose may be written: stdout does not carry data that somebody collects together with it. */
export function isForPeople(given: Given): boolean {
  return modeOf(given) === "text";
}

function modeOf(given: Given): Mode {
  return (textOf(given, "output") ?? "text") as Mode;
}

/** Somebody sits there, and has not asked for data: questions can be asked. */
export function asksPeople(given: Given, context: Context): boolean {
  return isAttended(context) && modeOf(given) === "text";
}

/** What the command line answers; where nobody is there and the world is a rehearsal, everything. */
export function answersOf(given: Given, context: Context, answersItself: boolean): FlagAnswers {
  const confirm = listOf(given, "confirm");
  const expectCurrent = textOf(given, "expect-current");
  const takeOver = textOf(given, "take-over");
  return {
    yes: isSet(given, "yes"),
    sandbox: answersItself && (isSet(given, "yes") || !asksPeople(given, context)),
    ...(confirm.length === 0 ? {} : { confirm }),
    ...(expectCurrent === undefined ? {} : { expectCurrent }),
    ...(takeOver === undefined ? {} : { takeOver }),
  };
}

/** The terminal where somebody sits; else plain lines or JSON lines, with flags for answers. */
export function openScreen(given: Given, context: Context, answers: FlagAnswers, clock: Clock): Screen {
  const { stdin: input, stdout, stderr, stop } = context;
  if (asksPeople(given, context)) {
    return createTerminalIo({ input, output: stderr, look: look(context), answers, clock, stop });
  }
  return createUnattendedIo({
    out: { data: stdout, prose: stderr },
    look: look(context),
    answers,
    mode: modeOf(given),
  });
}

/** A remark for people, wrapped for their screen; nothing where stdout carries data and nobody reads along. */
export function remark(text: string, given: Given, context: Context): void {
  if (!isForPeople(given)) return;
  context.stderr.write(`${paragraph(sanitise(text, { lines: true }), look(context), 0).join("\n")}\n`);
}

/** What a command has to tell, in each of the forms that can be asked for. */
interface Answer {
  readonly data: unknown;
  /** One JSON line each; the data itself, or its items where it is a list, where nothing else is said. */
  readonly lines?: readonly unknown[];
  text(): string;
}

export function writeAnswer(given: Given, context: Pick<Context, "stdout">, { data, lines, text }: Answer): void {
  const mode = modeOf(given);
  const items = lines ?? (Array.isArray(data) ? data : [data]);
  if (mode === "json") writeData(context, data);
  else if (mode === "text") context.stdout.write(text());
  else context.stdout.write(items.map((item) => `${jsonText(item)}\n`).join(""));
}

/** Data goes to stdout, indented: it is read by people too. */
export function writeData({ stdout }: Pick<Context, "stdout">, value: unknown): void {
  stdout.write(`${jsonText(value, 2)}\n`);
}
