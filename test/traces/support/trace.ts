import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "../../../src/sandbox/index.ts";
import { type Outcome, openRig, type Rig, vulcanOps } from "../../support/sandbox-harness.ts";
import { seedChance } from "../../support/simulated-time/chance.ts";
import { BRISK, secretFor } from "../../support/stories/cutover.ts";
import { createMask } from "./mask.ts";
import { type Procedure, SECRET } from "./procedures.ts";

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
export async function trace(rig: Rig, procedure: Procedure): Promise<Trace> {
  const { sandbox } = rig;
  const { scenario, commands } = procedure;
  // In an empty world nothing happens meanwhile.
  await sandbox.reset("empty");
  await new Promise((resolve) => setTimeout(resolve, DAY_MS - (Date.now() % DAY_MS)));
  seedChance(1);
  const start = Date.now();
  await sandbox.reset(scenario);
  const stateDir = mkdtempSync(join(tmpdir(), "vulcan-ops-trace-"));
  try {
    const outcomes: Outcome[] = [];
    const env = { XDG_STATE_HOME: stateDir, ...configured(procedure, stateDir) };
    const secret = commands.flat().includes(SECRET) ? await secretFor(rig, "vulcan-prod-then") : SECRET;
    const before = sandbox.requests().length;
    for (const words of commands) {
      const typed = words.map((word) => (word === SECRET ? secret : word));
      outcomes.push(await vulcanOps(typed, { columns: 400, env }));
    }
    return traceOf(sandbox, outcomes, { start, before }, stateDir);
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function configured({ settings }: Procedure, folder: string): Readonly<Record<string, string>> {
  if (settings === undefined) return {};
  const path = join(folder, "vulcan-ops.yaml");
  writeFileSync(path, JSON.stringify({ schemaVersion: "1", targets: { "vulcan-prod": settings } }));
  return { VULCAN_OPS_CONFIG: path };
}

interface Since {
  readonly start: number;
  /** How many requests there were before the first command. */
  readonly before: number;
}

function traceOf(sandbox: Sandbox, outcomes: readonly Outcome[], { start, before }: Since, stateDir: string): Trace {
  const { AWS_ACCESS_KEY_ID: KEY = "", VULCAN_OPS_CLOCK: CLOCK = "" } = sandbox.env;
  const mask = createMask(start, { STATE: stateDir, KEY, CLOCK });
  const requests = sandbox.requests().slice(before);
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
