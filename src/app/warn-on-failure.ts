/**
 * Does the work, then calls `leave` to clean up. An error of `leave` is reported, and never replaces the outcome of the
 * work: a sent request stays sent, whether or not a lock can be released.
 */
export async function warnOnFailure<T>(
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
      // The screen is gone: this problem cannot be reported.
    }
  }
}
