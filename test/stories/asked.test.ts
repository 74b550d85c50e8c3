import { afterAll, beforeAll, expect, it } from "vitest";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import type { Plan, PlannedStep } from "../../src/domain/plan.ts";
import type { AnswerTo, Question } from "../../src/domain/ports.ts";
import { execute } from "../../src/engine/execute.ts";
import { startRun } from "../../src/engine/run.ts";
import { askRows } from "../../src/ui/render/step-rows.ts";
import { countingIds, openRig, type Rig } from "../support/sandbox-harness.ts";
import { planInProcess, yes } from "../support/stories/in-process.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy");
});
afterAll(() => rig.close());

const ids = countingIds();

/** One whole run, in which everything is answered with yes; the plan, the questions, and what was journalled. */
async function runThrough(name: string, inputs: Readonly<Record<string, string>>) {
  const stop = new AbortController().signal;
  const { site, runbook, plan, started } = await planInProcess(name, inputs, ids, stop);
  const [questions, events]: [Question[], JournalEvent[]] = [[], []];
  const engine = {
    ...site.planner,
    gateway: site.gateway,
    journal: { append: async (event: JournalEvent) => void events.push(event) },
    io: {
      notify: () => undefined,
      ask: async <Q extends Question>(question: Q) => {
        questions.push(question);
        return yes(question) as AnswerTo<Q>;
      },
    },
    stop,
  };
  const ending = await execute(await startRun(engine, started, runbook, plan));
  return { plan, questions, events, ending };
}

/** What the plan's own words say is asked. */
function said(step: PlannedStep): string {
  const [row] = askRows(step);
  if (row === undefined) return "nothing";
  if (row.text.startsWith("nothing: continues after")) return "countdown";
  const text = row.text.replace(ONLY_IF, "");
  return text === "y or n" ? "prompt" : text.replace(/^type {2}(.*)$/, "typed $1");
}

const ONLY_IF = ", if there is something to change";

/** What was asked, in the order of the steps; one that asks only if it has something to change may turn out to have none. */
function compared({ plan, questions, events }: Awaited<ReturnType<typeof runThrough>>) {
  const steps = stepsOf(plan).filter((step) => {
    const isSent = events.some((event) => event.type === "step.confirmed" && event.step === step.id);
    const isIf = step.confirm === "countdown" || askRows(step)[0]?.text.endsWith(ONLY_IF) === true;
    return isSent || !isIf || questions.some((question) => isOf(question, step.id));
  });
  const asked = (id: string): string => {
    const question = questions.find((one) => isOf(one, id));
    if (question?.kind === "hold") return "countdown";
    if (question?.kind !== "confirm") return "nothing";
    return question.mode === "typed" ? `typed ${question.step.consequence ?? id}` : "prompt";
  };
  return {
    plan: steps.map((step) => `${step.id}: ${said(step)}`),
    run: steps.map(({ id }) => `${id}: ${asked(id)}`),
  };
}

const stepsOf = ({ steps, finally: restoring }: Plan): readonly PlannedStep[] => [...steps, ...restoring];

const isOf = (question: Question, id: string): boolean => "step" in question && question.step.id === id;

it.each([
  ["rollback-service", "bad-but-healthy", {}],
  ["rollback-migration", "migrate-commands", { steps: "2", via: "exec" }],
  ["rollback-migration", "migrate-commands", { steps: "2", via: "task" }],
  ["maintenance-window", "major-release", { watch: "15m" }],
  ["upgrade-service", "major-release", { watch: "15m", to: "43" }],
  ["restore-database", "healthy", { latest: "true", cutover: "none" }],
  ["restore-database", "healthy", { latest: "true", cutover: "rename" }],
] as const)(
  "%s in %s, %o: what its plan says of a question is what happens",
  async (name, scenario, inputs) => {
    await rig.sandbox.reset(scenario);
    const life = await runThrough(name, inputs);
    const { plan, run } = compared(life);
    expect({ end: life.ending.text, asked: run }).toEqual({ end: life.ending.text, asked: plan });
    expect(plan.some((line) => /: (prompt|typed)/.test(line))).toBe(true);
  },
  300_000,
);
