import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { registry } from "../../src/actions/index.ts";
import { runbookOnRecord } from "../../src/app/open-runbook.ts";
import { openTarget } from "../../src/app/open-target.ts";
import { type ExecutionStarted, JOURNAL_SCHEMA_VERSION } from "../../src/domain/execution-event.ts";
import type { Environment, Gateway, Journal } from "../../src/domain/ports.ts";
import type { Document } from "../../src/domain/runbook.ts";
import type { ActionServices } from "../../src/domain/services.ts";
import { parseStoreAddress } from "../../src/domain/store-address.ts";
import { execute, undo } from "../../src/engine/execute.ts";
import type { ExecutionOutcome } from "../../src/engine/outcome.ts";
import { planRunbook } from "../../src/engine/plan.ts";
import { type Engine, resumeRun, startRun } from "../../src/engine/run.ts";
import { continueJournal, createJournal, type JournalFile, loadJournal } from "../../src/journal/journal-file.ts";
import { sharedJournal } from "../../src/journal/shared/shared-journal.ts";
import { syncJournal } from "../../src/journal/shared/sync-journal.ts";
import { thisProcess } from "../../src/journal/shared/this-process.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { loadRunbook } from "../../src/runbook/load.ts";
import { openLog } from "../../src/target/shared-log.ts";
import { createUnattendedIo } from "../../src/ui/io/non-interactive-io.ts";
import { rewriteJournal, runbookOf } from "./release-0.1.0.ts";
import { type Rig, TARGET } from "./sandbox-harness.ts";

/** Where the process dies: after its k-th journal record, or around its k-th send. */
export type Point = { readonly where: "record" | "before-send" | "after-send"; readonly number: number };

/** What a runbook has to bring to pass through the harness. */
export interface Subject {
  readonly runbook: string;
  readonly inputs: Readonly<Record<string, string | number | boolean>>;
  /**
   * Its lives take seconds each: it does not die after records of plans, which nothing reads again, nor right before a
   * send, which is right after its confirmation was recorded.
   */
  readonly isLong?: true;
  /** It is a process of that release that dies: its runbook, and its journal. */
  readonly release?: "0.1.0";
  /** The world that it is run in. */
  reset(rig: Rig): Promise<void>;
  /** Inputs that are known only once that world is there. */
  moreInputs?(rig: Rig): Promise<Subject["inputs"]>;
  /** What goes on in that world between the doing and its undo. */
  betweenDoAndUndo?(): Promise<void>;
}

/** Not an Error for people: nothing in the program may catch it and go on. */
class Dead extends Error {}

/** Counts down to a point, and stops dead there: from then on nothing gets through to the disk or to AWS. */
class Fate {
  readonly seen: Record<Point["where"], number> = { record: 0, "before-send": 0, "after-send": 0 };
  readonly isLong: boolean;
  readonly #point: Point | undefined;
  #isDead = false;

  constructor(point?: Point, { isLong }: Pick<Subject, "isLong"> = {}) {
    this.#point = point;
    this.isLong = isLong === true;
  }

  alive(): void {
    if (this.#isDead) throw new Dead();
  }

  pass(where: Point["where"]): void {
    if (!(this.isLong && where === "before-send")) this.#count(where);
    this.alive();
  }

  #count(where: Point["where"]): void {
    this.seen[where]++;
    this.#isDead = this.#point?.where === where && this.#point.number === this.seen[where];
  }
}

function mortalJournal(journal: Journal, fate: Fate): Journal {
  return {
    async append(event) {
      fate.alive();
      await journal.append(event);
      if (!fate.isLong || event.type !== "step.planned") fate.pass("record");
    },
  };
}

function mortalGateway(gateway: Gateway, fate: Fate): Gateway {
  return {
    async send(operation, key) {
      fate.pass("before-send");
      const receipt = await gateway.send(operation, key);
      fate.pass("after-send");
      return receipt;
    },
  };
}

/** Every point at which a process that does this can die: found by doing it once. */
export async function pointsOf(rig: Rig, subject: Subject, mode: "do" | "undo"): Promise<readonly Point[]> {
  const fate = new Fate(undefined, subject);
  await live(rig, subject, mode, fate);
  return Object.entries(fate.seen).flatMap(([where, count]) =>
    Array.from({ length: count }, (_, index) => ({ where: where as Point["where"], number: index + 1 })),
  );
}

/**
 * Dies at the point, then goes on in a new process until the end. Answers that end. `isShared`: the journal is in a
 * table, and the new process is on a machine whose state folder is empty.
 */
export async function dieAndResume(
  rig: Rig,
  subject: Subject,
  mode: "do" | "undo",
  point: Point,
  isShared = false,
): Promise<ExecutionOutcome> {
  const first = { dir: rig.stateDir, isShared };
  const id = await live(rig, subject, mode, new Fate(point, subject), first).then(
    () => {
      throw new Error(`it did not die at ${point.where} ${point.number}`);
    },
    (error: unknown) => {
      if (error instanceof Dead) return idOf(rig);
      throw error;
    },
  );
  if (subject.release !== undefined) rewriteJournal(join(rig.stateDir, "executions", `${id}.jsonl`));
  const dir = isShared ? mkdtempSync(join(rig.stateDir, "there-")) : rig.stateDir;
  return goOn({ dir, isShared }, id, "do" === mode ? undefined : "undo", new Fate());
}

