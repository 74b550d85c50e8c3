/** A wait is this many short ones: one that comes late, since the machine was busy, counts as one that did not. */
const SLICES = 10;

/**
 * Calls `over` once `ms` of real time have gone by in which this process ran: what had come in meanwhile is read between two
 * slices. Returns what ends the wait.
 */
export function patience(ms: number, over: () => void): () => void {
  let left = SLICES;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    over();
  }, ms / SLICES);
  return () => clearInterval(timer);
}
