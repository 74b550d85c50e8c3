import { OpsError } from "../../src/domain/error.ts";
import { foldExecution } from "../../src/domain/execution.ts";
import type { ExecutionStarted, JournalEvent } from "../../src/domain/execution-event.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import type { AnyValues } from "../../src/domain/field.ts";
import type { HeldLock } from "../../src/domain/lock.ts";
import type { Operation, Receipt } from "../../src/domain/operation.ts";
import type { Phase, Plan } from "../../src/domain/plan.ts";
import type { AnswerTo, Clock, Question } from "../../src/domain/ports.ts";
import type { Binding, Runbook, Step } from "../../src/domain/runbook.ts";
import type { Target } from "../../src/domain/target.ts";
import { execute, undo } from "../../src/engine/execute.ts";
import type { ExecutionOutcome } from "../../src/engine/outcome.ts";
import { planRunbook } from "../../src/engine/plan.ts";
import { type Engine, resumeRun, startRun } from "../../src/engine/run.ts";
import { Cells, registry } from "./fake-world.ts";

/** What becomes of one request: an answer, a refusal, or no answer with or without the effect. */
export type Outcome = "applied" | "ignored" | "refused" | "expired" | "busy" | "lost" | "vanished";

/** How a test wants the ports to behave; by default everybody says yes and everything works. */
export interface Script {
  answer?(question: Question, number: number): unknown;
  outcome?(operation: Operation, number: number): Outcome;
  /** Before an event reaches the disk; throws where it cannot. */
  onAppend?(event: JournalEvent): void;
  readonly expectCurrent?: string;
  readonly hold?: HeldLock;
  readonly newCredentials?: Engine<unknown>["newCredentials"];
  /** Anything else of the engine. */
  readonly more?: Partial<Engine<Cells>>;
}

/** The ports of one process or several, and what went through them, in order. */
export interface Stage {
  readonly cells: Cells;
  readonly journal: JournalEvent[];
  readonly sent: Operation[];
  readonly asked: Question[];
  readonly trace: string[];
  readonly clock: Clock & { advance(ms: number): void };
  stop: AbortController;
  script: Script;
}

export const START = Date.UTC(2026, 3, 10, 12);

export function stageOf(values: Record<string, number>, script: Script = {}): Stage {
  const clock = fixedClock();
  const stop = new AbortController();
  return { cells: new Cells(values), journal: [], sent: [], asked: [], trace: [], clock, stop, script };
}

/** Stands still but for sleeping, which takes no real time. */
export function fixedClock(): Stage["clock"] {
  let now = START;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
      await Promise.resolve();
      signal?.throwIfAborted();
    },
  };
}

export const TARGET: Target = {
  name: "test",
  account: "111122223333",
  cluster: "vulcan-test",
  service: "vulcan-test",
  database: "vulcan-test",
  production: false,
};

export function engineOf(stage: Stage): Engine<Cells> {
  const { script } = stage;
  return {
    registry,
    target: TARGET,
    clock: stage.clock,
    services: stage.cells,
    snapshot: () => stage.cells,
    asPasted: (line) => line,
    awsLine: ({ service, name, input }) => `aws ${service} ${name} ${input.cell} ${input.to}`,
    gateway: { send: (operation) => send(stage, operation) },
    io: {
      notify: (event) => stage.trace.push(`tell ${nameOf(event)}`),
      ask: async (question) => {
        stage.asked.push(question);
        stage.trace.push(`ask ${question.kind}`);
        return (script.answer?.(question, stage.asked.length) ?? assent(question)) as AnswerTo<typeof question>;
      },
    },
    journal: {
      async append(event) {
        script.onAppend?.(event);
        stage.trace.push(`write ${nameOf(event)}`);
        await Promise.resolve();
        stage.journal.push(event);
        stage.trace.push(`on disk ${nameOf(event)}`);
      },
    },
    stop: stage.stop.signal,
    newCredentials: script.newCredentials,
    ...(script.hold === undefined ? {} : { lock: script.hold }),
    ...(script.expectCurrent === undefined ? {} : { expectCurrent: script.expectCurrent }),
    ...script.more,
  };
}

function assent(question: Question): unknown {
  if (question.kind === "hold") return { go: true };
  if (question.kind === "choice") return { value: question.fallback, how: "none" };
  if (question.kind === "reason") return { text: "INC-123" };
  if (["takeOver", "withoutRecords", "principal", "unshared"].includes(question.kind)) return { yes: true };
  if (question.kind !== "confirm") throw new TypeError(`no answer to ${question.kind}`);
  return { yes: true, how: question.mode };
}

