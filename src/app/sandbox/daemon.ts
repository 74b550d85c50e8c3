import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OpsError, usageError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Environment } from "../../domain/ports.ts";
import { isAlive } from "../../journal/lock-file.ts";
import { openStateDir, stateDir } from "../../journal/state-dir.ts";
import type { Access } from "../open-target.ts";
import { ownProgram } from "../own-program.ts";
import { ask } from "./control-client.ts";
import {
  announce,
  homeOf,
  isMine,
  isRunning,
  isStarting,
  lastSandbox,
  processOf,
  type RunningSandbox,
  readPidFile,
  removePidFile,
  writePidFile,
} from "./pid-file.ts";
import { SANDBOX_ACCOUNT } from "./sandbox-environment.ts";
import { readWorld, type WorldOptions } from "./world-options.ts";

export interface StartOptions extends WorldOptions, Pick<Access, "stateDir"> {
  readonly port?: string | undefined;
}

type Where = Pick<Access, "stateDir">;

/** The sandbox that runs in the background, if one does. */
export async function runningSandbox(options: Where, environment: Environment): Promise<RunningSandbox | undefined> {
  return readPidFile(await sandboxDir(options, environment));
}

export const sandboxLog = async (options: Where, environment: Environment): Promise<string> =>
  join(await sandboxDir(options, environment), "log");

async function sandboxDir(options: Where, environment: Environment): Promise<string> {
  const dir = join(await openStateDir(stateDir(options.stateDir, environment.env)), "sandbox");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/**
 * Returns the running sandbox if it is the requested one, or starts one. Undefined if Ctrl-C stopped it. Calls `starts`
 * once the options are known to be valid.
 */
export async function startSandbox(
  options: StartOptions,
  environment: Environment,
  starts: () => void,
): Promise<RunningSandbox | undefined> {
  const dir = await sandboxDir(options, environment);
  const running = readPidFile(dir);
  const isAsWanted = [undefined, running?.scenario].includes(options.scenario) && options.timing.length === 0;
  if (running !== undefined && isAsWanted) return running;
  if (running !== undefined) throw runsAlready(running);
  await readWorld(options);
  starts();
  return launch(options, environment, dir);
}

const runsAlready = ({ pid, endpoint }: RunningSandbox): OpsError =>
  usageError("sandbox-running", `a sandbox is running already (pid ${pid}, ${endpoint})`, [
    "vulcan-ops sandbox stop",
    "vulcan-ops sandbox status",
  ]);

/** The starter sends this to the background process. Without it, that process ends when their channel closes. */
const STAY = "stay";

/**
 * Starts this program in the background, in its own session, and waits until it has written its pid file. If this
 * process is killed while it waits, the sandbox ends too. Undefined if the operator asked to stop.
 */
async function launch(
  options: StartOptions,
  environment: Environment,
  folder: string,
): Promise<RunningSandbox | undefined> {
  const log = join(folder, "log");
  const output = openSync(log, "w", 0o600);
  const { scenario, speed, seed, port, timing } = options;
  const flags = Object.entries({ scenario, speed, seed, port }).flatMap(([name, text]) =>
    text === undefined ? [] : [`--${name}=${text}`],
  );
  const timings = timing.map((word) => `--timing=${word}`);
  const dir = stateDir(options.stateDir, environment.env);
  const words = ["sandbox", "start", "--foreground", `--state-dir=${dir}`, ...flags, ...timings];
  const child = spawn(...ownProgram(words), {
    detached: true,
    stdio: ["ignore", output, output, "ipc"],
  });
  const withdraw = child.pid === undefined ? () => undefined : announce(folder, child.pid);
  const outcome = await new Promise<"ready" | "gone" | "stopped">((resolve) => {
    child.once("message", () => resolve("ready"));
    child.once("error", () => resolve("gone"));
    child.once("exit", () => resolve("gone"));
    environment.stop.addEventListener("abort", () => resolve("stopped"));
    if (environment.stop.aborted) resolve("stopped");
  });
  const note = outcome === "ready" ? readPidFile(folder) : undefined;
  if (note !== undefined) await new Promise((sent) => child.send(STAY, sent));
  if (outcome !== "stopped") withdraw();
  if (child.connected) child.disconnect();
  child.unref();
  if (note === undefined && outcome !== "stopped") throw didNotStart(readFileSync(log, "utf8"), child.exitCode);
  return note;
}

/** Calls `end` if the starter ends before it sends STAY: otherwise this sandbox would run unnoticed. */
function followStarter(end: () => void): void {
  if (process.send === undefined) return;
  if (!process.connected) end();
  process.on("disconnect", end);
  process.once("message", () => process.off("disconnect", end));
  process.channel?.unref();
}

function didNotStart(log: string, exitCode: number | null): Error {
  const isUsage = exitCode === EXIT.usage;
  return new OpsError({
    code: "sandbox-did-not-start",
    exitCode: isUsage ? EXIT.usage : EXIT.failed,
    fault: isUsage ? "operator" : "tool",
    message: `the sandbox did not start: ${log.trim().split("\n").slice(-5).join("\n")}`,
    next: ["vulcan-ops sandbox start --foreground"],
  });
}

/** Serves until Ctrl-C, SIGTERM, or `sandbox stop`. */
export async function serveSandbox(
  options: StartOptions,
  environment: Environment,
  ready: (note: RunningSandbox) => void,
): Promise<void> {
  const folder = await sandboxDir(options, environment);
  const running = readPidFile(folder);
  if (running !== undefined) throw runsAlready(running);
  const world = await readWorld(options);
  const port = Number(options.port ?? 0);
  const { startSandbox: start } = await import("../../sandbox/index.ts");
  const ended = later();
  followStarter(ended.resolve);
  const box = await start({ ...world, port, onStop: ended.resolve });
  try {
    const env = { ...box.env, VULCAN_OPS_CONFIG: join(folder, "vulcan-ops.yaml") };
    const { endpoint, loadBalancer } = box;
    const note: RunningSandbox = { ...processOf(process.pid), endpoint, loadBalancer, scenario: world.scenario, env };
    writeFileSync(env.VULCAN_OPS_CONFIG, configFor(env, loadBalancer), { mode: 0o600 });
    const current = writePidFile(folder, note);
    if (current !== note) throw runsAlready(current);
    // The starter may have ended in the meantime: ignore a failed send.
    if (process.connected) process.send?.("ready", undefined, undefined, () => undefined);
    ready(note);
    environment.stop.addEventListener("abort", ended.resolve);
    if (environment.stop.aborted) ended.resolve();
    // Without its pid file no command can find and stop this sandbox.
    const poll = setInterval(() => isMine(folder) || ended.resolve(), 1000);
    await ended.promise;
    clearInterval(poll);
  } finally {
    await box.stop();
    removePidFile(folder, { pid: process.pid });
  }
}

/** A promise that is settled from outside. */
function later() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}

