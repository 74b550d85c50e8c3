import type { Registry } from "../domain/action.ts";
import type { EarlyRead } from "../domain/aws/early-reads.ts";
import { commandLine } from "../domain/command-line.ts";
import { OpsError } from "../domain/error.ts";
import { advance, type Execution, foldExecution } from "../domain/execution.ts";
import type { ExecutionResumed, ExecutionStarted, JournalEvent, ProgressEvent } from "../domain/execution-event.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { AnyValues } from "../domain/field.ts";
import { type Identity, identityAt } from "../domain/identity.ts";
import type { HeldLock } from "../domain/lock.ts";
import type { Notices } from "../domain/notices/notice.ts";
import type { Operation } from "../domain/operation.ts";
import type { Plan, PlannedStep } from "../domain/plan.ts";
import type { Clock, Gateway, Io, Journal } from "../domain/ports.ts";
import type { Runbook } from "../domain/runbook.ts";
import type { Target } from "../domain/target.ts";
import { withCommand } from "../domain/unfinished.ts";
import { partOf } from "./part-of.ts";
import { putBackByHand } from "./undo-by-hand.ts";

/** What planning needs: reads, time, and how an Operation is written for people. */
export interface Planner<World> {
  readonly registry: Registry<World>;
  readonly target: Target;
  readonly clock: Clock;
  /** Reads the present state at each call. */
  readonly services: World;
  /** Reads each thing once, so that a plan uses one consistent state. */
  snapshot(): World;
  /** `services` are such a snapshot. */
  readonly isSnapshot?: true;
  /** Begins reads of a snapshot. Absent where no read is worth it. */
  readonly beginReads?: (snapshot: World, reads: readonly EarlyRead[]) => void;
  awsLine(operation: Operation): string;
  /** A line that an operator is to type, as it has to be pasted. */
  asPasted(line: string): string;
}

/** The same planner, of one moment. */
export const frozen = <World>(planner: Planner<World>): Planner<World> => ({
  ...planner,
  services: planner.snapshot(),
  isSnapshot: true,
});

