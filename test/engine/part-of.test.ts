import { expect, it } from "vitest";
import { journalled, putStep, runAll, runbookOf, stageOf, step } from "./support.ts";

const runbook = runbookOf([step("tend", "cell.tend"), putStep("after", "b", 2)]);
const plannedIn = async (cells: Readonly<Record<string, number>>) => {
  const stage = stageOf(cells);
  await runAll(stage, runbook);
  return journalled(stage).filter((event) => event.startsWith("step.planned"));
};

it("a step about something that the target does not have is no part of its procedure: nothing tells of it", async () => {
  expect(await plannedIn({ b: 1, garden: 1 })).toEqual(["step.planned tend", "step.planned after"]);
  expect(await plannedIn({ b: 1 })).toEqual(["step.planned after"]);
});