async function send({ cells, sent, trace, script }: Stage, operation: Operation): Promise<Receipt> {
  sent.push(operation);
  trace.push("send");
  const outcome = script.outcome?.(operation, sent.length) ?? "applied";
  if (outcome === "refused") throw remoteError("aws-rejected", "none");
  if (outcome === "expired") throw remoteError("aws-expired", "none", EXIT.credentials);
  if (outcome === "busy") throw remoteError("busy", "none");
  const { cell, to } = operation.input as { cell: string; to: number };
  if (outcome === "applied" || outcome === "lost") cells.values[cell] = to;
  if (outcome === "lost" || outcome === "vanished") throw remoteError("aws-silent", "unknown");
  return { requestId: `r${sent.length}`, answer: {} };
}

export function remoteError(code: string, effect: "none" | "unknown", exitCode: number = EXIT.failed): OpsError {
  return new OpsError({ code, exitCode: exitCode as 1, fault: "remote", message: `AWS: ${code}`, effect });
}

function nameOf(event: { readonly type: string; readonly step?: string; readonly phase?: Phase }): string {
  const undoing = event.phase === "undo" ? " (undo)" : "";
  return event.step === undefined ? event.type : `${event.type} ${event.step}${undoing}`;
}

/** Names of the journalled events, in order. */
export function journalled(stage: Stage): string[] {
  return stage.journal.map(nameOf);
}

/** The last event of a kind, as it was journalled. */
export function lastOf<T extends JournalEvent["type"]>(stage: Stage, type: T): Extract<JournalEvent, { type: T }> {
  const found = stage.journal.findLast((event) => event.type === type);
  if (found === undefined) throw new Error(`no ${type} was journalled`);
  return found as Extract<JournalEvent, { type: T }>;
}

/** A value, `inputs.x` or `step.output` as a runbook would bind it. */
type Given = number | string | Binding;
type Draft = Partial<Omit<Step, "with" | "id" | "action">> & { readonly with?: Readonly<Record<string, Given>> };

export function step(id: string, action: string, { with: given = {}, ...rest }: Draft = {}): Step {
  const bound = Object.entries(given).map(([name, value]) => [
    name,
    typeof value === "object" ? value : { kind: "value", value },
  ]);
  return {
    id,
    title: `Step ${id}`,
    action,
    with: Object.fromEntries(bound),
    timeoutSeconds: 10,
    onFailure: "abort",
    ...rest,
  };
}

/** `cell.put`, by its most frequent form. */
export function putStep(id: string, cell: string, to: Given, rest: Draft = {}): Step {
  return step(id, "cell.put", { with: { cell, to }, ...rest });
}

export const output = (from: string, name: string): Binding => ({ kind: "output", step: from, name });

export function runbookOf(steps: readonly Step[], restoring: readonly Step[] = []): Runbook {
  const frame = { schemaVersion: "1", id: "test", title: "Test", description: "", inputs: {} } as const;
  return { ...frame, steps, finally: restoring };
}

const CALLER = { account: "111122223333", arn: "arn:aws:iam::111122223333:user/test" };

export function planOf(
  stage: Stage,
  runbook: Runbook,
  inputs: AnyValues = {},
  caller: Promise<typeof CALLER> = Promise.resolve(CALLER),
): Promise<Plan> {
  const document = { runbook, text: "", source: "test", sha256: "" };
  return planRunbook(engineOf(stage), document, inputs, caller);
}

/** Plan, begin, execute: one process's whole life. `between` happens after the plan has been shown. */
export async function runAll(
  stage: Stage,
  runbook: Runbook,
  inputs: AnyValues = {},
  between: () => void = () => undefined,
): Promise<ExecutionOutcome> {
  const plan = await planOf(stage, runbook, inputs);
  between();
  return execute(await startRun(engineOf(stage), startedOf(plan), runbook, plan));
}

/** The next process: it knows only the journal. A signal that stopped the one before is gone. */
export async function goOn(stage: Stage, runbook: Runbook, mode?: Phase): Promise<ExecutionOutcome> {
  stage.stop = new AbortController();
  const execution = foldExecution(stage.journal);
  if (execution === undefined) throw new Error("there is no journal to go on with");
  const by = { mode: mode ?? execution.mode, operator: "test", host: "test" };
  const run = await resumeRun(engineOf(stage), execution, runbook, by);
  return by.mode === "undo" ? undo(run) : execute(run);
}

function startedOf({ at, inputs, target, caller }: Plan): ExecutionStarted {
  return {
    type: "execution.started",
    schemaVersion: 1,
    at,
    execution: "x0001",
    runbook: { id: "test", source: "test", sha256: "", text: "" },
    inputs,
    target,
    caller,
    operator: "test",
    host: "test",
    version: "0.0.0",
  };
}
