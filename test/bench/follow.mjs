// How soon after the sandbox's moment of truth `upgrade --follow` and `upgrade` say it: a deployment that succeeds, and one
// that fails. Takes about six minutes.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { control, MAIN, node, report, startSandbox, stopSandbox, tidy } from "./measure.mjs";

/** What the program itself takes counts so many times as much in virtual time. */
const SPEED = 4;
const NEW = "vulcan-prod:43";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

console.log(`follow bench: Node ${process.version}, speed ${SPEED}`);
try {
  await succeeding();
  await failing();
  await upgrading();
  await upgradingInVain();
} finally {
  tidy();
}

async function succeeding() {
  const { env } = startSandbox("major-release", SPEED);
  try {
    await deploy(env);
    const { seen, exit } = startFollowing(env);
    const [servingAt, goneAt] = await Promise.all([untilState(env, isServing), untilState(env, isGone)]);
    const code = await exit;
    const healthyAt = seen.find(({ phases }) => phases[4]?.state === "done")?.heard;
    report("exit code of a followed deployment", code, "", 0);
    report("all tasks healthy, told after the truth", seconds(healthyAt - servingAt), "s", 8);
    report("UPGRADED told after the last old task", seconds(seen.at(-1).heard - goneAt), "s", 8);
    report("API calls in the busiest minute of following", await busiestMinute(env), "calls", 40);
  } finally {
    stopSandbox();
  }
}

async function failing() {
  const { env } = startSandbox("wrong-platform", SPEED);
  try {
    const { seen, exit } = startFollowing(env);
    const stoppedAt = await untilState(env, hasStopped);
    report("exit code of one that cannot start", await exit, "", 1);
    report("FAILED told after the first stopped task", seconds(seen.at(-1).heard - stoppedAt), "s", 5);
  } finally {
    stopSandbox();
  }
}

async function upgrading() {
  const { env } = startSandbox("major-release", SPEED);
  try {
    const { seen, exit, leave } = startUpgrade(env);
    const [servingAt, goneAt] = await Promise.all([untilState(env, isServing), untilState(env, isGone)]);
    const told = (step) => until(() => seen.find((event) => event.type === "step.verified" && event.step === step));
    const [served, drained] = [await told("deploy"), await told("drained")];
    leave();
    await exit;
    report("upgrade: SERVING told after all tasks are healthy", seconds(served.heard - servingAt), "s", 8);
    report("upgrade: drained told after the last old task", seconds(drained.heard - goneAt), "s", 8);
    report(
      "API calls in the busiest minute of an upgrade's waits",
      await busiestMinute(env, "UpdateService"),
      "calls",
      40,
    );
  } finally {
    stopSandbox();
  }
}

async function upgradingInVain() {
  const { env } = startSandbox("major-release-fails", SPEED);
  try {
    const { seen, exit } = startUpgrade(env);
    const stoppedAt = await untilState(env, haveStopped);
    report("exit code of an upgrade whose migration fails", await exit, "", 1);
    const failed = seen.find(({ type }) => type === "step.failed");
    report("upgrade: FAILED told after two tasks have stopped", seconds(failed.heard - stoppedAt), "s", 5);
  } finally {
    stopSandbox();
  }
}

async function until(find) {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await delay(20);
  }
}

function startUpgrade(env) {
  const words = ["upgrade", "--to", "43", "--yes", "--confirm", "43", "--expect-current", "42", "--output", "ndjson"];
  return startProgram(env, words);
}

/** As a pipeline does. */
async function deploy(env) {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = env;
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY };
  const names = { cluster: "vulcan-prod", service: "vulcan-prod", taskDefinition: NEW };
  await new ECSClient({ endpoint, region, credentials }).send(new UpdateServiceCommand(names));
}

function startFollowing(env) {
  return startProgram(env, ["upgrade", "--follow", "--output", "ndjson"]);
}

function startProgram(env, words) {
  const child = spawn(node, [MAIN, ...words], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const seen = [];
  createInterface({ input: child.stdout }).on("line", (line) => seen.push({ ...JSON.parse(line), heard: Date.now() }));
  const exit = new Promise((resolve) => child.once("close", resolve));
  return { seen, exit, leave: () => child.kill("SIGINT") };
}

async function untilState(env, holds) {
  for (;;) {
    const { services } = await control(env, "GET state");
    if (holds(services[0])) return Date.now();
    await delay(20);
  }
}

function isNew({ taskDefinition }) {
  return taskDefinition === NEW;
}

function isServing({ tasks, desired }) {
  const ready = tasks.filter((task) => isNew(task) && task.health === "HEALTHY" && task.targetState === "healthy");
  return ready.length === desired;
}

function isGone({ tasks, desired }) {
  const alive = tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
  return alive.length === desired && alive.every(isNew);
}

/** From then on DescribeTasks tells why, though the task is not gone yet. */
function hasStopped({ tasks }) {
  return tasks.some((task) => isNew(task) && task.stoppedReason !== undefined);
}

/** What is settled by a second one. */
function haveStopped({ tasks }) {
  return tasks.filter((task) => isNew(task) && task.stoppedReason !== undefined).length > 1;
}

/** Of our calls, not of the deployment before; `after`: of those after this one. */
async function busiestMinute(env, after) {
  const all = await control(env, "GET requests");
  const times = all
    .slice(all.findIndex(({ operation }) => operation === after) + 1)
    .filter(({ input, userAgent = "" }) => input !== undefined && userAgent.includes("vulcan-ops/"))
    .map(({ at }) => Date.parse(at));
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

/** Of the sandbox's time. */
function seconds(ms) {
  return ((Math.max(0, ms) * SPEED) / 1000).toFixed(1);
}
