// How soon after the sandbox's moment of truth a verdict is there, ours and that of `aws ecs wait services-stable`, at
// speed 1: two reverts, one that succeeds and one that cannot start. Takes about eight minutes.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { control, MAIN, node, report, startSandbox, state, stopSandbox, tidy, time } from "./measure.mjs";

console.log(`verdict bench: Node ${process.version}, speed 1`);
try {
  await succeeding();
  await failing();
} finally {
  tidy();
}

async function succeeding() {
  const { env } = startSandbox("bad-but-healthy", 1);
  try {
    const truth = untilState(env, isServing);
    const rollback = startRollback(env);
    const { worldAt: sentAt } = await rollback.saw("step.sent", "revert");
    const waiter = runWaiter(env);
    const [trueAt, { at: toldAt }] = await Promise.all([truth, rollback.saw("step.verified", "rollout")]);
    const stableAt = await waiter;
    report("success told after the truth", seconds(toldAt - trueAt), "s", 8);
    report("the same by aws ecs wait services-stable", stableAt === undefined ? "-" : seconds(stableAt - trueAt), "s");
    rollback.child.kill("SIGINT");
    report("API calls in the busiest minute of waiting", await busiestMinute(env, sentAt), "calls", 40);
  } finally {
    stopSandbox();
  }
}

/** The preflight would stop it; without leave to look into the registry it cannot know. */
async function failing() {
  const { env } = startSandbox("image-gone", 1);
  try {
    await control(env, "POST faults", { operation: "DescribeImages", kind: "access-denied", times: "always" });
    const stopped = untilState(env, hasStopped);
    const rollback = startRollback(env);
    const [stoppedAt, { at: toldAt }] = await Promise.all([stopped, rollback.saw("step.failed", "rollout")]);
    report("failure told after the first stopped task", seconds(toldAt - stoppedAt), "s", 5);
    rollback.child.kill("SIGINT");
  } finally {
    stopSandbox();
  }
}

function startRollback(env) {
  const words = ["rollback", "--yes", "--confirm", "42", "--expect-current", "43", "--output", "ndjson"];
  const child = spawn(node, [MAIN, ...words, "--state-dir", state], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const seen = [];
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const told = JSON.parse(line);
    const event = { ...told, at: Date.now(), worldAt: Date.parse(told.at) };
    seen.push(event);
    for (const { is, resolve } of waiting) if (is(event)) resolve(event);
  });
  const saw = (type, step) => {
    const is = (event) => event.type === type && event.step === step;
    const early = seen.find(is);
    return early === undefined ? new Promise((resolve) => waiting.push({ is, resolve })) : Promise.resolve(early);
  };
  return { child, saw };
}

/** When the AWS CLI says that the service is stable; undefined where it is not installed. */
function runWaiter(env) {
  if (time("aws", ["--version"]).status !== 0) return undefined;
  const words = ["ecs", "wait", "services-stable", "--cluster", "vulcan-prod", "--services", "vulcan-prod"];
  const child = spawn("aws", words, { env: { ...process.env, ...env }, stdio: "ignore" });
  return new Promise((resolve) => child.once("exit", (code) => resolve(code === 0 ? Date.now() : undefined)));
}

async function untilState(env, holds) {
  for (;;) {
    const { services } = await control(env, "GET state");
    if (holds(services[0])) return Date.now();
    await delay(100);
  }
}

function isOld({ taskDefinition }) {
  return taskDefinition === "vulcan-prod:42";
}

function isServing({ deployments, tasks, desired }) {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const ready = tasks.filter(
    (task) =>
      isOld(task) && task.lastStatus === "RUNNING" && task.health === "HEALTHY" && task.targetState === "healthy",
  );
  return isOld(primary) && primary.rolloutState === "COMPLETED" && ready.length === desired;
}

/** From then on DescribeTasks tells why, though the task is not gone yet. */
function hasStopped({ tasks }) {
  return tasks.some((task) => isOld(task) && task.stoppedReason !== undefined);
}

/** Of our calls, not of the waiter beside it, nor of the plan before. */
async function busiestMinute(env, since) {
  const times = (await control(env, "GET requests"))
    .filter(({ input, userAgent = "" }) => input !== undefined && !userAgent.startsWith("aws-cli"))
    .map(({ at }) => Date.parse(at))
    .filter((at) => at >= since);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

function seconds(ms) {
  return (ms / 1000).toFixed(1);
}
