import type { Plan, PlanFact, PlannedStep } from "../../domain/plan.ts";
import { localClock } from "../../domain/zoned-time.ts";
import type { Row } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";

/** Steps that this run does not take. */
export const isIdle = ({ readiness }: PlannedStep): boolean => readiness === "unchanged" || readiness === "left-out";

/** What is true of the whole run; its moments also by the clock of the reader's zone. */
export function factRows({ steps, at }: Plan, display: DisplayOptions): Row[] {
  const facts = steps.filter((step) => !isIdle(step)).flatMap((step) => step.facts ?? []);
  return facts.flatMap((fact) => factRow(fact, Date.parse(at), display));
}

function factRow({ label, text, at = [] }: PlanFact, now: number, display: DisplayOptions): Row[] {
  const local = localClock(at, now, display);
  if (local === undefined) return text === "" ? [] : [{ label, text }];
  return [{ label, text: text === "" ? local : `${text} (${local})` }];
}
