import assert from "node:assert/strict";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A busy machine is slow: it ends a test that would wait for ever. */
const LONGEST_WAIT = 600_000;

export async function until(what, holds) {
  const deadline = Date.now() + LONGEST_WAIT;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `in vain waited for: ${what}`);
    await pause(50);
  }
}

export const states = (wave) => Object.fromEntries(wave.targets.map(({ target, state }) => [target, state]));

/** How many targets are in each state. */
export function sum(states) {
  const counts = {};
  for (const state of Object.values(states)) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
