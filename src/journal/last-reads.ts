import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the newest reads of a target named: for completion alone, never for a decision. */
export interface LastReads {
  /** `vulcan-prod:42`, newest first. */
  readonly taskDefinitions: readonly string[];
  /** Versions of applied migrations, newest first. */
  readonly migrations: readonly number[];
}

/** Reads by target; the sandbox's world is another target than AWS's of the same name. */
type Kept = Readonly<Record<string, LastReads>>;

const NONE: LastReads = { taskDefinitions: [], migrations: [] };
const MOST_TARGETS = 50;
const MOST_OF_A_KIND = 40;

const pathOf = (dir: string): string => join(dir, "last-reads.json");

/** By the target's name and where its requests go. */
export const placeOfReads = (target: string, endpoint: string | undefined): string => `${target} ${endpoint ?? "aws"}`;

/** What was kept; nothing where there is no file, or none that can be read. */
export function readLastReads(dir: string): Kept {
  try {
    const kept: unknown = JSON.parse(readFileSync(pathOf(dir), "utf8"));
    if (kept === null || typeof kept !== "object") return {};
    return Object.fromEntries(Object.entries(kept).map(([place, one]) => [place, wellFormed(one)]));
  } catch {
    return {};
  }
}

function wellFormed(value: Partial<Record<keyof LastReads, unknown>> | null): LastReads {
  const { taskDefinitions, migrations } = value ?? {};
  const list = (found: unknown): readonly unknown[] => (Array.isArray(found) ? found : []);
  return {
    taskDefinitions: list(taskDefinitions).filter((one): one is string => typeof one === "string"),
    migrations: list(migrations).filter((one): one is number => typeof one === "number"),
  };
}

/**
 * Adds to what is kept. Written at once, so that nothing is left to do when the process ends; only where the folder is
 * there already, for a command that only reads makes none. It never throws: without it, completion knows less.
 */
export function keepLastReads(dir: string, place: string, found: Partial<LastReads>): void {
  if (!isFolder(dir)) return;
  const { [place]: before = NONE, ...others } = readLastReads(dir);
  const after = {
    taskDefinitions: newest([...(found.taskDefinitions ?? []), ...before.taskDefinitions], revisionOf),
    migrations: newest([...(found.migrations ?? []), ...before.migrations], (version) => version),
  };
  if (JSON.stringify(after) === JSON.stringify(before)) return;
  const kept = Object.fromEntries([[place, after], ...Object.entries(others).slice(0, MOST_TARGETS - 1)]);
  const draft = `${pathOf(dir)}.${process.pid}.part`;
  try {
    writeFileSync(draft, JSON.stringify(kept), { mode: 0o600, flag: "wx" });
    renameSync(draft, pathOf(dir));
  } catch {
    remove(draft);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder takes no change: nothing was written.
  }
}

const revisionOf = (name: string): number => Number(name.split(":").at(-1));

const newest = <T>(all: readonly T[], numberOf: (one: T) => number): readonly T[] =>
  [...new Set(all)].sort((a, b) => numberOf(b) - numberOf(a)).slice(0, MOST_OF_A_KIND);
