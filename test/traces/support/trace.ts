import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "../../../src/sandbox/index.ts";
import { type Outcome, openRig, type Rig, vulcanOps } from "../../support/sandbox-harness.ts";
import { seedChance } from "../../support/simulated-time/chance.ts";
import { BRISK } from "../../support/stories/cutover.ts";
import { createMask } from "./mask.ts";
import type { Procedure } from "./procedures.ts";

export type Request = ReturnType<Sandbox["requests"]>[number];

/** All that a procedure did, and all that it said. */
export interface Trace {
  readonly exitCodes: readonly number[];
  readonly requests: readonly Request[];
  /** A line a request: when, what, how it ended, and a hash of what was asked. */
  readonly lines: readonly string[];
  /** The lines of those that change something, in order. */
  readonly writes: readonly string[];
  readonly output: string;
  mask(text: string): string;
}

const DAY_MS = 86_400_000;

/** One sandbox for all traces. */
export const openTraceRig = (): Promise<Rig> => openRig("empty", 300, { timings: BRISK });

/** Runs the procedure in a new world of its scenario, which begins at midnight. */
export async function trace({ sandbox }: Pick<Rig, "sandbox">, { scenario, commands }: Procedure): Promise<Trace> {
  // In an empty world nothing happens meanwhile.
  await sandbox.reset("empty");
  await new Promise((resolve) => setTimeout(resolve, DAY_MS - (Date.now() % DAY_MS)));
  seedChance(1);
  const start = Date.now();
  await sandbox.reset(scenario);
  const stateDir = mkdtempSync(join(tmpdir(), "vulcan-ops-trace-"));
  try {
    const outcomes: Outcome[] = [];
    for (const words of commands) {
      outcomes.push(await vulcanOps(words, { columns: 400, env: { XDG_STATE_HOME: stateDir } }));
    }
    return traceOf(sandbox, outcomes, start, stateDir);
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function traceOf(sandbox: Sandbox, outcomes: readonly Outcome[], start: number, stateDir: string): Trace {
  const { AWS_ACCESS_KEY_ID: KEY = "", VULCAN_OPS_CLOCK: CLOCK = "" } = sandbox.env;
  const mask = createMask(start, { STATE: stateDir, KEY, CLOCK });
  const requests = [...sandbox.requests()];
  const lineOf = ({ at, service, operation, status, error = "", effective, input }: Request): string => {
    const after = String(Date.parse(at) - start).padStart(9);
    const asked = createHash("sha256")
      .update(mask(JSON.stringify(input)))
      .digest("hex")
      .slice(0, 12);
    return `${after} ms  ${service}:${operation}  ${status} ${error} ${effective}  ${asked}`;
  };
  const output = outcomes.map(({ code, stdout, stderr }) => `${stdout}\n${stderr}\nexit ${code}\n`);
  return {
    exitCodes: outcomes.map(({ code }) => code),
    requests,
    // Reads of one moment that were sent side by side may come in either order.
    lines: requests.map(lineOf).sort(),
    writes: requests.filter(({ mutating }) => mutating).map(lineOf),
    output: mask(output.join("\n")),
    mask,
  };
}
