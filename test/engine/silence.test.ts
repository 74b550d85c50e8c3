import { describe, expect, it } from "vitest";
import type { Action } from "../../src/domain/action.ts";
import type { ConfirmQuestion, Question } from "../../src/domain/ports.ts";
import { isRecord } from "../../src/journal/shape.ts";
import { type Cells, registry } from "./fake-world.ts";
import { lastOf, output, putStep, runAll, runbookOf, type Script, START, stageOf, step } from "./support.ts";

const put = registry["cell.put"] as Action<Cells>;
const look = registry["cell.look"] as Action<Cells>;

/** Fewer in the cell `capacity` means that users are served by fewer tasks. */
const sized = {
  ...registry,
  "cell.put": { ...put, leaves: ({ subject }) => (subject === "capacity" ? "size" : "change") } as Action<Cells>,
};

const shrink = putStep("shrink", "capacity", 1);
const work = putStep("work", "schema", 7);
const read = step("read", "cell.look", { with: { cell: "schema" }, confirm: "prompt" });
const grow = putStep("grow", "capacity", output("shrink", "before"), { class: "back" });
const again = putStep("regrow", "capacity", output("shrink", "before"), { confirm: "none" });
const window = runbookOf([putStep("mark", "flag", 1), shrink, work, read, grow], [again]);
const BEFORE = { capacity: 3, schema: 6, flag: 0 };

/** Says yes to all but the question of this step, which nobody answers. */
function silentAt(id: string, more: Script["more"] = {}): Script {
  const answer = (question: Question): unknown => {
    if (question.kind !== "confirm" || question.step.id !== id) return undefined;
    return { yes: question.silence?.answer === "yes", how: question.silence?.countdown ? "countdown" : "silence" };
  };
  return { answer, more: { registry: sized, ...more } };
}

const confirmsOf = (asked: readonly Question[]): ConfirmQuestion[] =>
  asked.flatMap((question) => (question.kind === "confirm" ? [question] : []));

describe("a question that nobody answers", () => {
  it("waits at the usual size, is a no below it, and counts down where a step reads or puts back", async () => {
    const stage = stageOf(BEFORE, { more: { registry: sized } });
    expect(await runAll(stage, window)).toMatchObject({ status: "done" });
    expect(Object.fromEntries(confirmsOf(stage.asked).map(({ step: { id }, silence }) => [id, silence]))).toEqual({
      mark: undefined,
      shrink: undefined,
      work: { within: 300, answer: "no", isUrgent: true },
      read: { countdown: 10, within: 300, answer: "yes", isUrgent: true },
      grow: { countdown: 30, within: 300, answer: "yes", isUrgent: true },
    });
  });

  it("puts everything back after a silent no: exit 11, no-answer, on record", async () => {
    const stage = stageOf(BEFORE, silentAt("work"));
    const outcome = await runAll(stage, window);
    expect(outcome).toMatchObject({ status: "declined", exitCode: 11, reason: "no-answer" });
    expect(outcome.text).toBe(
      "no answer came in time at step 3/6 (work); put back: Step shrink; still in effect: Step mark",
    );
    expect(stage.cells.values).toEqual({ ...BEFORE, flag: 1 });
    expect(lastOf(stage, "step.declined")).toMatchObject({ step: "work", how: "silence" });
    expect(stage.journal.every(isRecord)).toBe(true);
  });

  it("records how a step was answered that counted down", async () => {
    const stage = stageOf(BEFORE, silentAt("grow"));
    expect(await runAll(stage, window)).toMatchObject({ status: "done" });
    expect(lastOf(stage, "step.confirmed")).toMatchObject({ step: "grow", how: "countdown" });
    const looked = stageOf(BEFORE, silentAt("read"));
    await runAll(looked, runbookOf([read]));
    expect(lastOf(looked, "step.verified")).toMatchObject({ step: "read", how: "countdown" });
    expect([...stage.journal, ...looked.journal].every(isRecord)).toBe(true);
  });

  it("about a failure ends after 5 min below the usual size, and waits otherwise", async () => {
    const failing: Script["outcome"] = ({ input }) => (input.cell === "schema" ? "refused" : "applied");
    const asking = (steps: Parameters<typeof runbookOf>[0]) => runbookOf(steps, [again]);
    const work5 = putStep("work", "schema", 7, { onFailure: "ask" });
    for (const [steps, within] of [
      [[shrink, work5], 300],
      [[work5], undefined],
    ] as const) {
      const stage = stageOf(BEFORE, { outcome: failing, more: { registry: sized } });
      await runAll(stage, asking([...steps]));
      expect(stage.asked.find(({ kind }) => kind === "choice")).toMatchObject({ id: "on-failure" });
      expect(stage.asked.find((question) => question.kind === "choice")?.within).toBe(within);
      expect(stage.cells.values.capacity).toBe(3);
    }
  });

  it("ends when the window has only the time left that the steps need which put things back", async () => {
    const closes = new Date(START + 200_000).toISOString();
    const outputs = { closes: { type: "time", description: "For a test." } } as const;
    const opening = {
      ...look,
      closes: "closes",
      outputs,
      plan: () => ({ summary: "open", changes: [], findings: [], outputs: { closes } }),
    } as unknown as Action<Cells>;
    const slow = { ...sized, "cell.put": { ...sized["cell.put"], usualSeconds: () => 50 }, "cell.open": opening };
    const open = step("open", "cell.open", { with: { cell: "flag" } });
    const stage = stageOf(BEFORE, { more: { registry: slow } });
    await runAll(stage, runbookOf([open, ...window.steps], window.finally));
    const asked = confirmsOf(stage.asked).find(({ step: { id } }) => id === "work");
    expect(asked?.silence).toEqual({ within: 150, answer: "no", isUrgent: true });
  });

  it("calls people where a channel is set up, with a key of its own each time", async () => {
    const calls: string[] = [];
    const stage = stageOf(BEFORE, { more: { registry: sized, call: async (...call) => calls.push(call.join(" | ")) } });
    const { io } = stageIo(stage);
    await runAll(stage, window);
    expect(io).toEqual(["work", "read", "grow"]);
    expect(calls).toEqual([
      expect.stringMatching(
        /at step work\. vulcan-test runs 1 of 3 tasks\. TEST vulcan-test · 111122223333 · region not pinned \| x0001-\d+-call-0$/,
      ),
      expect.stringMatching(/at step work\. .* \| x0001-\d+-call-1$/),
      ...Array(4).fill(expect.stringContaining("waits for an answer")),
    ]);
  });
});

