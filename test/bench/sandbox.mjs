// Figures of the sandbox, seen from outside its process: how soon it is there, what it costs, how true its clock is.
// CPU and memory are read from /proc (Linux).
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { DescribeDBInstancesCommand, RDSClient, RestoreDBInstanceToPointInTimeCommand } from "@aws-sdk/client-rds";
import { control, median, report, startSandbox, stopSandbox, tidy } from "./measure.mjs";

/** Clock ticks a second, as /proc counts CPU time. */
const TICKS = 100;

const clientOf = (Client, env) =>
  new Client({
    endpoint: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
  });

console.log(`sandbox bench: Node ${process.version}`);
try {
  ready();
  await inOne("bad-release", 60, async ({ env, pid }) => {
    await resets(env);
    if (existsSync(`/proc/${pid}/stat`)) await costs(env, pid);
    await restores(env);
  });
  for (const speed of [1, 10, 60]) await inOne("healthy", speed, ({ env }) => clock(env, speed));
} finally {
  tidy();
}

async function inOne(scenario, speed, run) {
  const sandbox = startSandbox(scenario, speed);
  try {
    await run(sandbox);
  } finally {
    stopSandbox();
  }
}

function ready() {
  const times = Array.from({ length: 5 }, () => {
    const { ms } = startSandbox("bad-release", 60);
    stopSandbox();
    return ms;
  });
  report("ready (process, start to ports)", (median(times) / 1000).toFixed(2), "s", 2.5, spread(times));
}

async function resets(env) {
  const times = [];
  for (let round = 0; round < 24; round++) {
    const begun = performance.now();
    await control(env, "POST reset", { scenario: round % 2 === 0 ? "healthy" : "bad-release" });
    times.push(performance.now() - begun);
  }
  report("reset", median(times).toFixed(0), "ms", 300, spread(times));
}

async function costs(env, pid) {
  await control(env, "POST reset", { scenario: "healthy" });
  await delay(3000);
  const before = cpuOf(pid);
  const seconds = 15;
  await delay(seconds * 1000);
  report(
    "idle, of one core",
    (((cpuOf(pid) - before) / TICKS / seconds) * 100).toFixed(1),
    "%",
    2,
    "the host's process",
  );
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  report("memory beside PostgreSQL", resident.toFixed(0), "MB", 150);
}

function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** From the call until the copy says `available`, and its server answers. */
async function restores(env) {
  const rds = clientOf(RDSClient, env);
  const times = [];
  for (let round = 0; round < 3; round++) {
    const TargetDBInstanceIdentifier = `vulcan-prod-restored-${round}`;
    const begun = performance.now();
    await rds.send(
      new RestoreDBInstanceToPointInTimeCommand({
        SourceDBInstanceIdentifier: "vulcan-prod",
        TargetDBInstanceIdentifier,
        UseLatestRestorableTime: true,
      }),
    );
    const asked = new DescribeDBInstancesCommand({ DBInstanceIdentifier: TargetDBInstanceIdentifier });
    while ((await rds.send(asked)).DBInstances?.[0]?.DBInstanceStatus !== "available") await delay(50);
    times.push(performance.now() - begun);
  }
  report("restore at speed 60", (median(times) / 1000).toFixed(2), "s", 6, spread(times));
}

/** How far virtual time falls short of real time x speed while a rollout starts and stops real tasks. */
async function clock(env, speed) {
  const reading = () => {
    const { virtual, real, rate } = JSON.parse(readFileSync(env.VULCAN_OPS_CLOCK, "utf8"));
    return virtual + (Date.now() - real) * rate;
  };
  const ecs = clientOf(ECSClient, env);
  const service = "vulcan-prod";
  const [virtual, real] = [reading(), Date.now()];
  await ecs.send(new UpdateServiceCommand({ cluster: service, service, forceNewDeployment: true }));
  // The rollout with its drain takes about nine virtual minutes; at speed 1 the first minute and a half is looked at.
  await delay(Math.max(10_000, 90_000 / speed));
  const share = (reading() - virtual) / ((Date.now() - real) * speed);
  report(`clock behind real time, speed ${speed}`, ((1 - share) * 100).toFixed(2), "%", 1, "a rollout under way");
}

function spread(times) {
  return `${Math.min(...times).toFixed(0)}-${Math.max(...times).toFixed(0)} ms`;
}
