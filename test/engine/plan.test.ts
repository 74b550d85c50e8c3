import { describe, expect, it } from "vitest";
import { blocks, hasChanges } from "../../src/domain/plan.ts";
import type { Binding } from "../../src/domain/runbook.ts";
import { journalled, output, planOf, putStep, runAll, runbookOf, stageOf, step } from "./support.ts";

describe("a plan", () => {
  it("marks each input as given, read, predicted or pending", async () => {
    const runbook = runbookOf([
      step("look", "cell.look", { with: { cell: "a" } }),
      putStep("raise", "b", output("look", "value")),
      putStep("same", "c", output("raise", "before")),
      step("watch", "cell.await", { with: { cell: "b", value: 3 } }),
      putStep("last", "d", output("watch", "value")),
    ]);
    const { steps } = await planOf(stageOf({ a: 3, b: 1 }), runbook);
    const seen = steps.map(({ id, readiness, inputs, until }) => [id, readiness, inputs.to ?? inputs.value, until]);
    expect(seen).toEqual([
      ["look", "ready", undefined, undefined],
      ["raise", "ready", { value: 3, origin: "read", step: "look" }, undefined],
      ["same", "ready", { value: 1, origin: "predicted", step: "raise" }, undefined],
      ["watch", "deferred", { value: 3, origin: "given" }, "same"],
      ["last", "deferred", { origin: "pending", step: "watch" }, "watch"],
    ]);
  });

  it("names the text of a step that is planned later, as soon as what it is made of is known", async () => {
    const later = (id: string, to: number | Binding) =>
      step(id, "cell.put", { with: { cell: output("watch", "value"), to }, confirm: "typed" });
    const runbook = runbookOf([
      putStep("raise", "b", 3),
      step("watch", "cell.await", { with: { cell: "b", value: 3 } }),
      later("known", 7),
      later("unknown", output("watch", "value")),
    ]);
    const { steps } = await planOf(stageOf({ b: 1 }), runbook);
    expect(steps.slice(2).map(({ readiness, consequence }) => [readiness, consequence])).toEqual([
      ["deferred", "7"],
      ["deferred", undefined],
    ]);
  });

  it("ends with the caller's error, whichever read fails first: another account is the reason for the rest", async () => {
    const slow = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("another account")), 20));
    const failing = runbookOf([step("look", "no.such", {})]);
    await expect(planOf(stageOf({}), failing, {}, slow)).rejects.toThrow("another account");
    await expect(planOf(stageOf({}), failing)).rejects.not.toThrow("another account");
  });

  it("is made without a single request, question or record", async () => {
    const stage = stageOf({ a: 1 });
    const plan = await planOf(stage, runbookOf([putStep("raise", "a", 2)], [putStep("back", "a", 1)]));
    expect(hasChanges(plan)).toBe(true);
    expect([stage.sent, stage.asked, stage.journal]).toEqual([[], [], []]);
  });

  it("is plain data: it survives being written to a file", async () => {
    const plan = await planOf(stageOf({ a: 1 }), runbookOf([putStep("raise", "a", 2)]));
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it("promises nothing from a step that a guard blocks: what follows is pending", async () => {
    const blocked = step("raise", "cell.put", { with: { cell: "a", to: 2, expect: 9 } });
    const { steps } = await planOf(
      stageOf({ a: 1 }),
      runbookOf([blocked, putStep("next", "b", output("raise", "before"))]),
    );
    expect(steps.map((planned) => [blocks(planned).length, planned.readiness])).toEqual([
      [1, "ready"],
      [0, "deferred"],
    ]);
  });

  it("shows the request as a line for the AWS CLI only where there is one", async () => {
    const { steps } = await planOf(
      stageOf({ a: 1, b: 2 }),
      runbookOf([putStep("raise", "a", 2), putStep("same", "b", 2)]),
    );
    expect(steps.map(({ awsCli, readiness }) => [awsCli, readiness])).toEqual([
      ["aws cell Put a 2", "ready"],
      [null, "unchanged"],
    ]);
  });

  it("fails where a step names an action that this version does not have", async () => {
    await expect(planOf(stageOf({}), runbookOf([step("x", "cell.fly")]))).rejects.toMatchObject({ exitCode: 6 });
  });
});

describe("`only`", () => {
  const cutover = runbookOf([putStep("raise", "a", 2, { only: { input: "cutover", is: ["revision"] } })]);

  it.each([
    ["revision", "ready", 1],
    ["dns", "left-out", 0],
    [undefined, "left-out", 0],
  ])("cutover: %s → %s", async (value, readiness, sends) => {
    const stage = stageOf({ a: 1 });
    const inputs = value === undefined ? {} : { cutover: value };
    expect((await planOf(stage, cutover, inputs)).steps[0]?.readiness).toBe(readiness);
    expect(await runAll(stage, cutover, inputs)).toMatchObject({ exitCode: 0 });
    expect(stage.sent).toHaveLength(sends);
  });

  it("says in the journal why a step was left out", async () => {
    const stage = stageOf({ a: 1 });
    await runAll(stage, cutover, { cutover: "dns" });
    expect(journalled(stage)).toContain("step.skipped raise");
    expect(stage.journal.find((event) => event.type === "step.skipped")).toMatchObject({
      reason: "skipped: cutover is dns",
    });
  });
});

describe("a runbook's risk", () => {
  it.each([
    ["cell.put", undefined, "change", "prompt"],
    ["cell.put", "destructive", "destructive", "typed"],
    ["cell.put", "read", "change", "prompt"],
    ["cell.burn", "change", "destructive", "typed"],
    ["cell.look", "change", "change", "prompt"],
  ] as const)("%s with risk: %s is %s and asks: %s", async (action, raised, risk, confirm) => {
    const raising = raised === undefined ? {} : { risk: raised };
    const planned = await planOf(
      stageOf({ a: 1 }),
      runbookOf([step("x", action, { with: { cell: "a", to: 2 }, ...raising })]),
    );
    expect(planned.steps[0]).toMatchObject({ risk, confirm });
  });
});
