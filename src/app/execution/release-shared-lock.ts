import { commandLine } from "../../domain/command-line.ts";
import { isTransient } from "../../domain/error.ts";
import type { LockHolder, SharedHolder, SharedLock } from "../../domain/lock.ts";
import type { Clock } from "../../domain/ports.ts";
import type { Unfinished } from "../../domain/unfinished.ts";
import { isSameMachine } from "../../journal/machine.ts";

/**
 * What a release has come to. `kept`: our lock is still there. `unread`: nothing tells whether it is. `other`: another
 * execution, or another process of this one, holds it.
 */
export type Released =
  | { readonly kind: "free" }
  | { readonly kind: "kept" | "unread"; readonly why: Error }
  | { readonly kind: "other"; readonly holder: SharedHolder };

/** To release twice does the same as once, so a failure that may pass is tried again after so long. */
const PAUSES_MS = [250, 750];

/** No new try begins later than this, in the operator's own time: AWS may not answer at all, and the end waits for it. */
const LAST_TRY_MS = 2000;

/**
 * Removes the lock if it is ours. If we took it over, replaces it with a released note instead. The execution that we
 * took it over from finds this note and removes it. Where executions have left records on their machines, the note stays
 * and names them. Never throws.
 */
export async function releaseSharedLock(
  shared: SharedLock,
  mine: SharedHolder,
  clock: Pick<Clock, "sleep">,
): Promise<Released> {
  const begun = performance.now();
  let released = await tryToRelease(shared, mine);
  for (const pause of PAUSES_MS) {
    const isOver = performance.now() - begun > LAST_TRY_MS;
    if (isOver || !("why" in released) || !isTransient(released.why)) break;
    await clock.sleep(pause);
    const again = await tryToRelease(shared, mine);
    // What an earlier try has read is known.
    released = again.kind === "unread" && released.kind === "kept" ? { ...again, kind: "kept" } : again;
  }
  return released;
}

async function tryToRelease(shared: SharedLock, mine: SharedHolder): Promise<Released> {
  let isOurs = false;
  try {
    const now = await shared.read();
    if (now === undefined) return { kind: "free" };
    const isNoteForUs = now.released === true && now.tookOverFrom === mine.execution;
    isOurs = shared.isSame(now, mine) || isOfEarlierProcess(now, mine);
    if (isNoteForUs || (isOurs && now.tookOverFrom === undefined))
      await ((now.left ?? []).length === 0 ? shared.remove() : shared.replace(seen({ ...now, released: true })));
    else if (isOurs) await shared.replace({ ...now, released: true });
    else return { kind: "other", holder: now };
    return { kind: "free" };
  } catch (error) {
    return { kind: isOurs ? "kept" : "unread", why: error as Error };
  }
}

const seen = ({ tookOverFrom: _, ...note }: SharedHolder): SharedHolder => note;

/**
 * Says in the lock's place, once it is free, that records of this execution up to this place are on this machine only,
 * beside what others have left so. Never throws.
 */
export async function leaveUnsharedRecords(shared: SharedLock, mine: SharedHolder, to: number): Promise<void> {
  const { execution, operator, host } = mine;
  const left = [{ execution, operator, host, to }];
  const note = { ...mine, released: true, left };
  try {
    const now = await shared.claim(note);
    if (now === note || now.released !== true) return;
    const others = (now.left ?? []).filter((records) => records.execution !== execution);
    await shared.replace({ ...now, left: [...others, ...left] });
  } catch {
    // The journal of the next command that reaches the table has them.
  }
}

/**
 * An earlier process of this execution on this machine wrote it, and has ended: this one holds the machine's lock. It
 * stays where this process was refused the shared lock.
 */
function isOfEarlierProcess(now: SharedHolder, mine: LockHolder): boolean {
  const isOwn = now.execution === mine.execution && now.released !== true && isSameMachine(now, mine);
  return isOwn && Date.parse(now.since) < Date.parse(mine.since);
}

/** The entry for a lock that could not be released. */
export function lockLeft({ execution }: LockHolder, { kind }: Released & { readonly why: Error }): Unfinished {
  const now = kind === "kept" ? `held by execution ${execution}` : `perhaps held by execution ${execution}, not read`;
  return { kind: "lock", what: "target: lock", before: "free", now, command: unlockLine(execution) };
}

export const unlockLine = (execution: string) => commandLine`vulcan-ops unlock ${execution}`;
