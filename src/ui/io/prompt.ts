import { paragraph } from "../text/layout.ts";
import { type Look, legible, paint } from "../text/style.ts";
import { type Break, type Keys, takeKeys } from "./keyboard.ts";
import { readLine } from "./line-reader.ts";

/** A keyboard and a screen that belong together. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly look: Look;
  /** Interrupts a question that is open, as Ctrl-C does. */
  readonly stop?: AbortSignal;
  /** A question that opens counts no key until there was none for so long. */
  readonly quietMs?: number;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export type Reply = { readonly kind: "answer"; readonly text: string } | { readonly kind: Break };

/** Keys that were typed before a question could be read must not answer it: it waits until nobody has typed for so long. */
const QUIET_MS = 400;

/** Both ends have to be a terminal: what comes through a pipe is no answer of a person. */
export function isInteractive({ input, output }: Pick<Terminal, "input" | "output">): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** Asks for one line of text. */
export function askLine(terminal: Terminal, message: string): Promise<Reply> {
  return terminal.look.live ? askLive(terminal, lineQuestion(message, terminal.look)) : askPlainly(terminal, message);
}

/** Asks to choose; Enter takes `preset`. */
export async function askChoice(
  terminal: Terminal,
  message: string,
  choices: readonly Choice[],
  preset: string | undefined,
): Promise<Reply> {
  if (terminal.look.live) return askLive(terminal, choiceQuestion(message, choices, preset, terminal.look));
  return chooseByNumber(terminal, message, choices, preset);
}

/** A question in the words of inquirer. */
type LiveQuestion = Readonly<Record<string, unknown>> & { readonly message: string };

async function askLive(terminal: Terminal, question: LiveQuestion): Promise<Reply> {
  return withKeys(terminal, import("inquirer"), async ({ source, signal }, { createPromptModule }) => {
    const prompt = createPromptModule({ input: source, output: terminal.output, signal });
    const { answer } = await prompt([{ ...question, type: question.type as "input", name: "answer" }]);
    return String(answer);
  });
}

/**
 * Takes the keyboard for one question: drops what was typed ahead, asks, gives the keyboard back. `ask` has to draw
 * before it lets the event loop turn: from `open` on keys count, and the question has to be readable by then.
 */
async function withKeys<Means>(
  terminal: Terminal,
  loading: Promise<Means>,
  ask: (keys: Keys, means: Means) => Promise<string>,
): Promise<Reply> {
  const keys = takeKeys(terminal.input, terminal.stop);
  try {
    const [means] = await Promise.all([loading, keys.drain(terminal.quietMs ?? QUIET_MS)]);
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

function lineQuestion(message: string, look: Look): LiveQuestion {
  return { type: "input", message: legible(message, look), theme: theme(look) };
}

function choiceQuestion(
  message: string,
  choices: readonly Choice[],
  preset: string | undefined,
  look: Look,
): LiveQuestion {
  const listed = choices.map(({ value, label }) => ({ value, name: legible(label, look) }));
  const start = preset === undefined ? {} : { default: preset };
  return {
    type: "select",
    message: legible(message, look),
    choices: listed,
    loop: false,
    ...start,
    theme: theme(look),
  };
}

/** inquirer decides about colour and glyphs when it is loaded; this look was decided before, for this stream. */
function theme(look: Look) {
  const as = (tone: Parameters<typeof paint>[1]) => (text: string) => paint(text, tone, look);
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

async function askPlainly(terminal: Terminal, message: string): Promise<Reply> {
  const { look, output } = terminal;
  return withKeys(terminal, Promise.resolve(), ({ source, signal }) => {
    output.write(`? ${legible(message, look)} `);
    return readLine(source, output, signal);
  });
}

async function chooseByNumber(
  terminal: Terminal,
  message: string,
  choices: readonly Choice[],
  preset: string | undefined,
): Promise<Reply> {
  const { look, output } = terminal;
  const usual = choices.findIndex(({ value }) => value === preset) + 1;
  const lines = choices.flatMap(({ label }, index) => paragraph(`${index + 1}. ${label}`, look, 2));
  output.write(`${[...paragraph(message, look, 0), ...lines].join("\n")}\n`);
  for (;;) {
    const reply = await askPlainly(terminal, usual === 0 ? "Number:" : `Number [${usual}]:`);
    if (reply.kind !== "answer") return reply;
    const chosen = choices[Number(reply.text.trim() || usual) - 1];
    if (chosen !== undefined) return { kind: "answer", text: chosen.value };
  }
}
