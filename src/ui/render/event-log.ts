import type { Plan } from "../../domain/plan.ts";
import type { ConfirmQuestion } from "../../domain/ports.ts";
import { sanitiseRecord } from "../../domain/sanitise.ts";
import { isAsked } from "../io/flag-answers.ts";
import type { Look } from "../text/style.ts";
import { type AnyEvent, renderEvent, type StepMemory } from "./event.ts";
import type { StepName } from "./step-rows.ts";

/** Tells events one by one, remembering the steps' numbers and titles, and saying nothing twice. */
export interface Narrator {
  /** Learns the numbers and titles of the steps. */
  learn(plan: Plan): void;
  /** Learns the number of a step that is about to ask. */
  place(question: ConfirmQuestion): void;
  /** The lines to print; empty for progress that says what the last one said. */
  tell(event: AnyEvent): string;
  /** e.g. `2/3 revert  Point the service at that revision` */
  titleOf(step: string): string;
  /** e.g. `step 1 (find)` */
  readonly nameOf: StepName;
}

export function createNarrator(look: Look): Narrator {
  const memory = new Map<string, StepMemory>();
  const lastProgress = new Map<string, string>();
  const remember = (step: string, more: StepMemory) => void memory.set(step, { ...memory.get(step), ...more });
  return {
    learn: (plan) => learn(plan, remember),
    place: ({ step, position }) => remember(step.id, { number: position.join("/"), title: step.title }),
    tell(told) {
      // A journal can have been written by another hand.
      const event = sanitiseRecord(told);
      if (event.type === "step.planned") remember(event.step, { title: event.title });
      if (event.type === "step.planned" && memory.get(event.step)?.isShown === true) return "";
      if (event.type === "step.confirmed") remember(event.step, { request: event.operation.name });
      if (event.type === "step.progress" && lastProgress.get(event.step) === event.text) return "";
      if (event.type === "step.progress") lastProgress.set(event.step, event.text);
      return renderEvent(event, look, memory);
    },
    nameOf(step) {
      const number = memory.get(step)?.number?.split("/")[0];
      return number === undefined ? `step ${step}` : `step ${number} (${step})`;
    },
    titleOf(step) {
      const { number, title } = memory.get(step) ?? {};
      return [[number, step].filter(Boolean).join(" "), title].filter(Boolean).join("  ");
    },
  };
}

function learn(plan: Plan, remember: (step: string, more: StepMemory) => void): void {
  const all = [...plan.steps, ...plan.finally];
  for (const [index, step] of all.entries()) {
    const number = `${index + 1}/${all.length}`;
    remember(step.id, { number, title: step.title, isShown: index < plan.steps.length && isAsked(step) });
  }
}
