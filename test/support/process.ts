import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The built artefact, as people run it. */
export const MAIN = join(import.meta.dirname, "..", "..", "dist", "main.js");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stdout has had this many whole lines, or the process has ended. */
  lines(count: number): Promise<void>;
  stdoutSoFar(): string;
}

/** Runs a shell line; never in a way that blocks this process, which may be the one that serves the sandbox. */
export function shell(line: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const stdio = ["pipe", "pipe", "pipe"] as ["pipe", "pipe", "pipe"];
  return follow(spawn("sh", ["-c", line], { env: { ...process.env, ...env }, stdio }), "").ended;
}

/** Starts `vulcan-ops` as a process of its own, without a terminal. */
export function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}, input = ""): Running {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  return follow(child, input);
}

function follow(child: ChildProcessWithoutNullStreams, input: string): Running {
  let stdout = "";
  let stderr = "";
  let wake: () => void = () => undefined;
  child.stdout.on("data", (part: Buffer) => {
    stdout += part;
    wake();
  });
  child.stderr.on("data", (part: Buffer) => {
    stderr += part;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
      wake();
    });
  });
  const lines = async (count: number) => {
    while (stdout.split("\n").length - 1 < count && child.exitCode === null && child.signalCode === null) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { child, ended, lines, stdoutSoFar: () => stdout };
}

export async function vulcanOpsProcess(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Ended> {
  return start(argv, env, input).ended;
}

/**
 * Is a program there that only some machines have? Where CI says that it must be (`VULCAN_OPS_REQUIRE=aws,tmux`), its
 * absence is a failure and not a skipped test.
 */
export function has(program: "aws" | "chromium" | "jq" | "openssl" | "tmux"): boolean {
  const isThere = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
  const required = (process.env.VULCAN_OPS_REQUIRE ?? "").split(",").includes(program);
  if (!isThere && required) throw new Error(`${program} is required here and is not installed`);
  return isThere;
}
