import { afterAll, beforeAll, expect, it } from "vitest";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 240);
});
afterAll(() => rig.close());

it("the README's watch is what the program shows of a healthy service, but for its times", async () => {
  const { code, stdout } = await vulcanOps(["watch"]);
  expect(code).toBe(0);
  await expect(masked(stdout)).toMatchFileSnapshot("../golden/readme-watch.txt");
});

/**
 * How many minutes were counted depends on where in a minute it began, and on how busy the machine is; so does whether
 * our own session is one of the connections in a minute, which makes the others' bars lower.
 */
function masked(text: string): string {
  return text
    .replace(/\d\d:\d\d:\d\dZ\n minute \d+/, "04:12:01Z\n minute 30")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ to \d\d:\d\d:\d\dZ/, "2026-04-10 02:42:00Z to 03:42:00Z")
    .replace(/([▁-█]{5,}) */gu, (found) => steady(found.trim().at(-1) ?? "").padEnd(Math.max(14, found.length)))
    .replace(/^ Note {6}\d+ min seen late.*\n/m, "")
    .replace(/\d+\/30 min seen/, "28/30 min seen");
}

const steady = (bar: string): string => ("▅▆▇".includes(bar) ? "█" : bar).repeat(14);
