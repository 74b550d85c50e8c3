import { expect, it } from "vitest";
import { leavingText } from "../../src/domain/lock.ts";

it("who leaves at once is told what is left: nothing, a lock alone, or a journal", () => {
  expect(leavingText(undefined)).toBe("Left.");
  expect(leavingText({ execution: "b7k2mq", isRecorded: false })).toBe(
    "Left before its first record: nothing was sent. Its lock stays: vulcan-ops unlock b7k2mq",
  );
  expect(leavingText({ execution: "b7k2mq", isRecorded: true })).toBe(
    "Left. The journal knows where it stands: vulcan-ops resume b7k2mq",
  );
  const typed = { "state-dir": ["--state-dir", "./s"], target: ["--target", "staging"] };
  expect(leavingText({ execution: "b7k2mq", isRecorded: true, typed })).toMatch(/resume b7k2mq --state-dir \.\/s$/);
});
