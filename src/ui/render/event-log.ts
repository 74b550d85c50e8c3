import type { StepPlanned } from "../../domain/execution.ts";
import type { Plan } from "../../domain/plan.ts";
import type { ConfirmQuestion } from "../../domain/ports.ts";
import { sanitiseRecord } from "../../domain/sanitise.ts";
import { isAsked } from "../io/flag-answers.ts";
import type { DisplayOptions } from "../text/style.ts";
import { type AnyEvent, renderEvent, type StepMemory } from "./event.ts";
import { createProgressPace } from "./progress-pace.ts";
import type { StepName } from "./step-rows.ts";

/** Renders events one by one, remembers the steps' numbers and titles, and repeats nothing. */
export interface EventLog {
  /** Learns the numbers and titles of the steps. */
  learn(plan: Plan): void;
  /** Learns the number of a step that is about to ask. */
  place(question: ConfirmQuestion): void;
  /** The lines to print; empty for progress that is no news, but for a line a minute. */
  write(event: AnyEvent): string;
  /** e.g. `2/3`, and `Point the service at that revision`; the step's id where its title is not known. */
  headOf(step: string): { readonly number?: string | undefined; readonly title: string };
  /** e.g. `step 1 (find)` */
  readonly nameOf: StepName;
}

export function createEventLog(display: DisplayOptions): EventLog {
  const memory = new Map<string, StepMemory>();
  const isTold = createProgressPace();
  const remember = (step: string, more: StepMemory) => void memory.set(step, { ...memory.get(step), ...more });
  return {
    learn: (plan) => learn(plan, remember),
    place: ({ step, position }) => remember(step.id, { number: position.join("/"), title: step.title }),
    write(record) {
      // Another program may have written the journal.
      const event = sanitiseRecord(record);
      if (event.type === "step.planned") remember(event.step, { title: event.title });
      if (event.type === "step.planned" && isKnown(event, memory.get(event.step))) return "";
      if (event.type === "step.confirmed") remember(event.step, { request: event.operation.name });
      if (event.type === "step.progress" && !isTold(event)) return "";
      return renderEvent(event, display, memory);
    },
    nameOf(step) {
      const number = memory.get(step)?.number?.split("/")[0];
      return number === undefined ? `step ${step}` : `step ${number} (${step})`;
    },
    headOf(step) {
      const { number, title = step } = memory.get(step) ?? {};
      return { number, title };
    },
  };
}

/** Its question shows the step, or the plan above has shown it just so. */
function isKnown({ phase, summary, findings }: StepPlanned, step: StepMemory | undefined): boolean {
  if (step?.isShown === true) return true;
  return phase === "do" && step?.shownAs === shownText({ summary, findings });
}

const shownText = ({ summary, findings }: Pick<StepPlanned, "summary" | "findings">): string =>
  [summary, ...findings.map(({ text }) => text)].join("\n");

function learn(plan: Plan, remember: (step: string, more: StepMemory) => void): void {
  const all = [...plan.steps, ...plan.finally];
  for (const [index, step] of all.entries()) {
    const number = `${index + 1}/${all.length}`;
    remember(step.id, {
      number,
      title: step.title,
      isShown: index < plan.steps.length && isAsked(step),
      shownAs: shownText(step),
    });
  }
}
