import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareCommand as bare, COMMANDS as commands } from "../../commands/index.ts";
import type { Process } from "../../src/cli/process-context.ts";
import { runCommandLine } from "../../src/cli/run-command-line.ts";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import type { Target } from "../../src/domain/target.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/index.ts";
import { misfits } from "./output-schemas.ts";

/** A world and a place to keep journals, for one test file. Files share a process: the next one starts its own. */
export interface Rig {
  readonly sandbox: Sandbox;
  readonly stateDir: string;
  close(): Promise<void>;
}

/** Fast enough for a rollout within a second, slow enough that real health checks keep up. */
const SPEED = 600;

/** What the shell of whom runs the tests says of AWS and of the way out. */
const OF_THE_SHELL = /^AWS_(?!SDK_)|_proxy$|^REQUESTS_CA_BUNDLE$/i;

export async function openRig(
  scenario: string,
  speed = SPEED,
  more: Pick<SandboxOptions, "vulcan" | "timings" | "customers"> = {},
): Promise<Rig> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const sandbox = await startSandbox({ scenario, speed, ...more });
  const stateDir = mkdtempSync(join(tmpdir(), "vulcan-ops-test-"));
  for (const name of Object.keys(process.env).filter((key) => OF_THE_SHELL.test(key))) delete process.env[name];
  Object.assign(process.env, sandbox.env, { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" });
  const close = async () => {
    await sandbox.stop();
    rmSync(stateDir, { recursive: true, force: true });
  };
  return { sandbox, stateDir, close };
}

export const TARGET: Target = {
  name: "sandbox",
  account: "111122223333",
  region: "eu-west-1",
  cluster: "vulcan-prod",
  service: "vulcan-prod",
  database: "vulcan-prod",
  production: false,
};

/** What one command line did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stop?: AbortSignal;
  /** Told each piece of standard output as it comes. */
  readonly heard?: (text: string) => void;
  /** Somebody could log in again, as at a terminal. */
  readonly askHidden?: () => Promise<undefined>;
  /** Where a text with a folder of chance length must not be wrapped. */
  readonly columns?: number;
}

/** Runs one command line in this process, without a terminal. */
export async function vulcanOps(argv: readonly string[], circumstances: Circumstances = {}): Promise<Outcome> {
  const stdout = sink(circumstances.columns, circumstances.heard);
  const stderr = sink(circumstances.columns);
  const context: Process = {
    env: { ...process.env, ...circumstances.env },
    cwd: circumstances.cwd ?? tmpdir(),
    stdin: { isTTY: false } as NodeJS.ReadStream,
    stdout: stdout.stream,
    stderr: stderr.stream,
    ids: countingIds(),
    stop: circumstances.stop ?? new AbortController().signal,
    ...(circumstances.askHidden && { askHidden: circumstances.askHidden }),
  };
  const code = await runCommandLine(argv, { commands, bare }, context);
  const unfit = await misfits(argv, stdout.text());
  if (unfit.length > 0) throw new Error(`the output does not fit its schema:\n${unfit.join("\n")}`);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function sink(columns = 80, heard: (text: string) => void = () => {}) {
  const parts: string[] = [];
  const write = (text: string): boolean => {
    parts.push(text);
    heard(text);
    return true;
  };
  const stream = { isTTY: false, columns, write };
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => parts.join("") };
}

let given = 0;

/** Ids that differ within a process. */
export function countingIds() {
  return { execution: () => `x${String(++given).padStart(4, "0")}` };
}

export function eventsOf(ndjson: string): (JournalEvent & { readonly type: string })[] {
  return ndjson
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JournalEvent);
}

/** Names of the mutating calls that reached the sandbox, in order; not those of the shared lock and the shared journal. */
export function mutations(sandbox: Sandbox): string[] {
  return sandbox
    .requests()
    .filter(({ mutating, operation }) => mutating && !operation.endsWith("Parameter") && operation !== "PutItem")
    .map((request) => request.operation);
}

/** What the shared lock wrote, in order. */
export function lockCalls(sandbox: Sandbox): string[] {
  return sandbox
    .requests()
    .filter((request) => request.mutating && request.operation.endsWith("Parameter"))
    .map((request) => request.operation);
}

/** What the service's running tasks run, one entry a task. */
export function runningRevisions(sandbox: Sandbox): string[] {
  const tasks = sandbox.state().services[0]?.tasks ?? [];
  return tasks.filter((task) => task.lastStatus === "RUNNING").map((task) => task.taskDefinition);
}

export function serviceRevision(sandbox: Sandbox): string {
  return sandbox.state().services[0]?.taskDefinition ?? "";
}
