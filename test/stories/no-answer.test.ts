import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig, runningRevisions } from "../support/sandbox-harness.ts";
import { attended, belowSize, type Met } from "../support/stories/attended.ts";
import { announced, applied, openWebhook, scalingSettings } from "../support/stories/maintenance.ts";

let rig: Rig;
let webhook: Awaited<ReturnType<typeof openWebhook>>;
beforeAll(async () => {
  // Near the operator's own pace: what is counted here are the operator's seconds.
  rig = await openRig("major-release", 4);
});
afterAll(() => rig.close());
beforeEach(() => rig.sandbox.reset("major-release"));

/** The questions of a window in their order; from the named one on nobody answers. */
const QUESTIONS = ["announceStart", "baseline", "hold", "shrink", "migrate", "verify", "grow", "scale", "watch"];
const USUAL = 3;
const MOST_SILENCE_MS = 330_000;
const CALL = /waits for an answer at step \w+\. vulcan-prod runs 1 of 3 tasks\./;

async function window(leavesAt: string, stop?: AbortSignal) {
  let isGone = false;
  const answers = ({ id }: Met): boolean => {
    isGone ||= id === leavesAt;
    return !isGone;
  };
  webhook = await openWebhook();
  const env = { VULCAN_OPS_WEBHOOK: webhook.url };
  return attended(rig, "maintenance-window", { watch: "15m" }, answers, env, stop);
}

const ids = (met: readonly Met[]): string[] => met.flatMap(({ kind, id }) => (kind === "confirm" ? [id] : []));

describe("nobody answers any more from a question on, while one task serves", () => {
  it("migrate: people are called each minute, the answer is a no after 5 min, and everything comes back", async () => {
    const before = await scalingSettings();
    const { running, met, shown } = await window("migrate");
    const { outcome } = await running;
    await webhook.close();
    expect(outcome).toMatchObject({ status: "declined", exitCode: 11, reason: "no-answer" });
    expect(ids(met)).toEqual(QUESTIONS.slice(0, 5));
    expect(met.find(({ id }) => id === "migrate")).toMatchObject({ size: 1, how: "silence" });
    expect(belowSize(met, USUAL)).toBeGreaterThan(300_000);
    expect(belowSize(met, USUAL)).toBeLessThanOrEqual(MOST_SILENCE_MS);
    expect(webhook.heard.filter((text) => CALL.test(text)).length).toBeGreaterThanOrEqual(5);
    expect(announced(webhook.heard).at(-1)).toContain("was stopped");
    expect(webhook.heard.at(-1)).toMatch(/Stopped|No answer/i);
    expect(shown.join("")).toContain("No answer in 5 min: no.");
    expect(runningRevisions(rig.sandbox)).toEqual(Array(USUAL).fill("vulcan-prod:42"));
    expect([await scalingSettings(), await applied()]).toEqual([before, 6]);
  });

  it.each(["grow", "scale", "watch"].map((id) => [id] as const))(
    "%s: counts down to a yes, and the window is done",
    { tags: ["variant"] },
    (id) => isDone(id),
  );

  it("verify and all after it count down to a yes, and the window is done", () => isDone("verify"));
});

async function isDone(id: string): Promise<void> {
  const before = await scalingSettings();
  const { running, met } = await window(id);
  const { outcome } = await running;
  await webhook.close();
  expect(outcome).toMatchObject({ status: "done", exitCode: 0 });
  expect(ids(met)).toEqual([...QUESTIONS, "announceEnd"]);
  const alone = met.slice(met.findIndex((one) => one.id === id));
  expect(alone.filter(({ kind }) => kind === "confirm").map(({ how }) => how)).toEqual(
    Array(QUESTIONS.length + 1 - QUESTIONS.indexOf(id)).fill("countdown"),
  );
  expect(belowSize(alone, USUAL)).toBeLessThanOrEqual(60_000);
  expect(announced(webhook.heard).at(-1)).toContain("has ended");
  expect(runningRevisions(rig.sandbox)).toEqual(Array(USUAL).fill("vulcan-prod:43"));
  expect([await scalingSettings(), await applied()]).toEqual([before, 8]);
}

describe("nobody answers at the usual size", () => {
  it.each([["announceStart"], ["hold"], ["shrink"]])(
    "%s: it waits, at no cost to users, and Ctrl-C leaves the world as it was",
    { tags: ["variant"] },
    async (id) => {
      const before = await scalingSettings();
      const stop = new AbortController();
      const { running, met } = await window(id, stop.signal);
      setTimeout(() => stop.abort(130), 1_800_000);
      const { outcome } = await running;
      await webhook.close();
      expect(outcome).toMatchObject({ status: "interrupted", exitCode: 130 });
      expect(ids(met).at(-1)).toBe(id);
      expect(belowSize(met, USUAL)).toBe(0);
      expect(webhook.heard.filter((text) => CALL.test(text))).toEqual([]);
      expect(runningRevisions(rig.sandbox)).toEqual(Array(USUAL).fill("vulcan-prod:42"));
      expect([await scalingSettings(), await applied()]).toEqual([before, 6]);
    },
  );
});
