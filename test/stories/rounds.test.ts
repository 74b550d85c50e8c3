import { afterAll, beforeAll, expect, it } from "vitest";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release");
});
afterAll(() => rig.close());

const CALL_MS = 100;

/** How many calls follow one another: the simulated time stands still while this machine works. */
async function rounds(words: readonly string[]): Promise<{ readonly rounds: number; readonly code: number }> {
  rig.sandbox.inject({ operation: "*", when: "before", kind: "stall", ms: CALL_MS, times: Number.POSITIVE_INFINITY });
  const begun = Date.now();
  const { code } = await vulcanOps([...words, "--state-dir", rig.stateDir]);
  const took = Date.now() - begun;
  rig.sandbox.clearFaults();
  return { rounds: took / CALL_MS, code };
}

it.each([
  ["rollback --dry-run", 3],
  ["rollback --to 42 --dry-run", 3],
  ["rollback --to 41 --dry-run", 3],
  ["restore --to=-15m --dry-run", 3],
  ["migrate down 1 --dry-run", 4],
  ["status", 3],
])("%s waits for %i answers one after another, however many it reads", async (words, most) => {
  const { rounds: waited } = await rounds(words.split(" "));
  expect(waited).toBe(most);
});

it("a rollback that asks waits for as many: who asks and the lock are answered beside the plan's reads", async () => {
  // Without a terminal it ends where it would ask. Two more answers: the lock is read, and released.
  expect(await rounds(["rollback"])).toEqual({ rounds: 3 + 2, code: 6 });
});
