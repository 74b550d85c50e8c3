import { commandLine } from "../../domain/command-line.ts";
import { guardError, OpsError, usageError } from "../../domain/error.ts";
import type { ExecutionStarted, JournalEvent } from "../../domain/execution-event.ts";
import { isUnreadableLock, type SharedHolder } from "../../domain/lock.ts";
import type { Environment } from "../../domain/ports.ts";
import { hasJournal, readRecords } from "../../journal/journal-file.ts";
import { breakLocks, findLocks, runsHere } from "../../journal/lock-file.ts";
import type { Holder } from "../../journal/lock-record.ts";
import { isSameMachine, thisMachine } from "../../journal/machine.ts";
import { openStateDir, stateDir } from "../../journal/state-dir.ts";
import { resolveEndpoints } from "../../target/resolve.ts";
import { type Access, type OpenTarget, openTarget } from "../open-target.ts";
import { operatorOf } from "../operator.ts";
import { syncJournals } from "./shared-journals.ts";

export interface UnlockOptions extends Access {
  readonly id: string;
  /** Release also if its process still runs, or if another operator holds the shared lock. */
  readonly yes: boolean;
}

export type Unlocked =
  | { readonly kind: "declined" }
  /** `unseen`: why the shared lock could not be read. */
  | {
      readonly kind: "released";
      /** `recorded`: its journal is here. `nothing`: it held the lock here and began no journal. */
      readonly sent: "recorded" | "nothing" | "unknown";
      readonly unseen?: string | undefined;
    };

/** Releases the lock of an execution, on this machine and shared. Calls `agrees` if another operator holds it. */
export async function unlock(
  { id, yes, ...options }: UnlockOptions,
  environment: Environment,
  agrees: (holder: SharedHolder, now: number) => Promise<boolean>,
): Promise<Unlocked> {
  const dir = await openStateDir(stateDir(options.stateDir, environment.env));
  await syncJournals(options, environment, id);
  const held = await findLocks(dir, id);
  const shared = await findShared(id, dir, options, environment);
  if (held.length === 0 && shared.holder === undefined) throw absent(id, shared.why);
  if (!yes) {
    assertEnded(id, held);
    const isFree = shared.holder === undefined || shared.holder.released === true || isOurs(shared.holder);
    if (!isFree && !(await agrees(shared.holder, shared.target.clock.now()))) return { kind: "declined" };
  }
  const isNoneSure = held.length > 0 && !isUnreadableLock({ execution: id });
  const sent = (await hasJournal(dir, id)) ? "recorded" : isNoneSure ? "nothing" : "unknown";
  await breakLocks(dir, id);
  if (shared.holder !== undefined) await removeShared(id, shared.target);
  return { kind: "released", sent, unseen: shared.why };
}

function isOurs(holder: SharedHolder): boolean {
  return holder.operator === operatorOf().operator && isSameMachine(holder, thisMachine());
}

/** The shared lock, if this execution holds it; `why` if it could not be read. */
type Shared =
  | { readonly holder: SharedHolder; readonly target: OpenTarget; readonly why?: undefined }
  | { readonly holder?: undefined; readonly why?: string };

/** Uses the target in the execution's journal, or else the flags. A failed read does not stop the unlock. */
async function findShared(id: string, dir: string, options: Access, environment: Environment): Promise<Shared> {
  try {
    const started = await readStarted(dir, id);
    const here = started && (await resolveEndpoints(options, environment, started.target)).elsewhere;
    if (started !== undefined && started.endpoint !== here) {
      return { why: `it belongs to ${started.endpoint ?? "AWS itself"}, and this shell points somewhere else` };
    }
    const target = await openTarget(options, environment, { pinned: started?.target });
    await target.caller();
    const holder = await target.sharedLock.read();
    return holder !== undefined && isOf(id, holder) ? { holder, target } : {};
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return { why: error.message };
  }
}

/** The first record is enough: what comes after may be damaged, or of a newer release. */
async function readStarted(dir: string, id: string): Promise<ExecutionStarted | undefined> {
  const { events } = await readRecords(dir, id).catch(() => ({ events: [] as readonly JournalEvent[] }));
  return events.find((event): event is ExecutionStarted => event.type === "execution.started");
}

/** It holds the lock, or has left records on its machine, which may be lost. */
const isOf = (id: string, { execution, released, left = [] }: SharedHolder): boolean =>
  execution === id || (released === true && left.some((records) => records.execution === id));

/** Another operator may have taken it over while the question was open. What other executions have left stays named. */
async function removeShared(id: string, { sharedLock }: OpenTarget): Promise<void> {
  const now = await sharedLock.read();
  if (now === undefined || !isOf(id, now)) return;
  const left = (now.left ?? []).filter(({ execution }) => execution !== id);
  await (left.length === 0 ? sharedLock.remove() : sharedLock.replace({ ...now, released: true, left }));
}

function absent(id: string, why: string | undefined): OpsError {
  const unseen = why === undefined ? "" : ` here; the shared one could not be looked at: ${why}`;
  return usageError("lock-absent", `execution ${id} holds no lock${unseen}`, ["vulcan-ops history"]);
}

function assertEnded(id: string, held: readonly Holder[]): void {
  const alive = held.find(runsHere);
  if (alive === undefined) return;
  throw guardError(
    "holder-alive",
    `the process of execution ${id} is still running (pid ${alive.pid}); stop it with Ctrl-C first`,
    [commandLine`vulcan-ops unlock ${id} --yes`],
  );
}
