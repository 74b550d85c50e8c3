import { afterAll, expect } from "vitest";
import { poll } from "./poll.ts";
import { nextDay } from "./simulate.ts";

/** A setup file of vitest. Other systems than Linux have no /proc: there the time stays the true one. */
if (process.platform === "linux") {
  const driver = nextDay(1);
  expect.poll = poll as unknown as typeof expect.poll;
  afterAll(() => {
    if (driver.suspicious.length > 0) throw new Error(driver.suspicious.join("\n\n"));
  });
}
