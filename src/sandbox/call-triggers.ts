/** Callbacks that run after a certain call takes effect. They simulate other people who react to the operator. */
export class CallTriggers {
  #waiting: { readonly operation: string; readonly run: () => void }[] = [];

  add(operation: string, run: () => void): void {
    this.#waiting.push({ operation, run });
  }

  /** Runs the callbacks that wait for this operation, each once. */
  take(operation: string): void {
    const due = this.#waiting.filter((one) => one.operation === operation);
    this.#waiting = this.#waiting.filter((one) => one.operation !== operation);
    for (const { run } of due) run();
  }
}
