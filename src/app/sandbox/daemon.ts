import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SANDBOX_ACCOUNT, worldOf } from "../../../commands/rehearse.ts";
import { armFault, listFaults } from "../../../commands/sandbox/faults.ts";
import { listTimings, timingsOf } from "../../../commands/sandbox/timings.ts";
import { type Given, isSet, listOf, textOf } from "../../cli/options.ts";
import { writeAnswer } from "../../cli/output.ts";
import { type Context, stateDirOf } from "../../cli/process-context.ts";
import { OpsError, usageError } from "../../domain/error.ts";
import { EXIT, type ExitCode } from "../../domain/exit-codes.ts";
import { isAlive } from "../../journal/lock-file.ts";
import { openStateDir } from "../../journal/state-dir.ts";
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

/** What can be done about a sandbox that stays. */
export const VERBS: Readonly<Record<string, (given: Given, context: Context) => Promise<ExitCode>>> = {
  start,
  stop,
  status,
  scenarios: listScenarios,
  timings: listTimings,
  faults: async (given, context) => listFaults(runningNote(await roomOf(given, context)), given, context),
  fault: async (given, context) => armFault(runningNote(await roomOf(given, context)), given, context),
};

async function roomOf(given: Given, context: Context): Promise<string> {
  const room = join(await openStateDir(stateDirOf(given, context)), "sandbox");
  mkdirSync(room, { recursive: true, mode: 0o700 });
  return room;
}

