import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { type CompiledPart, type CompiledParts, encodeParts } from "./compiled-parts.ts";

/** Some 3 MB each. The oldest are of earlier builds, or of commands that are hardly run. */
const MOST_KEPT = 24;

/**
 * Where what one command compiled is kept: in `$XDG_CACHE_HOME/vulcan-ops/compiled`, else `~/.cache/…`, a folder of the
 * user's own. V8 takes it only from the same V8 with the same flags on the same processor, so those are in its name.
 * Undefined: this user has no home.
 */
export function keptAt(word: string, build: string, env: NodeJS.ProcessEnv): string | undefined {
  const caches = cachesOf(env);
  if (caches === undefined) return undefined;
  const by = [process.version, process.arch, cachedDataVersionTag().toString(36), build].join("-");
  return join(caches, "vulcan-ops", "compiled", `${word}-${by}`);
}

function cachesOf({ XDG_CACHE_HOME: home }: NodeJS.ProcessEnv): string | undefined {
  if (home?.startsWith("/")) return home;
  try {
    return join(homedir(), ".cache");
  } catch {
    // A container may run as a number that no list of users has.
    return undefined;
  }
}

/** As a whole or not at all. Where it cannot be written, the next start compiles anew. */
export function keepParts(path: string, parts: CompiledParts): void {
  try {
    const folder = dirname(path);
    for (const each of [dirname(dirname(folder)), dirname(folder), folder]) makeFolder(each);
    write(path, encodeParts(parts));
    removeOldest(folder);
  } catch {
    // No disk is left, or it is not ours: nothing that the operator has asked for depends on it.
  }
}

/** One level at a time: Node's own `recursive` never returns where a folder such as /proc takes none. */
function makeFolder(path: string): void {
  if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
}

function write(path: string, whole: Buffer): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, whole, { mode: 0o600, flag: "wx" });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

function removeOldest(folder: string): void {
  const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const files = found.map(({ name }) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }));
  for (const { path } of files.sort((a, b) => b.at - a.at).slice(MOST_KEPT)) rmSync(path, { force: true });
}

/** Of one run: what it took from the file, what it compiled, how it ended. */
export interface Run {
  readonly before: CompiledParts;
  /** The files that it loaded and that were not in there. */
  readonly compiled: number;
  readonly exitCode: number;
  readonly seconds: number;
}

/** The first runs of a command do not call the same functions. */
const RUNS = 3;
/** V8 drops the code of functions that a long process no longer calls. */
const SHORT_SECONDS = 60;
/** A mistyped word, which is no command; and an end in the middle of something. */
const NOT_AFTER = [6, 130, 143];

/** Is what this run compiled worth the time that keeping it takes? */
export function isWorthKeeping({ before, compiled, exitCode, seconds }: Run): boolean {
  if (NOT_AFTER.includes(exitCode)) return false;
  return compiled > 0 || (before.runs < RUNS && seconds < SHORT_SECONDS);
}

/** What this run compiled, and what earlier ones did that this one did not load. */
export function merged(before: CompiledParts, made: readonly CompiledPart[]): CompiledParts {
  const parts = new Map([...before.parts, ...made.map((part) => [part.name, part] as const)]);
  return { parts, runs: before.runs + 1 };
}
