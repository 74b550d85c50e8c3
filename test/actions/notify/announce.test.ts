import { describe, expect, it } from "vitest";
import { announce } from "../../../src/actions/notify/announce.ts";
import type { Attempt } from "../../../src/domain/action.ts";
import type { ActionServices } from "../../../src/domain/services.ts";
import { NOW, TARGET, worldOf } from "../support.ts";

const iso = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
const CHANNEL = { by: "webhook", prefix: "" } as const;

async function planned(given: Record<string, string | boolean>, channel?: ActionServices["channel"], opens = 60) {
  const inputs = { opens: iso(opens), closes: iso(opens + 90), ...given };
  const world = { ...worldOf(), ...(channel && { channel }) };
  const clock = { now: () => NOW, sleep: async () => undefined };
  const seen = await announce.observe(inputs, { services: world, target: TARGET, clock });
  return announce.plan(inputs, seen.kind === "observed" ? seen.value : undefined, {});
}

describe("an announcement", () => {
  it("is one request that says when, and no address", async () => {
    const { proposal } = await planned({ moment: "advance" }, CHANNEL);
    expect(proposal?.operation).toEqual({
      service: "notify",
      name: "Announce",
      input: {
        by: "webhook",
        text: "Planned maintenance of vulcan-prod: 2026-04-10 13:00 to 2026-04-10 14:30 UTC. The service runs on 1 task; responses may be slower.",
      },
    });
    expect(proposal?.undo.kind).toBe("stays");
  });

  it("is given as a text to paste where nothing is set up", async () => {
    const { proposal, summary, outputs } = await planned({ moment: "start" });
    expect([proposal, summary, outputs]).toEqual([
      undefined,
      expect.stringMatching(
        /^no webhook or SNS topic configured\. Message to post: Maintenance of vulcan-prod has begun/,
      ),
      { told: true },
    ]);
  });

  it.each<[Record<string, string | boolean>, number, string]>([
    [{ moment: "advance" }, -1, "the window has begun: 2026-04-10 11:59:00Z"],
    [{ moment: "stopped", dependent: true }, 0, "no start was announced"],
    [{ moment: "stopped", dependent: true, after: true, unless: true }, 0, "the end was announced"],
  ])("%j is needless at minute %i", async (given, opens, summary) => {
    const plan = await planned(given, CHANNEL, opens);
    expect([plan.summary, plan.proposal, plan.outputs]).toEqual([summary, undefined, {}]);
  });

  it("that it was stopped follows one that it has begun", async () => {
    const { summary } = await planned({ moment: "stopped", dependent: true, after: true }, CHANNEL, 0);
    expect(summary).toMatch(/^by webhook: Maintenance of vulcan-prod was stopped early/);
  });

  it.each<[Attempt["receipt"], string, string?]>([
    [{ answer: { told: true } }, "announced (end)"],
    [
      { answer: { told: false, why: "it answered 500" } },
      "NOT ANNOUNCED: it answered 500. Message to post: the words",
      "the maintenance was not announced",
    ],
    [
      { answer: { told: null, why: "it did not answer within 3 s" } },
      "not known whether it was announced (it did not answer within 3 s). Message to post: the words",
      "it is not known whether the maintenance was announced",
    ],
    [
      { answer: { readBack: "" } },
      "not known whether it was announced. Message to post: the words",
      "it is not known whether the maintenance was announced",
    ],
  ])("never fails the run: %j", async (receipt, text, missed) => {
    const operation = { service: "notify", name: "Announce", input: { text: "the words" } };
    const attempt = { operation, outputs: {}, ...(receipt && { receipt }) };
    const inputs = { moment: "end", opens: iso(0), closes: iso(90) };
    expect(await announce.verify?.(inputs, attempt, {} as never)).toEqual({
      kind: "true",
      text,
      ...(missed && { missed }),
    });
    expect(await announce.probe?.(inputs, attempt, {} as never)).toMatchObject({ kind: "done" });
  });
});