async function start(given: Given, context: Context): Promise<ExitCode> {
  const room = await roomOf(given, context);
  const running = runningNote(room);
  const isAsWanted =
    [undefined, running?.scenario].includes(textOf(given, "scenario")) && !listOf(given, "timing").length;
  if (running !== undefined && isAsWanted) {
    printExports(running, room, context);
    return EXIT.done;
  }
  if (running !== undefined) throw runsAlready(running);
  await wantedWorld(given);
  if (isSet(given, "foreground")) return serve(given, context, room);
  const note = await launch(given, context, room);
  if (note === undefined) return context.stop.reason as ExitCode;
  printExports(note, room, context);
  return EXIT.done;
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
async function launch(given: Given, context: Context, room: string): Promise<Note | undefined> {
  const log = join(room, "log");
  const output = openSync(log, "w", 0o600);
  const flags = ["scenario", "speed", "seed", "port"].flatMap((name) => {
    const text = textOf(given, name);
    return text === undefined ? [] : [`--${name}=${text}`];
  });
  const timings = listOf(given, "timing").map((word) => `--timing=${word}`);
  const words = ["sandbox", "start", "--foreground", `--state-dir=${stateDirOf(given, context)}`, ...flags, ...timings];
  const child = spawn(process.execPath, [process.argv[1] ?? "", ...words], {
    detached: true,
    stdio: ["ignore", output, output, "ipc"],
  });
  const arrived = child.pid === undefined ? () => undefined : announce(room, child.pid);
  const outcome = await new Promise<"ready" | "gone" | "stopped">((resolve) => {
    child.once("message", () => resolve("ready"));
    child.once("error", () => resolve("gone"));
    child.once("exit", () => resolve("gone"));
    context.stop.addEventListener("abort", () => resolve("stopped"));
    if (context.stop.aborted) resolve("stopped");
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

/** What is asked for, or exit 6, before anything is started. */
async function wantedWorld(given: Given) {
  const { readTimings, scenarios } = await import("../../sandbox/index.ts");
  return { ...worldOf(given, scenarios()), timings: timingsOf(given, readTimings) };
}

/** Serves until Ctrl-C, SIGTERM, or `sandbox stop`. */
async function serve(given: Given, context: Context, room: string): Promise<ExitCode> {
  const { startSandbox } = await import("../../sandbox/index.ts");
  const world = await wantedWorld(given);
  const port = Number(textOf(given, "port") ?? 0);
  const ended = later();
  followStarter(ended.resolve);
  const box = await startSandbox({ ...world, port, onStop: ended.resolve });
  try {
    const env = { ...box.env, VULCAN_OPS_CONFIG: join(room, "vulcan-ops.yaml") };
    const { endpoint, loadBalancer } = box;
    const note: Note = { ...processOf(process.pid), endpoint, loadBalancer, scenario: world.scenario, env };
    writeFileSync(env.VULCAN_OPS_CONFIG, configFor(env, loadBalancer), { mode: 0o600 });
    const left = leaveNote(room, note);
    if (left !== note) throw runsAlready(left);
    // To a starter that has gone meanwhile nothing can be said.
    if (process.connected) process.send?.("ready", undefined, undefined, () => undefined);
    if (context.stdout.isTTY === true) printExports(note, room, context);
    context.stop.addEventListener("abort", ended.resolve);
    if (context.stop.aborted) ended.resolve();
    // Without its note nobody can find and stop it.
    const look = setInterval(() => isMine(room) || ended.resolve(), 1000);
    await ended.promise;
    clearInterval(look);
  } finally {
    await box.stop();
    removeNote(room, { pid: process.pid });
  }
  return EXIT.done;
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

/** stdout is shell code that a shell can take in; everything else goes to stderr. */
function printExports(note: Note, room: string, context: Context): void {
  const lines = Object.entries(note.env).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`);
  context.stdout.write(`${[`unset ${REAL_SETTINGS}`, ...lines].join("\n")}\n`);
  context.stderr.write(
    [
      `Sandbox ${note.scenario} is running (pid ${note.pid}): AWS at ${note.endpoint}, the load balancer at ${note.loadBalancer}.`,
      'Point this shell at it with  eval "$(vulcan-ops sandbox start)"  or by the lines above; its log is',
      `${join(room, "log")}. Stop it with  vulcan-ops sandbox stop`,
      "",
    ].join("\n"),
  );
}

/** The operator's own settings, which would send real credentials to the sandbox or requests past it. */
const REAL_SETTINGS = ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "VULCAN_OPS_TARGET"]
  .concat(
    ["ECS", "STS", "ELASTIC_LOAD_BALANCING_V2", "CLOUDWATCH", "RDS"].map((service) => `AWS_ENDPOINT_URL_${service}`),
  )
  .join(" ");

/** How long each wait of `stop` lasts at most (ms). */
const PATIENCE = { start: 30_000, answer: 5000, end: 15_000, unasked: 500 };

async function stop(given: Given, context: Context): Promise<ExitCode> {
  const room = await roomOf(given, context);
  // Its note comes in a moment, or it is dying with its starter.
  await until(() => !isStarting(room), PATIENCE.start);
  const note = lastNote(room);
  if (note === undefined) {
    context.stderr.write("No sandbox is running.\n");
    return EXIT.done;
  }
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
  removeNote(room, note);
  const { pid } = note;
  context.stderr.write(
    wasRunning ? `Sandbox stopped (pid ${pid}).\n` : `No sandbox is running; pid ${pid} had died.\n`,
  );
  return EXIT.done;
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

async function status(given: Given, context: Context): Promise<ExitCode> {
  const note = runningNote(await roomOf(given, context));
  const text = () =>
    note === undefined
      ? "No sandbox is running.\n"
      : `Sandbox ${note.scenario}: pid ${note.pid}, AWS at ${note.endpoint}, load balancer at ${note.loadBalancer}\n`;
  writeAnswer(given, context, { data: note ?? null, text });
  return EXIT.done;
}

async function listScenarios(given: Given, context: Context): Promise<ExitCode> {
  const { scenarios } = await import("../../sandbox/index.ts");
  const list = scenarios();
  const text = () => list.map(({ name, summary }) => `${name.padEnd(22)}${summary}\n`).join("");
  writeAnswer(given, context, { data: list, text });
  return EXIT.done;
}
