import { type Assertion, expect } from "vitest";

interface PollOptions {
  /** Both in ms. */
  readonly timeout?: number;
  readonly interval?: number;
}

/** `expect.poll` by the timers of the process: vitest's own has kept the true ones. */
export function poll<T>(
  read: () => T | Promise<T>,
  { timeout = 60_000, interval = 50 }: PollOptions = {},
): Assertion<T> {
  return chain(async (check) => {
    for (const end = Date.now() + timeout; ; await new Promise((resolve) => setTimeout(resolve, interval))) {
      try {
        return await check(expect(await read()) as never);
      } catch (error) {
        if (Date.now() >= end) throw error;
      }
    }
  });
}

type Check = (assertion: never) => unknown;

/** What is called at the end of `.not.toBe(…)` is called for each value that is read. */
function chain(run: (check: Check) => Promise<unknown>, path: readonly string[] = []): never {
  const assert = (...args: unknown[]) =>
    run((assertion) => {
      const members = path
        .slice(0, -1)
        .reduce((value: Record<string, unknown>, name) => value[name] as never, assertion);
      return (members[path.at(-1) ?? ""] as (...args: unknown[]) => unknown)(...args);
    });
  return new Proxy(assert, { get: (_target, name) => chain(run, [...path, String(name)]) }) as never;
}
