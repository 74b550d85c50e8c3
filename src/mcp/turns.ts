/** Lets so many run at once. The rest wait in their order, or until `stop` aborts. */
export function createTurns(most: number): { take(stop: AbortSignal): Promise<() => void> } {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    /** Gives the function that ends the turn; calling it again does nothing. */
    async take(stop) {
      stop.throwIfAborted();
      while (running >= most) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          stop.addEventListener("abort", () => resolve(), { once: true });
        });
        stop.throwIfAborted();
      }
      running += 1;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        running -= 1;
        // All look again, in their order: one that was cancelled meanwhile must not keep the turn.
        for (const wake of waiting.splice(0)) wake();
      };
    },
  };
}