/** An io that reminds twice at each question that costs users. */
function stageIo(stage: ReturnType<typeof stageOf>) {
  const reminded: string[] = [];
  const io = {
    notify: () => undefined,
    ask: async (question: Question, remind?: () => void) => {
      if (question.kind === "confirm" && question.silence?.isUrgent) {
        reminded.push(question.step.id);
        remind?.();
        remind?.();
      }
      return question.kind === "hold" ? { go: true } : { yes: true, how: "prompt" };
    },
  };
  const { more } = stage.script;
  stage.script = { ...stage.script, more: { ...more, io: io as never } };
  return { io: reminded };
}

describe("--ask gates", () => {
  const gated = runbookOf(
    window.steps.map((one) => (one.id === "work" ? { ...one, gate: true } : one)),
    window.finally,
  );
  const idsOf = async (runbook: typeof window, more: Script["more"]) => {
    const stage = stageOf(BEFORE, { more: { registry: sized, ...more } });
    expect(await runAll(stage, runbook)).toMatchObject({ status: "done" });
    return confirmsOf(stage.asked).map(({ step: { id } }) => id);
  };

  it("asks before the first change, at the gates, and nothing else", async () => {
    expect(await idsOf(gated, { asksAtGates: true })).toEqual(["mark", "work"]);
    expect(await idsOf(gated, {})).toEqual(["mark", "shrink", "work", "read", "grow"]);
  });

  it("asks at each step of a runbook without gates, and where a text is to be typed", async () => {
    expect(await idsOf(window, { asksAtGates: true })).toEqual(["mark", "shrink", "work", "read", "grow"]);
    const typed = gated.steps.map((one) => (one.id === "shrink" ? { ...one, confirm: "typed" as const } : one));
    expect(await idsOf(runbookOf(typed, gated.finally), { asksAtGates: true })).toEqual(["mark", "shrink", "work"]);
  });

  it("asks where a check is not OK", async () => {
    const warns = (action: Action<Cells>): Action<Cells> => ({
      ...action,
      plan: (...given) => {
        const plan = action.plan(...given);
        return { ...plan, findings: [{ level: "warn", code: "odd", text: "odd" }] };
      },
    });
    const doubtful = { ...sized, "cell.look": warns(look) };
    expect(await idsOf(gated, { asksAtGates: true, registry: doubtful })).toEqual(["mark", "work", "read"]);
  });
});
