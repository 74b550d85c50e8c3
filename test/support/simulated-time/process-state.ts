import { readdirSync, readFileSync } from "node:fs";
import type { Naps } from "./naps.ts";
import { real } from "./real-time.ts";

/**
 * What processes of the system do, by /proc. `busy`: at least one runs, or has run a moment ago. `sleeping`: one waits for
 * a time of its own that it does not say. `waiting`: all wait for someone else.
 */
export type State = "busy" | "sleeping" | "waiting";

/** Processes that have not run for this long wait for someone else (true ms). */
const SETTLED_MS = 12;

/** How long an answer holds. One that waits may have been given its input a moment ago, and time would jump too early. */
const HOLDS_MS = { busy: 2, sleeping: 2, waiting: 0 } as const;

/** Watches some processes. Reads /proc at most every 2 ms while they work. */
export class ProcessWatch {
  readonly #pids: () => readonly number[];
  readonly #naps: Naps;
  #state: State = "busy";
  #nextAt = real.performanceNow() + HOLDS_MS.busy;
  #switches = "";
  #since = 0;

  constructor(pids: () => readonly number[], naps: Naps) {
    this.#pids = pids;
    this.#naps = naps;
  }

  state(): State {
    const now = real.performanceNow();
    if (this.#nextAt > now) return this.#state;
    this.#state = this.#look(now);
    this.#nextAt = now + HOLDS_MS[this.#state];
    return this.#state;
  }

  #look(now: number): State {
    const seen = sample(this.#pids(), this.#naps);
    if (seen.kind !== "still") {
      this.#switches = "";
      return seen.kind;
    }
    if (seen.switches === this.#switches) return now - this.#since >= SETTLED_MS ? "waiting" : "busy";
    this.#switches = seen.switches;
    this.#since = now;
    return "busy";
  }
}

type Sample = { readonly kind: "busy" | "sleeping" } | { readonly kind: "still"; readonly switches: string };

function sample(pids: readonly number[], naps: Naps): Sample {
  let isSleeping = false;
  let switches = "";
  for (const pid of pids) {
    const state = stateOf(pid);
    if (state === undefined) return { kind: "busy" };
    // A child that has ended, and whose parent has not asked for its end yet.
    if (state === "Z" && pid !== pids[0]) continue;
    const nap = naps.stateOf(pid);
    if (nap === "waiting") continue;
    if (nap === "busy") return { kind: "busy" };
    // A program waits only where all its threads do: one of Node's may read a file for the main one.
    const threads = threadsOf(pid);
    if (threads.some((thread) => !isAtRest(stateOf(pid, thread)))) return { kind: "busy" };
    if (/nanosleep/.test(read(`/proc/${pid}/wchan`))) {
      if (naps.begin(pid, read(`/proc/${pid}/cmdline`))) return { kind: "busy" };
      isSleeping = true;
    }
    for (const thread of threads) switches += `${thread}:${switchesOf(pid, thread)};`;
  }
  return isSleeping ? { kind: "sleeping" } : { kind: "still", switches };
}

/** The processes of a session, whoever is their parent now. */
export function sessionOf(leader: number): readonly number[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((pid) => pid !== leader && fieldOf(pid, SESSION) === String(leader));
}

/** Whether it has not ended, or only waits to be asked for its end. */
export const isAlive = (pid: number): boolean => !["Z", "X", undefined].includes(stateOf(pid));

/** Position in /proc/PID/stat behind the name: state, parent, group, session. */
const SESSION = 3;

const fieldOf = (pid: number, index: number): string | undefined => {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[index];
};

const isAtRest = (state: string | undefined): boolean => state === "S" || state === "I";

function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

function stateOf(pid: number, thread = pid): string | undefined {
  const text = read(`/proc/${pid}/task/${thread}/stat`);
  return text === "" ? undefined : text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3);
}

const switchesOf = (pid: number, thread: number): string | undefined =>
  /^voluntary_ctxt_switches:\s+(\d+)/m.exec(read(`/proc/${pid}/task/${thread}/status`))?.[1];

/** The process and all that it has started. */
export function treeOf(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(treeOf)];
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
