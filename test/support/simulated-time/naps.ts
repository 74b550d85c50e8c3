import { existsSync } from "node:fs";
import type { SimulatedTimers } from "./timers.ts";

/** `sleep 0.2`, as /proc has it. */
const SLEEP = /^(?:\S*\/)?sleep\0(\d+(?:\.\d+)?)\0$/;

/** A shorter one (s) waits for a process beside it, which has begun or has not, as the machine likes: it takes no time. */
const SHORTEST = 0.15;

/** A longer one (s) is itself what a test looks at, and has to hear its signals. */
const LONGEST = 5;

/**
 * Programs beside this process that sleep for a time that they say. Each is stopped, and continued when simulated time has
 * come to its end: so what it does next is done at the same moment on a slow machine and on a fast one.
 */
export class Naps {
  readonly #timers: SimulatedTimers;
  /** By process: whether simulated time has come to the end of its sleep. */
  readonly #isOver = new Map<number, boolean>();

  constructor(timers: SimulatedTimers) {
    this.#timers = timers;
  }

  /** `waiting`: for simulated time. `busy`: for the rest of its own time. Undefined: it takes no nap. */
  stateOf(pid: number): "waiting" | "busy" | undefined {
    const isOver = this.#isOver.get(pid);
    if (isOver === undefined) return undefined;
    if (existsSync(`/proc/${pid}`)) return isOver ? "busy" : "waiting";
    this.#isOver.delete(pid);
    return undefined;
  }

  /** False where its command line does not say how long it sleeps, or where it has ended. Else it is busy for now. */
  begin(pid: number, commandLine: string): boolean {
    const [, seconds] = SLEEP.exec(commandLine) ?? [];
    if (seconds === undefined || Number(seconds) > LONGEST) return false;
    if (Number(seconds) < SHORTEST) return true;
    if (!signal(pid, "SIGSTOP")) return false;
    this.#isOver.set(pid, false);
    this.#timers.setTimeout(() => {
      this.#isOver.set(pid, true);
      signal(pid, "SIGCONT");
    }, Number(seconds) * 1000);
    return true;
  }
}

function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
