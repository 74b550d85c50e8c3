import { describe, expect, it } from "vitest";
import type { JournalEvent } from "../../../src/domain/execution-event.ts";
import { warn } from "../../../src/domain/finding.ts";
import { createEventLog } from "../../../src/ui/render/event-log.ts";
import { NORMAL, REVERT } from "../plans.ts";

const PLAIN = { columns: 80, colour: false, unicode: true, live: false };
const BASE = { at: "2026-04-10T03:41:07.000Z", execution: "7K2M", phase: "do" } as const;
const [FIND] = NORMAL.steps;

const planned = (findings: readonly ReturnType<typeof warn>[] = []): JournalEvent =>
  ({
    ...BASE,
    ...FIND,
    type: "step.planned",
    step: "find",
    findings: [...(FIND?.findings ?? []), ...findings],
  }) as never;
const verified = (text: string): JournalEvent => ({ ...BASE, type: "step.verified", step: "find", text, outputs: {} });
const started = {
  ...BASE,
  type: "execution.started",
  runbook: { ...NORMAL.runbook, text: "" },
  target: NORMAL.target,
  caller: NORMAL.caller,
} as unknown as JournalEvent;

const logOf = (saysOnce: boolean) => {
  const log = createEventLog(PLAIN, { saysOnce });
  log.learn(NORMAL);
  return log;
};

describe("beside a plan on the screen", () => {
  const log = logOf(true);

  it("what the plan has said is not told again", () => {
    expect([started, planned(), verified(FIND?.summary ?? "")].map((event) => log.write(event))).toEqual(["", "", ""]);
  });

  it("anything else is", () => {
    expect(log.write(planned([warn("new", "a new warning")]))).toContain("a new warning");
    expect(log.write(verified("another one"))).toMatch(/another\s+one/);
    expect(log.write({ ...BASE, type: "step.verified", step: REVERT.id, text: REVERT.summary, outputs: {} })).not.toBe(
      "",
    );
    expect(log.write({ ...verified(FIND?.summary ?? ""), phase: "undo" } as never)).not.toBe("");
  });
});

it("without a terminal, and with --verbose, each step is told", () => {
  const log = logOf(false);
  expect([started, planned(), verified(FIND?.summary ?? "")].map((event) => log.write(event))).not.toContain("");
});

it("of a continued run knows the numbers of all steps before any asks", () => {
  const log = createEventLog(PLAIN);
  log.learnSteps([
    { id: "find", title: "Find" },
    { id: "revert", title: "Revert" },
  ]);
  expect(log.headOf("revert")).toEqual({ number: "2/2", title: "Revert" });
});

it("of a wait with figures prints the sentence, and only when it is another one", () => {
  const log = createEventLog(PLAIN);
  const progress = (minute: number, text: string) =>
    log.write({
      ...BASE,
      at: `2026-04-10T03:${String(10 + minute)}:07.000Z`,
      type: "step.progress",
      step: "watch",
      text: `${text}\n  CPU %: before 25, now ${minute}`,
      data: { done: minute, total: 15 },
    });
  expect(progress(1, "no limit broken")).toMatch(/1\/15 done {2}no limit broken\n$/);
  expect(progress(2, "no limit broken")).toBe("");
  expect(progress(3, "no limit broken; higher than before: CPU %")).toMatch(/higher\s+than before/);
});
