import { expect, it } from "vitest";
import type { Notice, Notices } from "../../src/domain/notices/notice.ts";
import { noticeText } from "../../src/domain/notices/template.ts";
import { goOn, lastOf, planOf, putStep, runAll, runbookOf, stageOf } from "./support.ts";

/** What a run tells, and what a channel would lose of it. */
function channel(): { readonly told: Notice[]; readonly notices: Notices } {
  const told: Notice[] = [];
  const lost = [{ moment: "begin", by: "Slack", why: "it answered 500", isDoubtful: true }] as const;
  return { told, notices: { by: ["Slack"], tell: (notice) => told.push(notice), settled: async () => lost } };
}

const text = (notice: Notice): string => noticeText(notice, {}, (value) => value);
const [first, second] = [putStep("a", "x", 1), putStep("b", "y", 2)];

it("begin is told once, before the first request, and the outcome with what was lost", async () => {
  const { told, notices } = channel();
  const stage = stageOf({ x: 0, y: 0 }, { more: { notices } });
  await runAll(stage, runbookOf([first, second]));
  expect(told.map(({ moment, urgency }) => [moment, urgency])).toEqual([
    ["begin", "news"],
    ["outcome", "well"],
  ]);
  expect(lastOf(stage, "execution.ended").lostNotices).toMatchObject([{ by: "Slack", isDoubtful: true }]);
});

it("of a failure only its place and its code are told: its text may be a server's", async () => {
  const { told, notices } = channel();
  const stage = stageOf(
    { x: 0, y: 0 },
    { more: { notices }, outcome: (_, count) => (count === 2 ? "refused" : "applied") },
  );
  await runAll(stage, runbookOf([first, second]));
  const [, outcome] = told;
  expect([outcome?.urgency, outcome && text(outcome)]).toEqual(["fails", expect.stringContaining("aws rejected")]);
  expect(text(outcome as Notice)).not.toContain("AWS: aws-rejected");
  expect(outcome?.fields.next).toContain("vulcan-ops resume");
});

it("nor is a failure's text told of a run that continued, or that was undone after it", async () => {
  const { told, notices } = channel();
  const more = {
    more: { notices },
    outcome: (_: unknown, count: number) => (count === 2 ? "refused" : "applied"),
  } as const;
  const passed = stageOf({ x: 0, y: 0 }, more);
  await runAll(passed, runbookOf([first, { ...second, onFailure: "continue" }]));
  expect(lastOf(passed, "execution.ended").outcome).toContain("aws-rejected");
  const undone = stageOf({ x: 0, y: 0 }, more);
  await runAll(undone, runbookOf([first, { ...second, onFailure: "undo" }]));
  expect(lastOf(undone, "execution.ended").outcome).toContain("aws-rejected");
  const outcomes = told.filter(({ moment }) => moment === "outcome").map(text);
  expect(outcomes).toHaveLength(2);
  expect(outcomes.join("\n")).not.toContain("aws-rejected");
});

it("a plan that is declined is no news, and a process that continues tells the end of what was open", async () => {
  const { told, notices } = channel();
  const declined = stageOf(
    { x: 0, y: 0 },
    {
      more: { notices },
      answer: (question) => (question.kind === "confirm" ? { yes: false, how: "prompt" } : undefined),
    },
  );
  await planOf(declined, runbookOf([first]));
  await runAll(declined, runbookOf([{ ...first, confirm: "prompt" }]));
  expect(told).toEqual([]);

  const killed = stageOf(
    { x: 0, y: 0 },
    { more: { notices }, outcome: (_, count) => (count === 2 ? "expired" : "applied") },
  );
  const book = runbookOf([first, second]);
  await runAll(killed, book);
  told.length = 0;
  await goOn(killed, book);
  expect(told.map(({ moment, isContinued, fields }) => [moment, isContinued, fields.did])).toEqual([
    ["begin", true, "resumed"],
    ["outcome", true, "resumed"],
  ]);
});