/** Everything that executing needs. The engine knows no terminal and no AWS: both are behind these ports. */
export interface Engine<World> extends Planner<World> {
  readonly gateway: Gateway;
  readonly io: Io;
  readonly journal: Journal;
  /** Aborts at the operator's first Ctrl-C; the reason is the exit code to end with (130 or 143). */
  readonly stop: AbortSignal;
  /**
   * Waits until credentials are there again after a failure that `text` tells. False if they will not come. Rejects when
   * the signal aborts. Absent where the run cannot wait for a person.
   */
  readonly newCredentials?: ((text: string, signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Held against other executions for as long as this one runs. */
  readonly lock?: HeldLock;
  /** `--expect-current`: the first write is sent only where it replaces this value. */
  readonly expectCurrent?: string;
  /** Tells people of the execution; absent where no channel is set up. */
  readonly notices?: Notices;
  /** Calls people to a question where only announcements have a channel. */
  readonly call?: (text: string, key: string) => Promise<unknown>;
  /** About how many seconds a step took in earlier executions on this target; on a real clock alone. */
  readonly measured?: (action: string, step: string) => number | undefined;
  /** Asks only at the runbook's gates, before the first step, and wherever anything speaks against a step. */
  readonly asksAtGates?: boolean;
}

/** One process's work on an execution. Its state is exactly the fold of the journalled events. */
export interface Run<World> {
  readonly engine: Engine<World>;
  readonly runbook: Runbook;
  readonly inputs: AnyValues;
  /** What the operator was shown at the start. A step's first question uses it while nothing has been sent since. */
  readonly shown: ReadonlyMap<string, PlannedStep>;
  execution: Execution;
  /** `--expect-current`, until the first write has been compared with it. */
  expected?: string;
  /** Whether this process has asked about a step that changes something. */
  hasAsked?: boolean;
  /** What this process has told people. One value of a run and its copies. */
  readonly told: ToldPeople;
}

export interface ToldPeople {
  /** That it begins to change something. */
  begun: boolean;
  /** Who continues an execution that another process began. */
  readonly continued?: Pick<ExecutionResumed, "mode" | "operator" | "host">;
}

/** Starts a new execution. Its first journal record is on disk before anything else happens. */
export async function startRun<World>(
  engine: Engine<World>,
  started: ExecutionStarted,
  runbook: Runbook,
  shown: Plan,
): Promise<Run<World>> {
  await engine.journal.append(started);
  engine.io.notify(started);
  const execution = foldExecution([started]) as Execution;
  const steps = new Map([...shown.steps, ...shown.finally].map((step) => [step.id, step]));
  const { inputs } = started;
  const told: ToldPeople = { begun: false };
  const own = partOf(engine, runbook);
  const run = { engine, runbook: own, inputs, shown: steps, execution, told, ...expecting(engine) };
  await recordTakeOvers(run);
  return run;
}

function expecting<World>({ expectCurrent }: Engine<World>): Pick<Run<World>, "expected"> {
  return expectCurrent === undefined ? {} : { expected: expectCurrent };
}

/** Where the execution acts, with the account of the credentials it uses now. */
export function identityOf<World>({
  engine: { target },
  execution,
}: Pick<Run<World>, "engine" | "execution">): Identity {
  const { callers, started } = execution;
  const { account } = callers.at(-1) ?? started.caller;
  return identityAt(target, account, started.endpoint);
}

/** Continues an execution that another process began. */
export async function resumeRun<World>(
  engine: Engine<World>,
  execution: Execution,
  runbook: Runbook,
  by: Omit<ExecutionResumed, "type" | "at" | "execution">,
): Promise<Run<World>> {
  const shown = new Map<string, PlannedStep>();
  const { inputs } = execution.started;
  const own = partOf(engine, runbook);
  const told: ToldPeople = { begun: false, continued: by };
  const run: Run<World> = { engine, runbook: own, inputs, shown, execution, told, ...expecting(engine) };
  await emit(run, { type: "execution.resumed", ...by });
  await recordTakeOvers(run);
  return run;
}

/** The target must still be this execution's: throws where another one has taken it over. */
export async function assertLockHeld<World>(run: Run<World>): Promise<void> {
  await run.engine.lock?.assertHeld();
  await recordTakeOvers(run);
}

async function recordTakeOvers<World>(run: Run<World>): Promise<void> {
  for (const from of run.engine.lock?.takenOverFrom() ?? []) await emit(run, { type: "execution.tookOver", from });
}

/** Journals an event, and only then notifies people. */
export async function emit<World>(run: Run<World>, event: Unstamped): Promise<void> {
  const { type, ...rest } = event;
  const { asPasted } = run.engine;
  const commands = {
    ...("next" in event && { next: event.next.map(asPasted) }),
    ...("unfinished" in event && { unfinished: event.unfinished?.map((left) => withCommand(left, asPasted)) }),
  };
  const stamped = { type, at: stamp(run), execution: run.execution.id, ...rest, ...commands } as JournalEvent;
  await run.engine.journal.append(stamped).catch((error: unknown) => {
    throw lostJournal(run, error);
  });
  run.execution = advance(run.execution, stamped);
  run.engine.io.notify(withHead(stamped, run.engine.journal.head?.()));
}

/** The operator who keeps the END can compare the journal with it later. */
function withHead(event: JournalEvent, head: string | undefined): JournalEvent {
  return event.type === "execution.ended" && head !== undefined ? { ...event, head } : event;
}

/** The journal cannot be written after a request may have been sent: the unknown outcome decides the exit code. */
function lostJournal<World>({ execution, runbook, engine }: Run<World>, error: unknown): unknown {
  if (!(error instanceof OpsError) || error.detail.code !== "state-dir-unwritable") return error;
  if (execution.written.length === 0) return error;
  const unchanged = "Nothing more is sent; AWS continues what was sent before.";
  const byHand = putBackByHand(execution, runbook, engine);
  const next = ["make room, then:", commandLine`vulcan-ops resume ${execution.id}`, ...(byHand ? [byHand] : [])];
  return new OpsError({ ...error.detail, exitCode: EXIT.unknown, effect: "unknown", unchanged, next });
}

/** Reports the progress of a wait; never journalled. */
export function reportProgress<World>(run: Run<World>, event: Omit<ProgressEvent, "at" | "execution" | "type">): void {
  run.engine.io.notify({ type: "step.progress", at: stamp(run), execution: run.execution.id, ...event });
}

type Unstamped = JournalEvent extends infer E ? (E extends JournalEvent ? Omit<E, "at" | "execution"> : never) : never;

function stamp<World>(run: Run<World>): string {
  return new Date(run.engine.clock.now()).toISOString();
}
