import { describe, expect, it } from "vitest";
import { type PollResult, poll, unlessTransient } from "../../src/actions/poll.ts";
import { OpsError } from "../../src/domain/error.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { fixedClock, NOW } from "./support.ts";

/** Polls every 2 s for 5 s; the last look is repeated. Answers what it told on the way, and when it ended. */
async function polled(...looks: readonly PollResult<string>[]) {
  const clock = fixedClock();
  const told: string[] = [];
  let count = 0;
  const wait = { clock, deadline: NOW + 5000, progress: (text: string) => told.push(text) };
  const end = await poll(wait, 2000, async () => looks[Math.min(count++, looks.length - 1)] as PollResult<string>);
  return { end, told, looks: count, seconds: (clock.now() - NOW) / 1000 };
}

describe("a poll", () => {
  it("ends with the first answer, and tells what it waits for until then", async () => {
    expect(await polled({ late: "no", text: "1 to go" }, { late: "no" }, { end: "yes" })).toEqual({
      end: "yes",
      told: ["1 to go"],
      looks: 3,
      seconds: 4,
    });
  });

  it("looks once more after the time is up, and then says what is true at that time", async () => {
    expect(await polled({ late: "none" }, { late: "no", text: "1 to go" })).toMatchObject({
      end: "no",
      looks: 4,
      seconds: 6,
    });
  });

  it("looks once where the time is up already", async () => {
    const clock = fixedClock();
    expect(await poll({ clock, deadline: NOW }, 2000, async () => ({ late: "no" }))).toBe("no");
    expect(clock.now()).toBe(NOW);
  });

  it("ends with what a look throws", async () => {
    const wait = { clock: fixedClock(), deadline: NOW + 5000 };
    await expect(poll(wait, 2000, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  });
});

it.each([
  ["a network that fails", "aws-unreachable", EXIT.failed, true],
  ["a refusal", "aws-access-denied", EXIT.credentials, false],
])("%s says nothing about what is waited for, or ends the wait", (_name, code, exitCode, isTransient) => {
  const error = new OpsError({ code, exitCode, fault: "remote", message: "AWS" });
  if (isTransient) expect(unlessTransient(error)).toBeUndefined();
  else expect(() => unlessTransient(error)).toThrow(error);
});
