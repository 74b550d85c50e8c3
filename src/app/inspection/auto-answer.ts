import type { JournalEvent, ProgressEvent } from "../../domain/execution-event.ts";
import type { AnswerTo, OperatorIo, Question } from "../../domain/ports.ts";

/** The io of a rehearsal without people: it confirms every step, and passes events only to `hear`. */
export function autoAnswer(hear: (event: JournalEvent | ProgressEvent) => void): OperatorIo {
  const nothing = () => undefined;
  return {
    notify: hear,
    ask: async <Q extends Question>(question: Q) => answerTo(question) as AnswerTo<Q>,
    showPlan: nothing,
    say: nothing,
    alert: nothing,
    note: nothing,
    assertAnswerable: nothing,
    assertRestAnswerable: async () => undefined,
    close: nothing,
  };
}

function answerTo(question: Question): AnswerTo<Question> {
  if (question.kind === "confirm") return { yes: true, how: "sandbox" };
  if (question.kind === "choice") return { value: question.fallback, how: "sandbox" };
  return question.kind === "hold" ? { go: true } : { yes: false };
}
