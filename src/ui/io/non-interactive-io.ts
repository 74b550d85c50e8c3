import type { JournalEvent } from "../../domain/execution-event.ts";
import type { ChoiceQuestion, Question } from "../../domain/ports.ts";
import type { AnyEvent } from "../render/event.ts";
import { createEventLog, type EventLog } from "../render/event-log.ts";
import { summarise } from "../render/execution-summary.ts";
import { renderStep } from "../render/plan.ts";
import { jsonText } from "../text/json-text.ts";
import { paragraph } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import { answerUnattended, type FlagAnswers } from "./flag-answers.ts";
import type { Screen, Sink } from "./screen.ts";

export type OutputMode = "text" | "json" | "ndjson";

export interface UnattendedOptions {
  /** Data goes to stdout, prose to stderr. */
  readonly out: { readonly data: Sink; readonly prose: Sink };
  readonly display?: DisplayOptions;
  readonly answers: FlagAnswers;
  readonly mode: OutputMode;
}

const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };

/** The Io port without a person to ask: flags answer, standard input is never read. */
export function createUnattendedIo({ out, display = PLAIN, answers, mode }: UnattendedOptions): Screen {
  const narrator = createEventLog(display);
  const writeEvent = EVENT_WRITERS[mode](out, narrator);
  return {
    learn: (plan) => narrator.learn(plan),
    learnSteps: (steps) => narrator.learnSteps(steps),
    say: (text) => void out.prose.write(text),
    notify: writeEvent,
    async ask(question) {
      if (mode !== "ndjson" && display.quiet !== true) show(question, out.prose, narrator, display);
      return answerUnattended(question, answers);
    },
    close() {},
  };
}

/** A log has to show what was confirmed, even if a flag confirmed it. */
function show(question: Question, prose: Sink, narrator: EventLog, display: DisplayOptions): void {
  if (question.kind === "confirm") {
    narrator.place(question);
    prose.write(renderStep(question.step, display, { ...question, nameOf: narrator.nameOf }));
  }
  if (question.kind === "choice") prose.write(`${paragraph(fallbackText(question), display, 0).join("\n")}\n`);
}

function fallbackText({ message, choices, fallback }: ChoiceQuestion): string {
  const label = choices.find(({ value }) => value === fallback)?.label ?? fallback;
  return `${message} No terminal; default: ${label}.`;
}

type EventWriter = (out: UnattendedOptions["out"], narrator: EventLog) => (event: AnyEvent) => void;

const EVENT_WRITERS: Readonly<Record<OutputMode, EventWriter>> = {
  text: (out, narrator) => (event) => void out.prose.write(narrator.write(event)),
  ndjson: (out) => (event) => void out.data.write(`${jsonText(event)}\n`),
  json: (out, narrator) => {
    const events: JournalEvent[] = [];
    return (event) => {
      out.prose.write(narrator.write(event));
      if (event.type !== "step.progress") events.push(event);
      if (event.type === "execution.ended") out.data.write(`${jsonText(summarise(events, event), 2)}\n`);
    };
  },
};