function configFor(env: Readonly<Record<string, string>>, adminUrl: string): string {
  return [
    'schemaVersion: "1"',
    "defaultTarget: sandbox",
    "targets:",
    "  sandbox:",
    `    account: "${SANDBOX_ACCOUNT}"`,
    `    region: ${env.AWS_REGION}`,
    `    adminUrl: ${adminUrl}`,
    "",
  ].join("\n");
}

/** Maximum duration of each wait of `stop` (ms). */
const TIMEOUTS_MS = { start: 30_000, answer: 5000, end: 15_000, unasked: 500 };

export type Stopped =
  | { readonly kind: "absent" }
  /** `dead`: its process died before the request to stop. */
  | { readonly kind: "dead" | "stopped"; readonly pid: number };

/** Stops the sandbox and waits until its folder is gone. */
export async function stopSandbox(options: Where, environment: Environment): Promise<Stopped> {
  const dir = await sandboxDir(options, environment);
  // A starting sandbox either writes its pid file soon or ends with its starter.
  await until(() => !isStarting(dir), TIMEOUTS_MS.start);
  const note = lastSandbox(dir);
  if (note === undefined) return { kind: "absent" };
  const wasRunning = isRunning(note);
  const isGone = (): boolean => !existsSync(homeOf(note)) && !isAlive(note);
  const isAsked = wasRunning && (await askToStop(note));
  // If its process has died, its keeper may still be cleaning up.
  const isOver = await until(isGone, isAsked || !wasRunning ? TIMEOUTS_MS.end : TIMEOUTS_MS.unasked);
  if (!isOver && wasRunning && note.processStart !== "" && isAlive(note)) {
    process.kill(note.pid, "SIGKILL");
    await until(isGone, TIMEOUTS_MS.end);
  }
  if (existsSync(homeOf(note))) throw didNotStop(note);
  removePidFile(dir, note);
  return { kind: wasRunning ? "stopped" : "dead", pid: note.pid };
}

/** Calls the sandbox's own port. If the system gives only the pid of a process, another process may have it by now. */
function askToStop(note: RunningSandbox): Promise<boolean> {
  return ask(note, "POST stop", undefined, TIMEOUTS_MS.answer).then(
    () => true,
    () => false,
  );
}

/** Whether `done` became true within the limit (ms). */
async function until(done: () => boolean, limit: number): Promise<boolean> {
  for (let waited = 0; waited < limit && !done(); waited += 25) await delay(25);
  return done();
}

function didNotStop(note: RunningSandbox): Error {
  return new OpsError({
    code: "sandbox-did-not-stop",
    exitCode: EXIT.failed,
    fault: "tool",
    message: `the sandbox did not stop: its process was ${note.pid}, its folder ${homeOf(note)}`,
    next: ["vulcan-ops sandbox stop"],
  });
}
