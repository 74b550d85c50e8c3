import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OpsError } from "../../src/domain/error.ts";
import { foldExecution } from "../../src/domain/execution.ts";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import type { Phase } from "../../src/domain/plan.ts";
import type { AnswerTo, ConfirmQuestion, Question } from "../../src/domain/ports.ts";
import { execute, undo } from "../../src/engine/execute.ts";
import { type Engine, resumeRun, startRun } from "../../src/engine/run.ts";
import { planUpcomingSteps } from "../../src/engine/upcoming-confirmations.ts";
import {
  assertAnswerable,
  assertRestAnswerable,
  confirmByFlags,
  type FlagAnswers,
} from "../../src/ui/io/flag-answers.ts";
import { sample } from "../support/sample.ts";
import { countingIds, eventsOf, mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { BRISK, secretFor } from "../support/stories/cutover.ts";
import { planInProcess, yes } from "../support/stories/in-process.ts";

/**
 * A command that is refused for want of answers names them. An operator who adds them is not refused again: wherever an
 * execution was interrupted, the flags that `resume` or `undo` names there answer every question that then comes.
 */

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 600, { timings: BRISK });
});
afterAll(() => rig.close());

const ids = countingIds();
const NONE: FlagAnswers = { yes: true, sandbox: false };

/** The answers, once those are added that the refusal names; nothing if it refuses nothing. */
function namedBy(check: (answers: FlagAnswers) => void): FlagAnswers {
  try {
    check(NONE);
    return NONE;
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    const words = (error.detail.next?.[0] ?? "").match(/--[a-z-]+ (?:'[^']*'|\S+)/g) ?? [];
    const valuesOf = (name: string) =>
      words.flatMap((word) => (word.startsWith(`${name} `) ? [word.slice(name.length + 1).replace(/^'|'$/g, "")] : []));
    const [expectCurrent] = valuesOf("--expect-current");
    const answers = { ...NONE, confirm: valuesOf("--confirm"), expectCurrent };
    check(answers);
    return answers;
  }
}

/** A moment at which the process may have died: what it left in the journal, and the answers that are named then. */
interface Moment {
  readonly after: string;
  readonly answers: FlagAnswers;
  /** How many questions had been asked by then. */
  readonly asked: number;
}

/** One whole run and its undo; at every record the answers are derived that a resume would name. */
async function runThrough(name: string, inputs: Readonly<Record<string, string>>) {
  const stop = new AbortController().signal;
  const { site, runbook, plan, started } = await planInProcess(name, inputs, ids, stop);
  const events: JournalEvent[] = [];
  const questions: ConfirmQuestion[] = [];
  const moments: Record<Phase, Moment[]> = { do: [], undo: [] };
  const look = async (after: string, mode: Phase) => {
    const execution = foldExecution(events);
    if (execution === undefined) return;
    const ahead = await planUpcomingSteps(site.planner, runbook, execution, mode);
    const answers = namedBy((given) => assertRestAnswerable(ahead, given));
    // A request that was confirmed and not sent is asked again.
    const again = after === `step.confirmed ${questions.at(-1)?.step.id}` ? 1 : 0;
    moments[mode].push({ after, answers, asked: questions.length - again });
  };
  const engine: Engine<never> = {
    ...site.planner,
    gateway: site.gateway,
    stop,
    journal: {
      append: async (event: JournalEvent) => {
        events.push(event);
        const mode = foldExecution(events)?.mode ?? "do";
        if ("step" in event && event.phase === mode) await look(`${event.type} ${event.step}`, mode);
      },
    },
    io: {
      notify: () => undefined,
      ask: async <Q extends Question>(question: Q) => {
        if (question.kind === "confirm") questions.push(question);
        return yes(question) as AnswerTo<Q>;
      },
    },
  } as never;
  const first = { answers: namedBy((given) => assertAnswerable(plan, given)), asked: 0 };
  moments.do.push({ after: "the plan", ...first });
  const done = await execute(await startRun(engine, started, runbook, plan));
  const ended = questions.length;
  await look("the end", "undo");
  const by = { mode: "undo", operator: "test", host: "test" } as const;
  const undone = await undo(await resumeRun(engine, foldExecution(events) as never, runbook, by));
  return { plan, questions, moments, done, undone, ended };
}

type Life = Awaited<ReturnType<typeof runThrough>>;

/** What comes after a moment and its answers do not answer: nothing, if the operator is to get through. */
function unanswered({ questions, ended }: Life, mode: Phase, { after, answers, asked }: Moment) {
  const until = mode === "do" ? ended : questions.length;
  const open = questions
    .slice(asked, until)
    .filter((question) => confirmByFlags({ ...question, stale: [] }, answers) === undefined)
    .map(({ step }) => `${after}: step ${step.id} asks for ${step.consequence}`);
  const replaced = questions.slice(asked, until).find(({ step }) => step.current !== undefined)?.step;
  const isOther = replaced !== undefined && replaced.current !== answers.expectCurrent;
  return isOther
    ? [...open, `${after}: step ${replaced.id} replaces ${replaced.current}, not ${answers.expectCurrent}`]
    : open;
}

const IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:2.0.0";
const COPY = "vulcan-prod-then";

const CASES = [
  ["rollback-service", "bad-but-healthy", {}],
  ["rollback-migration", "migrate-commands", { steps: "2", via: "exec" }],
  ["rollback-migration", "migrate-commands", { steps: "2", via: "task" }],
  ["maintenance-window", "major-release", { watch: "15m" }],
  ["maintenance-window", "major-release", { watch: "15m", version: "8", image: IMAGE }],
  ["upgrade-service", "major-release", { watch: "15m", to: "43" }],
  ["upgrade-service", "major-release", { watch: "15m", version: "8", image: IMAGE }],
  ["restore-database", "healthy", { latest: "true", cutover: "none" }],
  ["restore-database", "healthy", { latest: "true", cutover: "rename" }],
  ["restore-database", "healthy", { latest: "true", cutover: "revision", as: COPY }],
] as const;
const isFirstTheService = ([, , inputs]: (typeof CASES)[number]) => "via" in inputs && inputs.via === "task";

describe.each(sample(CASES, 2, isFirstTheService))("%s in %s, %o", (name, scenario, inputs) => {
  it("wherever it was interrupted, what resume and undo name is what they then ask for", async () => {
    await rig.sandbox.reset(scenario);
    const isRevision = "cutover" in inputs && inputs.cutover === "revision";
    const secret = isRevision ? { databaseSecret: await secretFor(rig, COPY) } : {};
    const life = await runThrough(name, { ...inputs, ...secret });
    expect([life.done.exitCode, life.done.text]).toEqual([0, expect.anything()]);
    const { expectCurrent, confirm } = life.moments.do[0]?.answers ?? NONE;
    const wrong = { ...NONE, expectCurrent: "999", confirm: [...(confirm ?? []), "moon"].slice(1) };
    if (expectCurrent !== undefined)
      expect(() => assertAnswerable(life.plan, wrong)).toThrow(`--expect-current says 999, but step`);
    const left = (["do", "undo"] as const).flatMap((mode) =>
      life.moments[mode].flatMap((moment) => unanswered(life, mode, moment)),
    );
    expect({ left, moments: life.moments.do.length > 5 }).toEqual({ left: [], moments: true });
  }, 300_000);
});

describe("a Down by a task that is interrupted while it waits for the old tasks", () => {
  it("is resumed at the second try: the first names, before anything is sent, all that is asked for", async () => {
    await rig.sandbox.reset("migrate-commands");
    const stop = new AbortController();
    const heard = (text: string): void => {
      if (text.includes('"type":"step.planned"') && text.includes('"step":"goneFirst"')) stop.abort(130);
    };
    const dir = ["--state-dir", rig.stateDir];
    const answers = ["--yes", "--confirm", "41", "--confirm", "drop licences.seats", "--expect-current", "43"];
    const words = ["migrate", "down", "2", "--via", "task", ...answers, ...dir, "--output", "ndjson"];
    const first = await vulcanOps(words, { stop: stop.signal, heard });
    expect(first.code).toBe(130);
    const id = eventsOf(first.stdout)[0]?.execution ?? "";
    const before = mutations(rig.sandbox);

    const refused = await vulcanOps(["resume", id, "--yes", ...dir], { columns: 400 });
    expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining("[answer-missing, exit 6]")]);
    expect(mutations(rig.sandbox)).toEqual(before);
    const [, named = ""] = /Add to the same command: (.*)$/m.exec(refused.stderr) ?? [];
    expect(named.trim()).toBe("--confirm 'drop licences.seats' --expect-current 8");
    const flags = ["--confirm", "drop licences.seats", "--expect-current", "8"];
    const done = await vulcanOps(["resume", id, "--yes", ...flags, ...dir], { columns: 400 });
    expect([done.code, done.stderr]).toEqual([0, expect.anything()]);
  });
});
