import type { JournalEvent } from "../../domain/execution.ts";
import type { ChoiceQuestion, Question } from "../../domain/ports.ts";
import type { AnyEvent } from "../render/event.ts";
import { createNarrator, type Narrator } from "../render/event-log.ts";
import { summarise } from "../render/execution-summary.ts";
import { renderStep } from "../render/plan.ts";
import { jsonText } from "../text/json-text.ts";
import { paragraph } from "../text/layout.ts";
import type { Look } from "../text/style.ts";
import { answerUnattended, type FlagAnswers } from "./flag-answers.ts";
import type { Screen, Sink } from "./screen.ts";

export type OutputMode = "text" | "json" | "ndjson";

export interface UnattendedOptions {
  /** Data goes to stdout, prose to stderr. */
  readonly out: { readonly data: Sink; readonly prose: Sink };
  readonly look?: Look;
  readonly answers: FlagAnswers;
  readonly mode: OutputMode;
}

const PLAIN: Look = { columns: 80, colour: false, unicode: true, live: false };

/** The Io port where nobody is there to ask: flags answer, standard input is never read. */
export function createUnattendedIo({ out, look = PLAIN, answers, mode }: UnattendedOptions): Screen {
  const narrator = createNarrator(look);
  const told = TELLERS[mode](out, narrator);
  return {
    learn: (plan) => narrator.learn(plan),
    say: (text) => void out.prose.write(text),
    notify: told,
    async ask(question) {
      if (mode !== "ndjson") show(question, out.prose, narrator, look);
      return answerUnattended(question, answers);
    },
    close() {},
  };
}

/** A log has to show what was agreed to, also where a flag agreed. */
function show(question: Question, prose: Sink, narrator: Narrator, look: Look): void {
  if (question.kind === "confirm") {
    narrator.place(question);
    prose.write(renderStep(question.step, look, { ...question, nameOf: narrator.nameOf }));
  }
  if (question.kind === "choice") prose.write(`${paragraph(fallbackText(question), look, 0).join("\n")}\n`);
}

function fallbackText({ message, choices, fallback }: ChoiceQuestion): string {
  const label = choices.find(({ value }) => value === fallback)?.label ?? fallback;
  return `${message} Nobody is there to ask: ${label}.`;
}

type Teller = (out: UnattendedOptions["out"], narrator: Narrator) => (event: AnyEvent) => void;

const TELLERS: Readonly<Record<OutputMode, Teller>> = {
  text: (out, narrator) => (event) => void out.prose.write(narrator.tell(event)),
  ndjson: (out) => (event) => void out.data.write(`${jsonText(event)}\n`),
  json: (out, narrator) => {
    const events: JournalEvent[] = [];
    return (event) => {
      out.prose.write(narrator.tell(event));
      if (event.type !== "step.progress") events.push(event);
      if (event.type === "execution.ended") out.data.write(`${jsonText(summarise(events, event), 2)}\n`);
    };
  },
};
