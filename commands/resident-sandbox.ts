import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OpsError, usageError } from "../src/domain/error.ts";
import { EXIT, type ExitCode } from "../src/domain/exit.ts";
import { type Context, stateDirOf } from "./context.ts";
import { type Given, isSet, textOf } from "./given.ts";
import { SANDBOX_ACCOUNT, worldOf } from "./rehearse.ts";
import { armFault, listFaults } from "./sandbox-faults.ts";
import { ask, type Note, needNote, readNote, roomOf } from "./sandbox-note.ts";
import { writeAnswer } from "./surface.ts";

/** What can be done about a sandbox that stays. */
export const VERBS: Readonly<Record<string, (given: Given, context: Context) => Promise<ExitCode>>> = {
  start,
  stop,
  status,
  scenarios: listScenarios,
  faults: async (given, context) => listFaults(readNote(await roomOf(given, context)), given, context),
  fault: async (given, context) => armFault(needNote(await roomOf(given, context)), given, context),
};

async function start(given: Given, context: Context): Promise<ExitCode> {
  const room = await roomOf(given, context);
  const running = readNote(room);
  if (running !== undefined && [undefined, running.scenario].includes(textOf(given, "scenario"))) {
    printExports(running, room, context);
    return EXIT.done;
  }
  if (running !== undefined) {
    throw usageError("sandbox-running", `a sandbox is running already (pid ${running.pid}, ${running.endpoint})`, [
      "vulcan-ops sandbox stop",
      "vulcan-ops sandbox status",
    ]);
  }
  if (isSet(given, "foreground")) return serve(given, context, room);
  const note = await launch(given, context, room);
  printExports(note, room, context);
  return EXIT.done;
}

/** Starts this same program in the background, and waits until it has left its note. */
async function launch(given: Given, context: Context, room: string): Promise<Note> {
  const log = join(room, "log");
  const output = openSync(log, "w", 0o600);
  rmSync(join(room, "note.json"), { force: true });
  const flags = ["scenario", "speed", "seed", "port"].flatMap((name) => {
    const text = textOf(given, name);
    return text === undefined ? [] : [`--${name}=${text}`];
  });
  const words = ["sandbox", "start", "--foreground", `--state-dir=${stateDirOf(given, context)}`, ...flags];
  const child = spawn(process.execPath, [process.argv[1] ?? "", ...words], {
    detached: true,
    stdio: ["ignore", output, output],
  });
  child.unref();
  const isGone = new Promise<boolean>((resolve) => child.once("exit", () => resolve(true)));
  for (;;) {
    if (existsSync(join(room, "note.json"))) return readNote(room) as Note;
    if (await Promise.race([isGone, delay(50, false)])) throw didNotStart(readFileSync(log, "utf8"));
  }
}

function didNotStart(log: string): Error {
  return new OpsError({
    code: "sandbox-did-not-start",
    exitCode: EXIT.failed,
    fault: "tool",
    message: `the sandbox did not start: ${log.trim().split("\n").slice(-5).join("\n")}`,
    next: ["vulcan-ops sandbox start --foreground"],
  });
}

/** Serves until Ctrl-C, SIGTERM, or `sandbox stop`. */
async function serve(given: Given, context: Context, room: string): Promise<ExitCode> {
  const { scenarios, startSandbox } = await import("../src/sandbox/index.ts");
  const world = worldOf(given, scenarios());
  const port = Number(textOf(given, "port") ?? 0);
  const ended = later();
  const box = await startSandbox({ ...world, port, onStop: () => ended.resolve() });
  const env = { ...box.env, VULCAN_OPS_CONFIG: join(room, "vulcan-ops.yaml") };
  const note: Note = {
    pid: process.pid,
    endpoint: box.endpoint,
    loadBalancer: box.loadBalancer,
    scenario: world.scenario,
    env,
  };
  writeFileSync(env.VULCAN_OPS_CONFIG, configFor(env), { mode: 0o600 });
  writeFileSync(join(room, "note.json.draft"), JSON.stringify(note), { mode: 0o600 });
  renameSync(join(room, "note.json.draft"), join(room, "note.json"));
  if (isSet(given, "foreground") && context.stdout.isTTY === true) printExports(note, room, context);
  context.stop.addEventListener("abort", () => ended.resolve());
  await ended.promise;
  rmSync(join(room, "note.json"), { force: true });
  await box.stop();
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

function configFor(env: Readonly<Record<string, string>>): string {
  return [
    'schemaVersion: "1"',
    "defaultTarget: sandbox",
    "targets:",
    "  sandbox:",
    `    account: "${SANDBOX_ACCOUNT}"`,
    `    region: ${env.AWS_REGION}`,
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

async function stop(given: Given, context: Context): Promise<ExitCode> {
  const room = await roomOf(given, context);
  const note = readNote(room);
  if (note === undefined) {
    context.stderr.write("No sandbox is running.\n");
    return EXIT.done;
  }
  // Asked at its own port, not by its pid: that may be somebody else's by now.
  await ask(note, "POST stop").catch(() => undefined);
  for (let waited = 0; waited < 10_000 && readNote(room) !== undefined; waited += 50) await delay(50);
  context.stderr.write(`Sandbox stopped (pid ${note.pid}).\n`);
  return EXIT.done;
}

async function status(given: Given, context: Context): Promise<ExitCode> {
  const note = readNote(await roomOf(given, context));
  const text = () =>
    note === undefined
      ? "No sandbox is running.\n"
      : `Sandbox ${note.scenario}: pid ${note.pid}, AWS at ${note.endpoint}, load balancer at ${note.loadBalancer}\n`;
  writeAnswer(given, context, { data: note ?? null, text });
  return EXIT.done;
}

async function listScenarios(given: Given, context: Context): Promise<ExitCode> {
  const { scenarios } = await import("../src/sandbox/index.ts");
  const list = scenarios();
  const text = () => list.map(({ name, summary }) => `${name.padEnd(22)}${summary}\n`).join("");
  writeAnswer(given, context, { data: list, text });
  return EXIT.done;
}
