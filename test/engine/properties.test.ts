import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical } from "../../src/domain/json.ts";
import { unwritable } from "../../src/journal/state-dir.ts";
import { goOn, type Outcome, putStep, runAll, runbookOf, type Script, type Stage, stageOf, step } from "./support.ts";

/** Thrown where a process dies: nothing in the engine may catch it and go on. */
class Dead extends Error {}

interface Case {
  readonly steps: readonly { readonly kind: "put" | "burn" | "look"; readonly cell: string; readonly to: number }[];
  readonly onFailure: "abort" | "ask" | "undo" | "continue";
  readonly outcomes: readonly Outcome[];
  readonly answers: readonly boolean[];
  readonly choices: readonly string[];
  /** The record before which the process dies, and the one that the disk does not take. */
  readonly death: number;
  readonly full: number;
}

const cell = fc.constantFrom("a", "b");
const cases: fc.Arbitrary<Case> = fc.record({
  steps: fc.array(
    fc.record({ kind: fc.constantFrom("put", "put", "burn", "look"), cell, to: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 4 },
  ),
  onFailure: fc.constantFrom("abort", "ask", "undo", "continue"),
  outcomes: fc.array(fc.constantFrom<Outcome>("applied", "applied", "ignored", "refused", "lost", "vanished")),
  answers: fc.array(
    fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  ),
  choices: fc.array(fc.constantFrom("abort", "again", "undo", "stop", "done"), { maxLength: 4 }),
  death: fc.nat(60),
  full: fc.nat(60),
});

function scriptOf({ outcomes, answers, choices, death, full }: Case): Script {
  let records = 0;
  let chosen = 0;
  return {
    outcome: (_operation, number) => outcomes[number - 1] ?? "applied",
    answer(question, number) {
      if (question.kind === "choice") return { value: choices[chosen++] ?? question.fallback, how: "prompt" };
      return question.kind === "hold" ? { go: true } : { yes: answers[number] ?? true, how: "prompt" };
    },
    onAppend() {
      records++;
      if (records === death + 2) throw new Dead();
      if (records === full + 2) throw unwritable("journal.jsonl", "no space left on device");
    },
  };
}

function runbookFor({ steps, onFailure }: Case) {
  const made = steps.map(({ kind, cell: name, to }, index) =>
    kind === "put"
      ? putStep(`s${index}`, name, to, { onFailure, timeoutSeconds: 2 })
      : step(`s${index}`, `cell.${kind}`, { with: { cell: name }, onFailure }),
  );
  return runbookOf(made, [putStep("back", "c", 1)]);
}

/** A life that may end anywhere, then up to three processes that go on with it, then an undo. */
async function live(example: Case): Promise<Stage> {
  const stage = stageOf({ a: 3, b: 3, c: 1 }, scriptOf(example));
  const runbook = runbookFor(example);
  const tolerant = (process: Promise<unknown>) =>
    process.catch((error: unknown) => {
      if (!(error instanceof Dead) && !(error as { detail?: unknown }).detail) throw error;
    });
  await tolerant(runAll(stage, runbook));
  for (let process = 0; process < 3 && stage.journal.length > 0; process++) await tolerant(goOn(stage, runbook));
  if (stage.journal.length > 0) await tolerant(goOn(stage, runbook, "undo"));
  return stage;
}

describe("whatever the runbook, the answers, AWS, the disk and the moment of death", () => {
  it("every request that left was confirmed on the disk before, each confirmation was sent at most once", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (example) => {
        const { trace, sent, journal } = await live(example);
        let isConfirmed = false;
        for (const line of trace) {
          if (line.startsWith("on disk step.confirmed")) isConfirmed = true;
          if (line !== "send") continue;
          expect(isConfirmed).toBe(true);
          isConfirmed = false;
        }
        const confirmed = journal.filter((event) => event.type === "step.confirmed");
        // Each request is the one of some confirmation; none is there more often than it was confirmed.
        const allowed = confirmed.map(({ operation }) => canonical(operation as never));
        for (const operation of sent) {
          const at = allowed.indexOf(canonical(operation as never));
          expect(at).toBeGreaterThanOrEqual(0);
          allowed.splice(at, 1);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("no request was confirmed without a question, and the last process left an end in the journal or died", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (example) => {
        const { trace, journal } = await live(example);
        const asked = trace.filter((line) => line === "ask confirm" || line === "ask hold").length;
        expect(journal.filter((event) => event.type === "step.confirmed").length).toBeLessThanOrEqual(asked);
        const records = journal.length;
        if (records > 0 && example.death > records && example.full > records) {
          expect(journal.at(-1)?.type).toBe("execution.ended");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("where everything works, the end is what the runbook says, and its undo is what was there before", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (example) => {
        const puts = { ...example, steps: example.steps.filter(({ kind }) => kind !== "burn") };
        const stage = stageOf({ a: 3, b: 3, c: 1 });
        const runbook = runbookFor(puts);
        expect(await runAll(stage, runbook)).toMatchObject({ exitCode: 0 });
        const wanted: Record<string, number> = { a: 3, b: 3, c: 1 };
        for (const { kind, cell: name, to } of puts.steps) if (kind === "put") wanted[name] = to;
        expect(stage.cells.values).toEqual(wanted);
        await goOn(stage, runbook, "undo");
        expect(stage.cells.values).toEqual({ a: 3, b: 3, c: 1 });
      }),
      { numRuns: 300 },
    );
  });
});
