import { commandLine } from "../../domain/command-line.ts";
import { guardError, OpsError, usageError } from "../../domain/error.ts";
import type { SharedHolder } from "../../domain/lock.ts";
import type { Environment } from "../../domain/ports.ts";
import { loadJournal } from "../../journal/journal-file.ts";
import { breakLocks, findLocks, type Holder, isAlive } from "../../journal/lock-file.ts";
import { openStateDir } from "../../journal/state-dir.ts";
import { endpointOf } from "../../target/endpoint-override.ts";
import { type Access, type OpenTarget, openTarget, stateDirOf } from "../open-target.ts";
import { operatorOf } from "../operator.ts";

export interface UnlockOptions extends Access {
  readonly id: string;
  /** Also where its process still runs, or another operator holds the shared lock. */
  readonly yes: boolean;
}

export type Unlocked =
  | { readonly kind: "declined" }
  /** `unseen`: why the shared lock could not be looked at. */
  | { readonly kind: "released"; readonly unseen?: string | undefined };

/** Releases the lock of an execution, on this machine and shared. `agrees` is asked where another operator holds it. */
export async function unlock(
  { id, yes, ...options }: UnlockOptions,
  environment: Environment,
  agrees: (holder: SharedHolder, now: number) => Promise<boolean>,
): Promise<Unlocked> {
  const dir = await openStateDir(stateDirOf(options, environment));
  const held = await findLocks(dir, id);
  const shared = await findShared(id, dir, options, environment);
  if (held.length === 0 && shared.holder === undefined) throw absent(id, shared.why);
  if (!yes) {
    assertEnded(id, held);
    const isFree = shared.holder === undefined || isOurs(shared.holder);
    if (!isFree && !(await agrees(shared.holder, shared.target.clock.now()))) return { kind: "declined" };
  }
  await breakLocks(dir, id);
  if (shared.holder !== undefined) await removeShared(id, shared.target);
  return { kind: "released", unseen: shared.why };
}

function isOurs({ operator, host }: SharedHolder): boolean {
  const self = operatorOf();
  return operator === self.operator && host === self.host;
}

/** The shared lock, where this execution has it; else why it is not known. */
type Shared =
  | { readonly holder: SharedHolder; readonly target: OpenTarget; readonly why?: undefined }
  | { readonly holder?: undefined; readonly why?: string };

/** Looked for at the target that the execution's journal names, or the flags. Not being able to look stops no rescue. */
async function findShared(id: string, dir: string, options: Access, environment: Environment): Promise<Shared> {
  try {
    const started = await loadJournal(dir, id).then(
      ({ execution }) => execution.started,
      () => undefined,
    );
    if (started !== undefined && started.endpoint !== endpointOf(environment.env)) {
      return { why: `it belongs to ${started.endpoint ?? "AWS itself"}, and this shell points somewhere else` };
    }
    const target = await openTarget(options, environment, { pinned: started?.target });
    await target.caller();
    const holder = await target.sharedLock.read();
    return holder?.execution === id ? { holder, target } : {};
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return { why: error.message };
  }
}

/** Another operator may have taken it over while the question stood. */
async function removeShared(id: string, { sharedLock }: OpenTarget): Promise<void> {
  if ((await sharedLock.read())?.execution === id) await sharedLock.remove();
}

function absent(id: string, why: string | undefined): OpsError {
  const unseen = why === undefined ? "" : ` here; the shared one could not be looked at: ${why}`;
  return usageError("lock-absent", `execution ${id} holds no lock${unseen}`, ["vulcan-ops history"]);
}

function assertEnded(id: string, held: readonly Holder[]): void {
  const alive = held.find((holder) => holder.host === operatorOf().host && isAlive(holder));
  if (alive === undefined) return;
  throw guardError(
    "holder-alive",
    `the process of execution ${id} is still running (pid ${alive.pid}); stop it with Ctrl-C first`,
    [commandLine`vulcan-ops unlock ${id} --yes`],
  );
}
