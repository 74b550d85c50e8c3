import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import type { Readable } from "node:stream";
import type { Case, Inspection } from "../../domain/inspection.ts";
import type { Environment } from "../../domain/ports.ts";
import { ownProgram } from "../own-program.ts";
import type { Rehearsal } from "./rehearsal-matrix.ts";

/** One rehearsal of a runbook. `source` is the runbook's name or path. */
export interface Job {
  readonly source: string;
  readonly rehearsal: Rehearsal;
  readonly seed: number;
}

/** Runs each rehearsal in its own process, as many at a time as there are cores. Answers in the jobs' order. */
export async function rehearseApart(
  jobs: readonly Job[],
  environment: Environment,
): Promise<readonly (readonly Case[])[]> {
  const found: (readonly Case[])[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < jobs.length && !environment.stop.aborted) {
      const index = next++;
      found[index] = await runJob(jobs[index] as Job, environment);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs.length, availableParallelism()) }, work));
  return found;
}

/** Holds the process that runs this one for a rehearsal, and hears each line. */
const PARENT = "VULCAN_OPS_REHEARSED_BY";

export const isRehearsalProcess = ({ env }: Pick<Environment, "env">): boolean => env[PARENT] === String(process.ppid);

/** Runs this program for one runbook in one sandbox. */
async function runJob({ source, rehearsal, seed }: Job, environment: Environment): Promise<readonly Case[]> {
  const inputs = Object.entries(rehearsal.inputs).map(([name, value]) => `--input=${name}=${value}`);
  const timings = (rehearsal.timings ?? []).map((timing) => `--timing=${timing}`);
  const world = [`--scenario=${rehearsal.scenario}`, `--seed=${seed}`, ...inputs, ...timings];
  const words = ["plan", source, "--dry-run=sandbox", "--output=json", ...world];
  const child = spawn(...ownProgram(words), {
    cwd: environment.cwd,
    env: { ...environment.env, GITHUB_ACTIONS: "", [PARENT]: String(process.pid) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  // The rehearsals that have ended; its standard output is one document.
  child.on("message", (line) => environment.note(String(line)));
  const end = () => child.kill("SIGTERM");
  environment.stop.addEventListener("abort", end);
  const [out, err] = [collect(child.stdout as Readable), collect(child.stderr as Readable)];
  await new Promise((resolve) => child.once("close", resolve));
  environment.stop.removeEventListener("abort", end);
  if (environment.stop.aborted) return [];
  try {
    const { runbooks } = JSON.parse(out()) as Inspection;
    return runbooks.flatMap(({ cases }) => cases.filter(({ depth }) => depth === "sandbox"));
  } catch {
    throw new Error(`the rehearsal of ${source} gave no answer: ${err().trim().slice(-2000)}`);
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  return () => Buffer.concat(parts).toString("utf8");
}
