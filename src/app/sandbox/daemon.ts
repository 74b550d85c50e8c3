import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OpsError, usageError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Environment } from "../../domain/ports.ts";
import { isAlive } from "../../journal/lock-file.ts";
import { openStateDir } from "../../journal/state-dir.ts";
import { type Access, stateDirOf } from "../open-target.ts";
import { ask } from "./control-client.ts";
import {
  announce,
  homeOf,
  isMine,
  isRunning,
  isStarting,
  lastNote,
  leaveNote,
  type Note,
  processOf,
  removeNote,
  runningNote,
} from "./pid-file.ts";
import { SANDBOX_ACCOUNT } from "./sandbox-environment.ts";
import { readWorld, type WorldOptions } from "./world-options.ts";

export interface StartOptions extends WorldOptions, Pick<Access, "stateDir"> {
  readonly port?: string | undefined;
}

type Where = Pick<Access, "stateDir">;

/** The sandbox that runs in the background, if one does. */
export async function runningSandbox(options: Where, environment: Environment): Promise<Note | undefined> {
  return runningNote(await sandboxDir(options, environment));
}

export const sandboxLog = async (options: Where, environment: Environment): Promise<string> =>
  join(await sandboxDir(options, environment), "log");

async function sandboxDir(options: Where, environment: Environment): Promise<string> {
  const dir = join(await openStateDir(stateDirOf(options, environment)), "sandbox");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/** The running sandbox where it is the one that is asked for, else one that starts now. Undefined: stopped by Ctrl-C. */
export async function startSandbox(options: StartOptions, environment: Environment): Promise<Note | undefined> {
  const dir = await sandboxDir(options, environment);
  const running = runningNote(dir);
  const isAsWanted = [undefined, running?.scenario].includes(options.scenario) && options.timing.length === 0;
  if (running !== undefined && isAsWanted) return running;
  if (running !== undefined) throw runsAlready(running);
  await readWorld(options);
  return launch(options, environment, dir);
}

const runsAlready = ({ pid, endpoint }: Note): OpsError =>
  usageError("sandbox-running", `a sandbox is running already (pid ${pid}, ${endpoint})`, [
    "vulcan-ops sandbox stop",
    "vulcan-ops sandbox status",
  ]);

/** What the starter says to the resident over the channel between them: without it, the channel's end is its end too. */
const STAY = "stay";

/**
 * Starts this same program in the background, in a session of its own, and waits until it has left its note. Whoever
 * is killed while he waits takes it along. Undefined where the operator has asked to stop.
 */
async function launch(options: StartOptions, environment: Environment, room: string): Promise<Note | undefined> {
  const log = join(room, "log");
  const output = openSync(log, "w", 0o600);
  const { scenario, speed, seed, port, timing } = options;
  const flags = Object.entries({ scenario, speed, seed, port }).flatMap(([name, text]) =>
    text === undefined ? [] : [`--${name}=${text}`],
  );
  const timings = timing.map((word) => `--timing=${word}`);
  const dir = stateDirOf(options, environment);
  const words = ["sandbox", "start", "--foreground", `--state-dir=${dir}`, ...flags, ...timings];
  const child = spawn(process.execPath, [process.argv[1] ?? "", ...words], {
    detached: true,
    stdio: ["ignore", output, output, "ipc"],
  });
  const arrived = child.pid === undefined ? () => undefined : announce(room, child.pid);
  const outcome = await new Promise<"ready" | "gone" | "stopped">((resolve) => {
    child.once("message", () => resolve("ready"));
    child.once("error", () => resolve("gone"));
    child.once("exit", () => resolve("gone"));
    environment.stop.addEventListener("abort", () => resolve("stopped"));
    if (environment.stop.aborted) resolve("stopped");
  });
  const note = outcome === "ready" ? runningNote(room) : undefined;
  if (note !== undefined) await new Promise((sent) => child.send(STAY, sent));
  if (outcome !== "stopped") arrived();
  if (child.connected) child.disconnect();
  child.unref();
  if (note === undefined && outcome !== "stopped") throw didNotStart(readFileSync(log, "utf8"), child.exitCode);
  return note;
}

/** Calls back when the starter ends before it has told us to stay; nobody would know of us then. */
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
  ready: (note: Note) => void,
): Promise<void> {
  const room = await sandboxDir(options, environment);
  const running = runningNote(room);
  if (running !== undefined) throw runsAlready(running);
  const world = await readWorld(options);
  const port = Number(options.port ?? 0);
  const { startSandbox: start } = await import("../../sandbox/index.ts");
  const ended = later();
  followStarter(ended.resolve);
  const box = await start({ ...world, port, onStop: ended.resolve });
  try {
    const env = { ...box.env, VULCAN_OPS_CONFIG: join(room, "vulcan-ops.yaml") };
    const { endpoint, loadBalancer } = box;
    const note: Note = { ...processOf(process.pid), endpoint, loadBalancer, scenario: world.scenario, env };
    writeFileSync(env.VULCAN_OPS_CONFIG, configFor(env, loadBalancer), { mode: 0o600 });
    const left = leaveNote(room, note);
    if (left !== note) throw runsAlready(left);
    // To a starter that has gone meanwhile nothing can be said.
    if (process.connected) process.send?.("ready", undefined, undefined, () => undefined);
    ready(note);
    environment.stop.addEventListener("abort", ended.resolve);
    if (environment.stop.aborted) ended.resolve();
    // Without its note nobody can find and stop it.
    const look = setInterval(() => isMine(room) || ended.resolve(), 1000);
    await ended.promise;
    clearInterval(look);
  } finally {
    await box.stop();
    removeNote(room, { pid: process.pid });
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

/** How long each wait of `stop` lasts at most (ms). */
const PATIENCE = { start: 30_000, answer: 5000, end: 15_000, unasked: 500 };

export type Stopped =
  | { readonly kind: "absent" }
  /** Its process had died before it was asked. */
  | { readonly kind: "dead" | "stopped"; readonly pid: number };

/** Stops the sandbox and waits until its folder is gone. */
export async function stopSandbox(options: Where, environment: Environment): Promise<Stopped> {
  const dir = await sandboxDir(options, environment);
  // Its note comes in a moment, or it is dying with its starter.
  await until(() => !isStarting(dir), PATIENCE.start);
  const note = lastNote(dir);
  if (note === undefined) return { kind: "absent" };
  const wasRunning = isRunning(note);
  const isGone = (): boolean => !existsSync(homeOf(note)) && !isAlive(note);
  const isAsked = wasRunning && (await askToStop(note));
  // Where its process has died, its keeper may still be clearing up.
  const isOver = await until(isGone, isAsked || !wasRunning ? PATIENCE.end : PATIENCE.unasked);
  if (!isOver && wasRunning && note.processStart !== "" && isAlive(note)) {
    process.kill(note.pid, "SIGKILL");
    await until(isGone, PATIENCE.end);
  }
  if (existsSync(homeOf(note))) throw didNotStop(note);
  removeNote(dir, note);
  return { kind: wasRunning ? "stopped" : "dead", pid: note.pid };
}

/** Asked at its own port: where the system tells no more of a process than its pid, that may be somebody else's by now. */
function askToStop(note: Note): Promise<boolean> {
  return ask(note, "POST stop", undefined, PATIENCE.answer).then(
    () => true,
    () => false,
  );
}

/** Whether it has come about before the time was over. */
async function until(done: () => boolean, limit: number): Promise<boolean> {
  for (let waited = 0; waited < limit && !done(); waited += 25) await delay(25);
  return done();
}

function didNotStop(note: Note): Error {
  return new OpsError({
    code: "sandbox-did-not-stop",
    exitCode: EXIT.failed,
    fault: "tool",
    message: `the sandbox did not stop: its process was ${note.pid}, its folder ${homeOf(note)}`,
    next: ["vulcan-ops sandbox stop"],
  });
}
