import { afterEach, expect, it, vi } from "vitest";
import { remindedLate } from "../../../src/ui/io/silent-question.ts";

function openPromise() {
  let resolve: (value: string) => void = () => undefined;
  const promise = new Promise<string>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

afterEach(() => vi.useRealTimers());

it("people are told once of a question that costs users nothing, after five minutes, and not once it is answered", async () => {
  vi.useFakeTimers();
  const remind = vi.fn();
  const { promise, resolve: answer } = openPromise();
  const asked = remindedLate(remind, promise);
  vi.advanceTimersByTime(299_000);
  expect(remind).not.toHaveBeenCalled();
  vi.advanceTimersByTime(3_600_000);
  expect(remind).toHaveBeenCalledTimes(1);
  answer("y");
  expect(await asked).toBe("y");
  const quick = remindedLate(remind, Promise.resolve("n"));
  expect(await quick).toBe("n");
  vi.advanceTimersByTime(600_000);
  expect(remind).toHaveBeenCalledTimes(1);
});
