import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playOne } from "./campaign.ts";
import { drawWorld } from "./draw.ts";
import { drawBoundary } from "./process-boundary.ts";
import { openStage, type Stage } from "./stage.ts";
import type { Story } from "./story.ts";
import type { World } from "./world.ts";

let stage: Stage;
beforeAll(async () => {
  drawBoundary();
  stage = await openStage();
});
afterAll(() => stage.sandbox.stop());

/** What was asked of AWS and when (virtual ms after the beginning), and how each life ended. */
const traceOf = ({ before, requests, lives }: Story) => ({
  writes: requests
    .filter(({ mutating }) => mutating)
    .map(({ at, operation, status }) => `${Date.parse(at) - before.at} ${operation} ${status}`),
  ends: lives.map(({ command, code, from, to }) => `${command} ${code} ${to - from}`),
});

/** A sample: `npm run worlds` plays as many as one likes. */
describe("random worlds", () => {
  it("keep every invariant, and are the same from the same seed", async () => {
    const world = drawWorld(5, "rollback");
    const [first, second] = [await playOne(world, stage), await playOne(world, stage)];
    expect([...first.result.violations, ...second.result.violations]).toEqual([]);
    expect(traceOf(second.story)).toEqual(traceOf(first.story));
  });
});

describe("a life that dies", () => {
  const world: World = {
    ...drawWorld(1, "rollback"),
    ...{ scenario: "bad-but-healthy", flags: [], lives: [], ending: "resume", areFaultsLasting: false },
  };

  it.each([
    ["with half a record written", { torn: 9 }],
    ["after its request, before the answer", { passed: "after-send", nth: 1 }],
  ] as const)("%s, leaves its lock to the next one, which brings the execution to its end", async (_name, death) => {
    const { story, result } = await playOne({ ...world, lives: [{ command: "start", faults: [], death }] }, stage);
    expect(result.violations).toEqual([]);
    expect(story.lives[0]).toMatchObject({ code: "died", end: undefined });
    expect(story.lives.at(-1)).toMatchObject({ command: "resume", code: 0 });
    expect(story.after.lock).toBe("");
    expect(story.requests.filter(({ operation }) => operation === "UpdateService")).toHaveLength(1);
  });

  it("after it put things back: a resume is refused, and names the lock that it has left", async () => {
    const { story, result } = await playOne(drawWorld(2_000_752, "restore"), stage);
    expect(result.violations).toEqual([]);
    const refused = story.lives.at(-1);
    expect([refused?.code, refused?.stderr]).toEqual([
      11,
      expect.stringMatching(/already-restored(?:.|\n)*vulcan-ops unlock /),
    ]);
    expect(story.after.lock).not.toBe("");
  });
});
