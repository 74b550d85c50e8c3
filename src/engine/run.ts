import type { Registry } from "../domain/action.ts";
import { commandLine } from "../domain/command-line.ts";
import { OpsError } from "../domain/error.ts";
import {
  advance,
  type Execution,
  type ExecutionResumed,
  type ExecutionStarted,
  foldExecution,
  type JournalEvent,
  type ProgressEvent,
} from "../domain/execution.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { AnyValues } from "../domain/field.ts";
import type { Hold } from "../domain/lock.ts";
import type { Operation } from "../domain/operation.ts";
import type { Plan, PlannedStep } from "../domain/plan.ts";
import type { Clock, Gateway, Io, Journal } from "../domain/ports.ts";
import type { Runbook } from "../domain/runbook.ts";
import type { Target } from "../domain/target.ts";

/** What planning needs: reads, time, and how an Operation is written for people. */
export interface Planner<World> {
  readonly registry: Registry<World>;
  readonly target: Target;
  readonly clock: Clock;
  /** Reads the world as it is at each call. */
  readonly world: World;
  /** Reads each thing once: the consistent picture that a plan is made of. */
  snapshot(): World;
  awsLine(operation: Operation): string;
}

/** Everything that executing needs. The engine knows no terminal and no AWS: both are behind these ports. */
export interface Engine<World> extends Planner<World> {
  readonly gateway: Gateway;
  readonly io: Io;
  readonly journal: Journal;
  /** Aborts at the operator's first Ctrl-C; the reason is the exit code that asks for it (130 or 143). */
  readonly stop: AbortSignal;
  /** Held against other executions for as long as this one runs. */
  readonly hold?: Hold;
  /** `--expect-current`: the first write goes on only where it replaces this. */
  readonly expectCurrent?: string;
}

/** One process's work on an execution: the state is nothing but the fold of what was journalled. */
export interface Run<World> {
  readonly engine: Engine<World>;
  readonly runbook: Runbook;
  readonly inputs: AnyValues;
  /** What the operator was shown at the start, used for a step's first asking while nothing has been sent since. */
  readonly shown: ReadonlyMap<string, PlannedStep>;
  execution: Execution;
  /** `--expect-current`, until the first write has been compared with it. */
  expected?: string;
}

/** A new execution: its first journal record, on the disk before anything else happens. */
export async function begin<World>(
  engine: Engine<World>,
  started: ExecutionStarted,
  runbook: Runbook,
  shown: Plan,
): Promise<Run<World>> {
  await engine.journal.append(started);
  engine.io.notify(started);
  const execution = foldExecution([started]) as Execution;
  const steps = new Map([...shown.steps, ...shown.finally].map((step) => [step.id, step]));
  const run = { engine, runbook, inputs: started.inputs, shown: steps, execution, ...expecting(engine) };
  await recordYields(run);
  return run;
}

function expecting<World>({ expectCurrent }: Engine<World>): Pick<Run<World>, "expected"> {
  return expectCurrent === undefined ? {} : { expected: expectCurrent };
}

/** Goes on with an execution that another process began. */
export async function takeUp<World>(
  engine: Engine<World>,
  execution: Execution,
  runbook: Runbook,
  by: Omit<ExecutionResumed, "type" | "at" | "execution">,
): Promise<Run<World>> {
  const shown = new Map<string, PlannedStep>();
  const { inputs } = execution.started;
  const run: Run<World> = { engine, runbook, inputs, shown, execution, ...expecting(engine) };
  await emit(run, { type: "execution.resumed", ...by });
  await recordYields(run);
  return run;
}

/** The target must still be this execution's: throws where another one has taken it over. */
export async function assertHeld<World>(run: Run<World>): Promise<void> {
  await run.engine.hold?.assert();
  await recordYields(run);
}

async function recordYields<World>(run: Run<World>): Promise<void> {
  for (const from of run.engine.hold?.yielded() ?? []) await emit(run, { type: "execution.tookOver", from });
}

/** Journals an event, and only then tells people. */
export async function emit<World>(run: Run<World>, event: Unstamped): Promise<void> {
  const { type, ...rest } = event;
  const stamped = { type, at: stamp(run), execution: run.execution.id, ...rest } as JournalEvent;
  await run.engine.journal.append(stamped).catch((error: unknown) => {
    throw lost(run, error);
  });
  run.execution = advance(run.execution, stamped);
  run.engine.io.notify(stamped);
}

/** The journal cannot be written after something may have been sent: its outcome is not known, and that comes first. */
function lost<World>({ execution }: Run<World>, error: unknown): unknown {
  if (!(error instanceof OpsError) || execution.written.length === 0) return error;
  const unchanged = "Nothing more is sent; AWS goes on with what was sent before.";
  const next = ["make room, then:", commandLine`vulcan-ops resume ${execution.id}`];
  return new OpsError({ ...error.detail, exitCode: EXIT.unknown, effect: "unknown", unchanged, next });
}

/** Tells people where a wait stands; never journalled. */
export function tell<World>(run: Run<World>, event: Omit<ProgressEvent, "at" | "execution" | "type">): void {
  run.engine.io.notify({ type: "step.progress", at: stamp(run), execution: run.execution.id, ...event });
}

type Unstamped = JournalEvent extends infer E ? (E extends JournalEvent ? Omit<E, "at" | "execution"> : never) : never;

function stamp<World>(run: Run<World>): string {
  return new Date(run.engine.clock.now()).toISOString();
}
