import { paragraph } from "../text/layout.ts";
import { type DisplayOptions, paint, toAscii } from "../text/style.ts";
import { type Break, type Keys, QUIET, type Quiet, takeKeys } from "./keyboard.ts";
import { readLine } from "./line-reader.ts";

/** A keyboard and a screen that belong together. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly display: DisplayOptions;
  /** Interrupts a question that is open, as Ctrl-C does. */
  readonly stop?: AbortSignal;
  /** Keys typed before a question is readable must not answer it: it waits until the keyboard is quiet. */
  readonly quiet?: Quiet;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export type Reply = { readonly kind: "answer"; readonly text: string } | { readonly kind: Break };

/** Both ends have to be a terminal: input from a pipe is not the answer of a person. */
export function isInteractive({ input, output }: Pick<Terminal, "input" | "output">): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** Asks for one line of text. */
export function askLine(terminal: Terminal, message: string): Promise<Reply> {
  return terminal.display.live
    ? askLive(terminal, lineQuestion(message, terminal.display))
    : askWithoutCursor(terminal, message);
}

/** Asks for one line of text that is not shown, such as a code. */
export function askHiddenLine(terminal: Terminal, message: string): Promise<Reply> {
  const { display, output } = terminal;
  return withKeys(terminal, Promise.resolve(), ({ source, signal }) => {
    output.write(`? ${toAscii(message, display)} `);
    return readLine(source, output, signal, "hidden");
  });
}

/** Asks to choose; Enter takes `preset`. */
export async function askChoice(
  terminal: Terminal,
  message: string,
  choices: readonly Choice[],
  preset: string | undefined,
): Promise<Reply> {
  if (terminal.display.live) return askLive(terminal, choiceQuestion(message, choices, preset, terminal.display));
  return chooseByNumber(terminal, message, choices, preset);
}

/** A question in inquirer's format. */
type LiveQuestion = Readonly<Record<string, unknown>> & { readonly message: string };

async function askLive(terminal: Terminal, question: LiveQuestion): Promise<Reply> {
  return withKeys(terminal, import("inquirer"), async (keys, { createPromptModule }) => {
    const { source, signal } = keys;
    // The next key has inquirer draw the rest.
    keys.redraw = () => void terminal.output.write(`? ${question.message} `);
    const prompt = createPromptModule({ input: source, output: terminal.output, signal });
    const { answer } = await prompt([{ ...question, type: question.type as "input", name: "answer" }]);
    return String(answer);
  });
}

/**
 * Takes the keyboard for one question: drops keys typed ahead, asks, releases the keyboard. `ask` has to draw before it
 * lets the event loop turn: from `open` on keys count, and the question has to be readable by then.
 */
async function withKeys<Means>(
  terminal: Terminal,
  loading: Promise<Means>,
  ask: (keys: Keys, means: Means) => Promise<string>,
): Promise<Reply> {
  const turn = lastQuestion;
  const question = turn.then(() => askInTurn(terminal, loading, ask));
  lastQuestion = question.then(ended, ended);
  return question;
}

/** One keyboard answers one question at a time: a code may be asked for while another question is open. */
let lastQuestion: Promise<void> = Promise.resolve();
const ended = (): void => undefined;

async function askInTurn<Means>(
  terminal: Terminal,
  loading: Promise<Means>,
  ask: (keys: Keys, means: Means) => Promise<string>,
): Promise<Reply> {
  const keys = takeKeys(terminal.input, terminal.stop);
  try {
    const [means] = await Promise.all([loading, keys.drain(terminal.quiet ?? QUIET)]);
    keys.signal.throwIfAborted();
    keys.open();
    return { kind: "answer", text: await ask(keys, means) };
  } catch (error) {
    if (keys.signal.aborted) return { kind: keys.signal.reason as Break };
    throw error;
  } finally {
    keys.close();
  }
}

function lineQuestion(message: string, display: DisplayOptions): LiveQuestion {
  return { type: "input", message: toAscii(message, display), theme: theme(display) };
}

function choiceQuestion(
  message: string,
  choices: readonly Choice[],
  preset: string | undefined,
  display: DisplayOptions,
): LiveQuestion {
  const listed = choices.map(({ value, label }) => ({ value, name: toAscii(label, display) }));
  const start = preset === undefined ? {} : { default: preset };
  return {
    type: "select",
    message: toAscii(message, display),
    choices: listed,
    loop: false,
    ...start,
    theme: theme(display),
  };
}

/** inquirer decides about colour and glyphs when it loads. This theme was decided before, for this stream. */
function theme(display: DisplayOptions) {
  const as = (tone: Parameters<typeof paint>[1]) => (text: string) => paint(text, tone, display);
  return {
    prefix: { idle: "?", done: "?" },
    icon: { cursor: ">" },
    indexMode: "number",
    style: {
      message: as("strong"),
      answer: as("plain"),
      error: as("bad"),
      defaultAnswer: as("quiet"),
      disabled: as("quiet"),
      description: as("quiet"),
      highlight: as("strong"),
      keysHelpTip: () => as("quiet")("arrows or a number choose, Enter takes it"),
    },
  };
}

async function askWithoutCursor(terminal: Terminal, message: string): Promise<Reply> {
  const { display, output } = terminal;
  return withKeys(terminal, Promise.resolve(), (keys) => {
    keys.redraw = () => void output.write(`? ${toAscii(message, display)} `);
    keys.redraw();
    return readLine(keys.source, output, keys.signal);
  });
}

async function chooseByNumber(
  terminal: Terminal,
  message: string,
  choices: readonly Choice[],
  preset: string | undefined,
): Promise<Reply> {
  const { display, output } = terminal;
  const usual = choices.findIndex(({ value }) => value === preset) + 1;
  const lines = choices.flatMap(({ label }, index) => paragraph(`${index + 1}. ${label}`, display, 2));
  output.write(`${[...paragraph(message, display, 0), ...lines].join("\n")}\n`);
  for (;;) {
    const reply = await askWithoutCursor(terminal, usual === 0 ? "Number:" : `Number [${usual}]:`);
    if (reply.kind !== "answer") return reply;
    const chosen = choices[Number(reply.text.trim() || usual) - 1];
    if (chosen !== undefined) return { kind: "answer", text: chosen.value };
  }
}
