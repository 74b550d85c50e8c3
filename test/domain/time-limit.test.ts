import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { outsideTimeLimit, withTimeLimit } from "../../src/domain/time-limit.ts";

function gate<T>() {
  let open: (value: T) => void = () => {};
  const shut = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { shut, open };
}

describe("a limit for a read", () => {
  it("ends the waiting, and says how long that was", async () => {
    await expect(withTimeLimit(20, gate().shut)).rejects.toThrow("no answer within 0.02 s");
  });

  it("gives the answer, or the failure, that comes before", async () => {
    expect(await withTimeLimit(60_000, Promise.resolve(1))).toBe(1);
    await expect(withTimeLimit(60_000, Promise.reject(new Error("no")))).rejects.toThrow("no");
  });

  it("stands still while credentials are waited for, and goes on afterwards", async () => {
    const [helper, answer] = [gate<string>(), gate<string>()];
    const credentials = outsideTimeLimit(helper.shut);
    const reading = withTimeLimit(20, answer.shut);
    const silent = withTimeLimit(20, gate().shut);
    await delay(100);
    answer.open("answered");
    expect(await reading).toBe("answered");
    helper.open("signed");
    await credentials;
    await expect(silent).rejects.toThrow("no answer within");
  });
});
