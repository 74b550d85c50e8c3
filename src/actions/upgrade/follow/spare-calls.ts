import type { ActionReadContext } from "../../../domain/services.ts";
import { budgetOf } from "../../ecs/rollout/reader.ts";

/** Calls for an end with all evidence, which nothing beside the wait may use up. */
const RESERVE = 6;

/** The calls of a minute that the wait for the rollout leaves to what is read beside it. */
export class SpareCalls {
  readonly #context: ActionReadContext;

  constructor(context: ActionReadContext) {
    this.#context = context;
  }

  /** Counts the calls if there is room for them now. */
  take(calls: number): boolean {
    const { services, clock } = this.#context;
    const budget = budgetOf(services);
    if (budget.waitFor(calls, clock.now(), RESERVE) > 0) return false;
    budget.spend(calls, clock.now());
    return true;
  }

  /** Counts calls that are made in any case. */
  spend(calls: number): void {
    const { services, clock } = this.#context;
    budgetOf(services).spend(calls, clock.now());
  }
}
