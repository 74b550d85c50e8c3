import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../../domain/ports.ts";
import { ownProgram } from "../own-program.ts";

/** What came of a rehearsal: its events, as the journal has them, and what it told people. */
export interface RehearsalResult {
  readonly exitCode: number;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly stderr: string;
}

/** A sandbox takes its databases down within this time (real ms). */
const END_WITHIN_MS = 15_000;

const MOST_STDERR = 20_000;

/**
 * Carries out a rehearsal in a process of its own, with a state folder of its own that is removed, and tells each event.
 * It has neither the operator's configuration nor the variables that name a channel: no message reaches people. Rejects
 * when `stop` aborts, after its sandbox is gone.
 */
export async function rehearseInOwnProcess(
  words: readonly string[],
  { env, cwd, stop }: Pick<Environment, "env" | "cwd" | "stop">,
  tell: (event: Readonly<Record<string, unknown>>) => void,
): Promise<RehearsalResult> {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-rehearsal-"));
  try {
    const [file, own] = ownProgram([...words, `--state-dir=${join(folder, "state")}`]);
    const child = spawn(file, own, {
      cwd,
      env: { ...withoutOperator(env), VULCAN_OPS_CONFIG: emptyConfiguration(folder), NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const gone = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 1));
    });
    let stderr = "";
    child.stderr.on("data", (part: Buffer) => {
      stderr = (stderr + part.toString("utf8")).slice(-MOST_STDERR);
    });
    const events: Readonly<Record<string, unknown>>[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = parsed(line);
      if (event === undefined) return;
      events.push(event);
      tell(event);
    });
    const end = (): void => void endOf(child, gone);
    stop.addEventListener("abort", end, { once: true });
    if (stop.aborted) end();
    const exitCode = await gone;
    stop.removeEventListener("abort", end);
    stop.throwIfAborted();
    return { exitCode, events, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Accounts, channels and databases of the operator: a rehearsal of an assistant knows none of them. */
const OF_THE_OPERATOR = /^(AWS|VULCAN|GITHUB|SLACK|PAGERDUTY)_/;

function withoutOperator(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OF_THE_OPERATOR.test(name)));
}

/** Else the one of this folder or of the operator would be read, with its channels. */
function emptyConfiguration(folder: string): string {
  const file = join(folder, "vulcan-ops.yaml");
  writeFileSync(file, 'schemaVersion: "1"\n', { mode: 0o600 });
  return file;
}

/** Asks it to end; takes it down where it does not. */
async function endOf(child: ReturnType<typeof spawn>, gone: Promise<number>): Promise<void> {
  child.kill("SIGTERM");
  const settled = gone.then(
    () => true,
    () => true,
  );
  const isGone = await Promise.race([settled, delay(END_WITHIN_MS, false, { ref: false })]);
  if (!isGone) child.kill("SIGKILL");
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
