import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isAlive, processStart } from "../../journal/lock-file.ts";

/** A process. `processStart` distinguishes it from a later one with the same pid. */
interface Process {
  readonly pid: number;
  readonly processStart: string;
}

/** What a running sandbox records for `status` and `stop`. */
export interface RunningSandbox extends Process {
  readonly endpoint: string;
  readonly loadBalancer: string;
  readonly scenario: string;
  readonly env: Readonly<Record<string, string>>;
}

export const processOf = (pid: number): Process => ({ pid, processStart: processStart(pid) });

const pathOf = (folder: string): string => join(folder, "note.json");

/** The folder with everything of the sandbox. It is removed last. */
export const homeOf = ({ env }: RunningSandbox): string => dirname(env.VULCAN_OPS_CLOCK ?? "/nowhere/");

/** The pid file's content, whether or not its sandbox still runs. */
export function lastSandbox(folder: string): RunningSandbox | undefined {
  return readJson<RunningSandbox>(pathOf(folder));
}

export const isRunning = (note: RunningSandbox): boolean => isAlive(note) && existsSync(homeOf(note));

export function readPidFile(folder: string): RunningSandbox | undefined {
  const note = lastSandbox(folder);
  return note !== undefined && isRunning(note) ? note : undefined;
}

/** Writes this process's pid file, unless a running sandbox has one: then returns that one. */
export function writePidFile(folder: string, note: RunningSandbox): RunningSandbox {
  const draft = `${pathOf(folder)}.${note.pid}`;
  writeFileSync(draft, JSON.stringify(note), { mode: 0o600 });
  try {
    if (readPidFile(folder) === undefined) rmSync(pathOf(folder), { force: true });
    linkSync(draft, pathOf(folder));
    rmSync(startingOf(folder, note.pid), { force: true });
    return note;
  } catch (error) {
    const other = readPidFile(folder);
    if (other === undefined) throw error;
    return other;
  } finally {
    rmSync(draft, { force: true });
  }
}

export const isMine = (folder: string): boolean => lastSandbox(folder)?.pid === process.pid;

export function removePidFile(folder: string, { pid }: Pick<Process, "pid">): void {
  if (lastSandbox(folder)?.pid === pid) rmSync(pathOf(folder), { force: true });
}

const STARTING = /^starting-\d+\.json$/;
const startingOf = (folder: string, pid: number): string => join(folder, `starting-${pid}.json`);

/** Announces to `stop` that this process will write a pid file. Returns a function that withdraws this. */
export function announce(folder: string, pid: number): () => void {
  const path = startingOf(folder, pid);
  writeFileSync(path, JSON.stringify(processOf(pid)), { mode: 0o600 });
  return () => rmSync(path, { force: true });
}

/** Whether a sandbox is starting. Removes the announcements of dead processes. */
export function isStarting(folder: string): boolean {
  const paths = readdirSync(folder).flatMap((name) => (STARTING.test(name) ? [join(folder, name)] : []));
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
