import { readFileSync } from "node:fs";
import { link, readdir, rename, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandLine } from "../domain/command-line.ts";
import type { OpsError } from "../domain/error.ts";
import { holderText, isUnreadableLock, lockedError, NOT_RECORDED } from "../domain/lock.ts";
import { type Holder, parseLock, UNREADABLE } from "./lock-record.ts";
import { type MachineIds, thisMachine, visibilityOf } from "./machine.ts";
import { readWhole } from "./read-whole.ts";
import { unwritable } from "./state-dir.ts";

/**
 * One execution at a time on a target, on this machine. To take the lock, a process creates the next generation of the
 * lock's file. Creation fails if the file exists, so only one of any number of racing processes wins. A process that
 * finds a higher generation than its own has lost. A released lock stays as its highest generation, marked released, so
 * that generations never start again.
 */
export interface Lock {
  /** The execution whose process held the lock before and died. */
  readonly after?: string;
  /** The holder that has taken over the lock since. */
  taker(): Promise<Holder | undefined>;
  release(): Promise<void>;
}

interface Generation {
  readonly number: number;
  readonly path: string;
  /** Undefined if the file is gone at this moment. */
  readonly holder: Holder | undefined;
}

/**
 * Takes the lock of `key`, or throws exit 5 naming the holder. A holder whose process is gone does not hold the lock. A
 * live holder yields if `mayYield` says so.
 */
export async function takeLock(
  dir: string,
  key: string,
  holder: Omit<Holder, keyof MachineIds | "pid" | "processStart">,
  mayYield: (holder: Holder) => Promise<boolean> = async () => false,
): Promise<Lock> {
  const newest = (await generations(dir, key)).at(-1);
  const isHeld = newest !== undefined && holds(newest.holder);
  if (isHeld && !(newest.holder !== undefined && (await mayYield(newest.holder)))) throw heldBy(newest.holder);
  const number = (newest?.number ?? 0) + 1;
  const path = join(dir, "locks", `${key}.${number}`);
  const mine: Holder = { ...holder, ...thisMachine(), pid: process.pid, processStart: processStart(process.pid) };
  await create(path, mine);
  const all = await generations(dir, key);
  const higher = all.find((other) => other.number > number);
  if (higher !== undefined) {
    await unlink(path).catch(() => undefined);
    throw heldBy(higher.holder);
  }
  await Promise.all(
    all.filter((other) => other.number < number).map((other) => unlink(other.path).catch(() => undefined)),
  );
  const before = isHeld || newest?.holder?.released === true ? undefined : newest?.holder?.execution;
  return {
    ...(before === undefined ? {} : { after: before }),
    taker: async () => (await generations(dir, key)).find((other) => other.number > number)?.holder,
    release: () => markReleased(path, mine),
  };
}

/** Links to a finished file, so that the generation appears with its content, or not at all. */
async function create(path: string, holder: Holder): Promise<void> {
  const draft = await write(path, holder);
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw heldBy(await readHolder(path));
    throw unwritable(path, (error as Error).message, error);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

async function write(path: string, holder: Holder): Promise<string> {
  const draft = `${path}.draft-${process.pid}-${holder.execution}`;
  // Flush before the file gets its name: after a power cut, a file without a holder would hold the lock forever.
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600, flush: true }).catch(async (error: Error) => {
    await unlink(draft).catch(() => undefined);
    throw unwritable(path, error.message, error);
  });
  return draft;
}

/** On a full disk the file cannot be marked. Then it is removed, which needs no space. */
async function markReleased(path: string, holder: Holder): Promise<void> {
  const draft = await write(path, { ...holder, released: true }).catch(() => undefined);
  await (draft === undefined ? rm(path, { force: true }) : rename(draft, path));
}

/** The locks that `execution` holds, wherever its process is. */
export async function findLocks(dir: string, execution: string): Promise<readonly Holder[]> {
  return (await locksOf(dir, execution)).map(({ holder }) => holder);
}

/** Releases the locks that `execution` holds. */
export async function breakLocks(dir: string, execution: string): Promise<void> {
  for (const { path, holder } of await locksOf(dir, execution)) await markReleased(path, holder);
}

/** All locks that are held, of any key, including those that processes left behind when they died. */
export async function heldLocks(dir: string): Promise<{ key: string; path: string; holder: Holder }[]> {
  const names = await readdir(join(dir, "locks")).catch(() => [] as string[]);
  const taken = names.filter((name) => /\.\d+$/.test(name));
  const found = taken.map(async (name) => {
    const path = join(dir, "locks", name);
    return { key: name.replace(/\.\d+$/, ""), path, holder: await readHolder(path) };
  });
  return (await Promise.all(found)).flatMap(({ holder, ...rest }) =>
    holder === undefined || holder.released === true ? [] : [{ ...rest, holder }],
  );
}

async function locksOf(dir: string, execution: string): Promise<{ path: string; holder: Holder }[]> {
  return (await heldLocks(dir)).filter(({ holder }) => holder.execution === execution);
}

async function generations(dir: string, key: string): Promise<Generation[]> {
  const names = await readdir(join(dir, "locks")).catch(() => [] as string[]);
  const mine = names.filter((name) => name.startsWith(`${key}.`) && /^\d+$/.test(name.slice(key.length + 1)));
  const found = mine.map(async (name) => {
    const path = join(dir, "locks", name);
    return { number: Number(name.slice(key.length + 1)), path, holder: await readHolder(path) };
  });
  return (await Promise.all(found)).sort((a, b) => a.number - b.number);
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return parseLock((await readWhole(path)).toString("utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : UNREADABLE;
  }
}

/** A file that cannot be read holds the lock. So does a process of another machine: we cannot check it. */
export function holds(holder: Holder | undefined): boolean {
  if (holder === undefined) return true;
  if (holder.released === true) return false;
  return mayRun(holder);
}

/** Whether its process may still run. One that cannot be looked up from here counts as alive. */
export function mayRun(holder: MachineIds & Pick<Holder, "pid" | "processStart">): boolean {
  const visibility = visibilityOf(holder);
  return visibility === "elsewhere" || (visibility === "here" && isAlive(holder));
}

/** Whether its process certainly runs, on this machine. */
export const runsHere = (holder: Holder): boolean => visibilityOf(holder) === "here" && isAlive(holder);

/** Whether the process that took the lock still runs (and is not another one with the same pid). */
export function isAlive({ pid, processStart: started }: Pick<Holder, "pid" | "processStart">): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = processStart(pid);
  return now === "" || started === "" || now === started;
}

/** Linux: the process's start time since boot (field 22 of /proc/PID/stat), or `zombie` if dead; elsewhere empty. */
export function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? "zombie" : (fields[18] ?? "");
  } catch {
    return "";
  }
}

function heldBy(holder: Holder | undefined): OpsError {
  if (holder === undefined) return lockedError("the target is locked by another process, just now", []);
  const { command, pid, execution } = holder;
  const unlock = commandLine`vulcan-ops unlock ${execution}`;
  const runs = command === NOT_RECORDED ? `pid ${pid}` : `${command}, pid ${pid}`;
  const next = isUnreadableLock(holder) ? [unlock] : [commandLine`vulcan-ops show ${execution}`, unlock];
  return lockedError(`the target is locked by ${holderText({ ...holder, command: runs })}`, next);
}
