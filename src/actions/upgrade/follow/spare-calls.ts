import type { ActionReadContext } from "../../../domain/services.ts";
import { POLL_MS } from "../../ecs/rollout/monitor.ts";
import { budgetOf, END_CALLS } from "../../ecs/rollout/reader.ts";

/** The calls of a minute that the wait for the rollout leaves to what is read beside it. */
export class SpareCalls {
  readonly #context: ActionReadContext;

  constructor(context: ActionReadContext) {
    this.#context = context;
  }

  /** Counts the calls if there is room for them now: the wait keeps its pace, and the calls of its end. */
  take(calls: number): boolean {
    const { services, clock } = this.#context;
    const budget = budgetOf(services);
    if (budget.evenPace(clock.now(), END_CALLS + calls) > POLL_MS) return false;
    budget.spend(calls, clock.now());
    return true;
  }

  /** Counts calls that are made in any case. */
  spend(calls: number): void {
    const { services, clock } = this.#context;
    budgetOf(services).spend(calls, clock.now());
  }
}
