import type { Plan } from "../../domain/plan.ts";
import type { ConfirmQuestion } from "../../domain/ports.ts";
import { sanitiseRecord } from "../../domain/sanitise.ts";
import { isAsked } from "../io/flag-answers.ts";
import type { DisplayOptions } from "../text/style.ts";
import { renderEvent, type ShownEvent, type StepMemory } from "./event.ts";
import { createProgressPace } from "./progress-pace.ts";
import type { StepName } from "./step-rows.ts";
import { ToldByPlan } from "./told-by-plan.ts";

/** Renders events one by one, remembers the steps' numbers and titles, and repeats nothing. */
export interface EventLog {
  /** Learns the numbers and titles of the steps. */
  learn(plan: Plan): void;
  /** Learns the numbers and titles alone, of all steps in their order. */
  learnSteps(steps: readonly { readonly id: string; readonly title: string }[]): void;
  /** Learns the number of a step that is about to ask. */
  place(question: ConfirmQuestion): void;
  /** The lines to print; empty for progress that is no news, but for a line a minute. */
  write(event: ShownEvent): string;
  /** e.g. `2/3`, and `Point the service at that revision`; the step's id where its title is not known. */
  headOf(step: string): { readonly number?: string | undefined; readonly title: string };
  /** e.g. `step 1 (find)` */
  readonly nameOf: StepName;
}

/** What a quiet log still has: what went wrong, and the end. */
const LOUD: ReadonlySet<string> = new Set([
  "step.failed",
  "execution.detached",
  "execution.handedOver",
  "execution.tookOver",
  "execution.ended",
]);

/** `saysOnce`: what the plan on the screen has said is not told again as it happens. */
export function createEventLog(
  display: DisplayOptions,
  { saysOnce = false }: { readonly saysOnce?: boolean } = {},
): EventLog {
  const told = new ToldByPlan();
  const memory = new Map<string, StepMemory>();
  const isTold = createProgressPace();
  const remember = (step: string, more: StepMemory) => void memory.set(step, { ...memory.get(step), ...more });
  return {
    learn(plan) {
      learn(plan, remember);
      if (saysOnce) told.learn(plan);
    },
    learnSteps(steps) {
      for (const [index, { id, title }] of steps.entries())
        remember(id, { number: `${index + 1}/${steps.length}`, title });
    },
    place: ({ step, position }) => remember(step.id, { number: position.join("/"), title: step.title }),
    write(record) {
      // Another program may have written the journal.
      const event = asLine(sanitiseRecord(record));
      if (event.type === "step.planned") remember(event.step, { title: event.title });
      if (event.type === "step.planned" && memory.get(event.step)?.isShown === true) return "";
      if (told.has(event)) return "";
      if (event.type === "step.planned") told.hear(event);
      if (event.type === "step.confirmed") remember(event.step, { request: event.operation.name });
      if (event.type === "step.progress" && !isTold(event)) return "";
      if (display.quiet === true && !LOUD.has(event.type)) return "";
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

/** Of a wait with figures, such as a watch, a log has the sentence: they differ each time. */
const asLine = (event: ShownEvent): ShownEvent =>
  event.type === "step.progress" && event.data?.done !== undefined
    ? { ...event, text: event.text.split("\n", 1)[0] ?? "" }
    : event;

function learn(plan: Plan, remember: (step: string, more: StepMemory) => void): void {
  const all = [...plan.steps, ...plan.finally];
  for (const [index, step] of all.entries()) {
    const number = `${index + 1}/${all.length}`;
    remember(step.id, { number, title: step.title, isShown: index < plan.steps.length && isAsked(step) });
  }
}
