import type { StepPlanned } from "../../domain/execution-event.ts";
import type { Plan, PlannedStep } from "../../domain/plan.ts";
import type { ShownEvent } from "./event.ts";

/** What the plan on the screen has said. The same, as it happens, is no news; anything else is. */
export class ToldByPlan {
  readonly #steps = new Map<string, PlannedStep>();
  #isPlanShown = false;

  learn({ steps, finally: restoring }: Plan): void {
    this.#isPlanShown = true;
    for (const step of [...steps, ...restoring]) this.#steps.set(step.id, step);
  }

  /** A step that is planned anew says it once, too: its result may be told in the same words. */
  hear(event: StepPlanned): void {
    const step = this.#steps.get(event.step);
    if (step !== undefined && event.phase !== "undo") this.#steps.set(event.step, { ...step, ...sayingOf(event) });
  }

  has(event: ShownEvent): boolean {
    if (event.type === "execution.started") return this.#isPlanShown;
    if (!("step" in event) || event.phase === "undo") return false;
    const step = this.#steps.get(event.step);
    if (step === undefined) return false;
    if (event.type === "step.planned") return event.summary === step.summary && hasNoNews(event.findings, step);
    if (event.type === "step.skipped") return event.reason === step.summary;
    return event.type === "step.verified" && step.operation === null && event.text === step.summary;
  }
}

const sayingOf = ({ summary, findings, operation }: StepPlanned): Partial<PlannedStep> => ({
  summary,
  findings,
  operation,
});

function hasNoNews(findings: PlannedStep["findings"], { findings: said }: PlannedStep): boolean {
  return findings.every(({ level, text }) => level === "ok" || said.some((one) => one.text === text));
}
