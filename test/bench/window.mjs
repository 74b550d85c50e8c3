// A whole maintenance window with its half hour of watching, at speed 10: what it asks of CloudWatch and of this machine,
// and what it adds to the time that AWS takes. Takes about five minutes.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { control, MAIN, node, report, startSandbox, state, stopSandbox, tidy } from "./measure.mjs";

/** What the program itself takes counts so many times as much in virtual time: no faster than patience asks. */
const SPEED = 10;
/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS = 100;

console.log(`window bench: Node ${process.version}, speed ${SPEED}`);
const { env } = startSandbox("major-release", SPEED);
try {
  await wholeWindow();
} finally {
  stopSandbox();
  tidy();
}

async function wholeWindow() {
  const words = ["maintenance", "--yes", "--expect-current", "42", "--output", "ndjson", "--state-dir", state];
  const child = spawn(node, [MAIN, ...words], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const events = [];
  let watching;
  const most = { all: 0, watch: 0 };
  const usage = setInterval(() => {
    const now = memoryOf(child.pid);
    most.all = Math.max(most.all, now);
    if (watching !== undefined) most.watch = Math.max(most.watch, now);
  }, 100);
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = { ...JSON.parse(line), heard: Date.now() };
    if (event.step === "watch") {
      watching ??= { begun: cpuOf(child.pid), at: event.heard };
      watching.used = cpuOf(child.pid) ?? watching.used;
      watching.ended = event.heard;
    }
    if (event.type !== "step.progress") events.push(event);
  });
  const truths = Promise.all([
    truth((service) => service.desired === 1 && alive(service).length === 1),
    truth((service) => isOf(service, "vulcan-prod:43") && service.desired === 1),
    truth((service) => isOf(service, "vulcan-prod:43") && service.desired === 3 && alive(service).length === 3),
  ]);
  const code = await new Promise((resolve) => child.once("exit", resolve));
  clearInterval(usage);
  report("exit code of the window", code, "", 0);
  report("most memory, the whole window", most.all.toFixed(0), "MB");
  report("most memory over the watch", most.watch.toFixed(0), "MB", 100);
  const minutes = ((watching.ended - watching.at) * SPEED) / 60_000;
  report(
    "CPU over the watch",
    (((watching.used - watching.begun) / (minutes * 60)) * 100).toFixed(2),
    "% of a core",
    1,
  );
  const asked = (await control(env, "GET requests")).filter(({ operation }) => operation === "GetMetricData");
  report("GetMetricData a minute of watching", (inWatch(asked, events) / minutes).toFixed(2), "calls", 1);
  const own = between(events) / 1000;
  const lags = lagsOf(await truths, events);
  const parts = [own, ...lags];
  const sum = parts.reduce((total, part) => total + part, 0);
  const note = `${own.toFixed(1)} between its waits; told after the truth: ${lags.map((lag) => lag.toFixed(1)).join(", ")}`;
  report("added to the time that AWS takes", sum.toFixed(1), "s", 5, note);
}

/** Tasks that have not stopped. */
function alive({ tasks }) {
  return tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
}

function isOf({ deployments, tasks, desired }, revision) {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const ready = tasks.filter((task) => task.taskDefinition === revision && task.targetState === "healthy");
  return primary.taskDefinition === revision && primary.rolloutState === "COMPLETED" && ready.length >= desired;
}

async function truth(holds) {
  for (;;) {
    const { services } = await control(env, "GET state");
    if (holds(services[0])) return Date.now();
    // Often: what is seen late here would flatter the program, tenfold.
    await delay(5);
  }
}

function lagsOf(truths, events) {
  return ["shrink", "migrate", "grow"].map((step, index) => {
    const told = events.find((event) => event.type === "step.verified" && event.step === step)?.heard;
    return (Math.max(0, told - truths[index]) * SPEED) / 1000;
  });
}

/** From one step's end to the next one's request or wait: what the program itself takes, in real milliseconds. */
function between(events) {
  let own = 0;
  let since = events[0].heard;
  for (const { type, heard } of events) {
    if (type === "step.sent" || type === "step.planned" || type === "step.skipped") own += heard - since;
    since = heard;
  }
  return own;
}

/** From when the watch began; the baseline that it begins with is one call more. */
function inWatch(asked, events) {
  const begun = events.find(({ type, step }) => type === "step.planned" && step === "watch")?.at;
  return asked.filter(({ at }) => at >= begun).length - 1;
}

function cpuOf(pid) {
  const fields = stat(pid);
  return fields === undefined ? undefined : (Number(fields[13]) + Number(fields[14])) / TICKS;
}

function stat(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(" ");
  } catch {
    return undefined;
  }
}

function memoryOf(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
