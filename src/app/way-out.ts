/**
 * Does the work, then what has to be done on the way out. An error there is told, and never replaces the outcome of the
 * work: what was sent was sent, whether a lock can be released or not.
 */
export async function onWayOut<T>(
  work: () => Promise<T>,
  leave: () => Promise<void> | void,
  tell: (problem: string) => void,
): Promise<T> {
  try {
    return await work();
  } finally {
    await attempt(leave, tell);
  }
}

async function attempt(leave: () => Promise<void> | void, tell: (problem: string) => void): Promise<void> {
  try {
    await leave();
  } catch (error) {
    try {
      tell((error as Error).message);
    } catch {
      // A screen that is gone cannot be told.
    }
  }
}
