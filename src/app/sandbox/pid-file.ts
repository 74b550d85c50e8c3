import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isAlive, processStart } from "../../journal/lock-file.ts";

/** A process, and what tells it from a later one with the same pid. */
interface Process {
  readonly pid: number;
  readonly processStart: string;
}

/** What a running sandbox leaves for `status` and `stop`. */
export interface Note extends Process {
  readonly endpoint: string;
  readonly loadBalancer: string;
  readonly scenario: string;
  readonly env: Readonly<Record<string, string>>;
}

export const processOf = (pid: number): Process => ({ pid, processStart: processStart(pid) });

const pathOf = (room: string): string => join(room, "note.json");

/** The folder in which all of the sandbox lives; the last that goes. */
export const homeOf = ({ env }: Note): string => dirname(env.VULCAN_OPS_CLOCK ?? "/nowhere/");

/** The note that is there, whether or not its sandbox still runs. */
export function lastNote(room: string): Note | undefined {
  return readJson<Note>(pathOf(room));
}

export const isRunning = (note: Note): boolean => isAlive(note) && existsSync(homeOf(note));

export function runningNote(room: string): Note | undefined {
  const note = lastNote(room);
  return note !== undefined && isRunning(note) ? note : undefined;
}

/** Leaves this process' note, unless a sandbox that runs has left one: then it answers that one. */
export function leaveNote(room: string, note: Note): Note {
  const draft = `${pathOf(room)}.${note.pid}`;
  writeFileSync(draft, JSON.stringify(note), { mode: 0o600 });
  try {
    if (runningNote(room) === undefined) rmSync(pathOf(room), { force: true });
    linkSync(draft, pathOf(room));
    rmSync(startingOf(room, note.pid), { force: true });
    return note;
  } catch (error) {
    const other = runningNote(room);
    if (other === undefined) throw error;
    return other;
  } finally {
    rmSync(draft, { force: true });
  }
}

export const isMine = (room: string): boolean => lastNote(room)?.pid === process.pid;

export function removeNote(room: string, { pid }: Pick<Process, "pid">): void {
  if (lastNote(room)?.pid === pid) rmSync(pathOf(room), { force: true });
}

const STARTING = /^starting-\d+\.json$/;
const startingOf = (room: string, pid: number): string => join(room, `starting-${pid}.json`);

/** From now on `stop` knows that this process is on its way to a note; gives what takes that back. */
export function announce(room: string, pid: number): () => void {
  const path = startingOf(room, pid);
  writeFileSync(path, JSON.stringify(processOf(pid)), { mode: 0o600 });
  return () => rmSync(path, { force: true });
}

/** Is a sandbox on its way? What dead processes have announced is put away. */
export function isStarting(room: string): boolean {
  const paths = readdirSync(room).flatMap((name) => (STARTING.test(name) ? [join(room, name)] : []));
  const alive = paths.filter((path) => {
    const announced = readJson<Process>(path);
    if (announced !== undefined && isAlive(announced)) return true;
    rmSync(path, { force: true });
    return false;
  });
  return alive.length > 0;
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}
