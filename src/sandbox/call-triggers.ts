/** What happens once a certain call has taken effect: other people act because the operator has. */
export class Awaited {
  #waiting: { readonly operation: string; readonly run: () => void }[] = [];

  add(operation: string, run: () => void): void {
    this.#waiting.push({ operation, run });
  }

  /** Runs what waited for this operation, each once. */
  take(operation: string): void {
    const due = this.#waiting.filter((one) => one.operation === operation);
    this.#waiting = this.#waiting.filter((one) => one.operation !== operation);
    for (const { run } of due) run();
  }
}