/** Where a process keeps its journal. */
interface Machine {
  readonly dir: string;
  readonly isShared: boolean;
}

const runs = new WeakMap<Rig, number>();

function idOf(rig: Rig): string {
  return `k${String(runs.get(rig) ?? 0).padStart(5, "0")}`;
}

/** One process's life. In mode `undo` the doing is done whole beforehand, and only the undo is mortal. */
async function live(
  rig: Rig,
  subject: Subject,
  mode: "do" | "undo",
  fate: Fate,
  machine: Machine = { dir: rig.stateDir, isShared: false },
): Promise<string> {
  runs.set(rig, (runs.get(rig) ?? 0) + 1);
  await subject.reset(rig);
  const id = idOf(rig);
  const inputs = { ...subject.inputs, ...(await subject.moreInputs?.(rig)) };
  await first(machine, { ...subject, inputs }, id, mode === "do" ? fate : new Fate());
  if (mode === "do") return id;
  await subject.betweenDoAndUndo?.();
  await goOn(machine, id, "undo", fate);
  return id;
}

async function first(machine: Machine, subject: Subject, id: string, fate: Fate): Promise<ExecutionOutcome> {
  const dir = await openStateDir(machine.dir);
  const journal = share(machine, await createJournal(dir, id), id);
  try {
    const engine = await engineOf(journal, fate);
    const document = documentOf(subject);
    const plan = await planRunbook(engine, document, subject.inputs, engine.services.aws.caller());
    const run = await startRun(engine, startedOf(machine, id, document, plan), document.runbook, plan);
    return await execute(run);
  } finally {
    await journal.close();
  }
}

/** What `vulcan-ops resume` and `vulcan-ops undo` do, without their command line. */
async function goOn(machine: Machine, id: string, asked: "undo" | undefined, fate: Fate): Promise<ExecutionOutcome> {
  const dir = await openStateDir(machine.dir);
  if (machine.isShared) await syncJournal(dir, id, sharedLog());
  const loaded = await loadJournal(dir, id);
  const journal = share(machine, await continueJournal(loaded), id);
  try {
    const mode = asked ?? loaded.execution.mode;
    const engine = await engineOf(journal, fate);
    const runbook = await runbookOnRecord(loaded.execution.started.runbook);
    if (runbook === undefined) throw new Error("its runbook cannot be read");
    const run = await resumeRun(engine, loaded.execution, runbook, { mode, operator: "test", host: "test" });
    return await (mode === "undo" ? undo(run) : execute(run));
  } finally {
    await journal.close();
  }
}

/** The table that each world of the sandbox has. */
const STORE = "dynamodb://vulcan-ops-journal?region=eu-west-1";

const sharedLog = () => openLog(parseStoreAddress(STORE), { region: "eu-west-1" });

function share({ isShared }: Machine, file: JournalFile, execution: string): JournalFile {
  if (!isShared) return file;
  const mayDetach = async (_event: unknown, failure: Error) => {
    throw failure;
  };
  const { writer } = thisProcess();
  const parts = {
    file,
    execution,
    target: TARGET.name,
    writer,
    mayDetach,
    now: Date.now,
    tell: () => {},
    say: () => {},
    leaves: () => {},
  };
  return sharedJournal({ ...parts, log: sharedLog() });
}

async function engineOf(journal: Journal, fate: Fate): Promise<Engine<ActionServices>> {
  const { planner, gateway } = await openTarget({}, { env: process.env } as Environment, { pinned: TARGET });
  const out = { data: { write: () => true }, prose: { write: () => true } };
  return {
    ...planner,
    gateway: mortalGateway(gateway, fate),
    journal: mortalJournal(journal, fate),
    io: createUnattendedIo({ out, answers: { yes: true, sandbox: true }, mode: "text" }),
    stop: new AbortController().signal,
  };
}

function documentOf({ runbook: name, release }: Subject): Document {
  const own = () => readFileSync(join(import.meta.dirname, "..", "..", "runbooks", `${name}.yaml`), "utf8");
  const loaded = loadRunbook(release === undefined ? own() : runbookOf(name), name, registry);
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.document;
}

function startedOf(
  { isShared }: Machine,
  execution: string,
  document: Document,
  plan: Awaited<ReturnType<typeof planRunbook>>,
): ExecutionStarted {
  const { runbook, source, sha256, text } = document;
  return {
    type: "execution.started",
    schemaVersion: JOURNAL_SCHEMA_VERSION,
    at: plan.at,
    execution,
    runbook: { id: runbook.id, source, sha256, text },
    inputs: plan.inputs,
    target: plan.target,
    caller: plan.caller,
    operator: "test",
    host: "test",
    version: "0.0.0",
    ...(isShared && { store: STORE, process: thisProcess() }),
  };
}
