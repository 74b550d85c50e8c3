import type { Environment } from "../../domain/ports.ts";
import { interrupted, SINCE_QUESTION } from "./keyboard.ts";
import { pauseViews } from "./live-view.ts";
import { askHiddenLine, isInteractive, type Terminal } from "./prompt.ts";

/** Asks the person at this terminal; undefined without one. A view that is drawn there waits for the answer. */
export function hiddenQuestions(terminal: Terminal): Pick<Environment, "askHidden"> {
  if (!isInteractive(terminal)) return {};
  return {
    async askHidden(question) {
      const draw = pauseViews();
      const reply = await askHiddenLine(terminal, question);
      draw();
      if (reply.kind === "interrupted") throw interrupted(SINCE_QUESTION);
      return reply.kind === "answer" ? reply.text : undefined;
    },
  };
}
