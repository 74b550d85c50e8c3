import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox, ServiceState } from "../../src/sandbox/index.ts";
import { openRig, type Outcome, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { callsInMinute, deploy } from "../support/stories/rollout.ts";
import type { Figure } from "./follow-main.ts";

/** Virtual seconds a simulated second. */
const SPEED = 40;
/** Virtual ms that an answer of AWS takes: a usual one, seen from another network. */
const ANSWER_MS = 200;
/** Virtual ms between two looks at the truth. */
const LOOK_MS = 200;
const NEW = "vulcan-prod:43";

type Holds = (service: ServiceState) => boolean;

/** A line of the program's output, with the moment (virtual ms) in which it was written. */
interface Told {
  readonly at: number;
  readonly line: Readonly<Record<string, unknown>>;
}

let rig: Rig;

const ONLY = process.env.ONLY; // TEMP
function trace(name: string, marks: Record<string, number | undefined>, from = ours()) {
  if (process.env.TRACE === undefined) return;
  const t0 = Date.parse(from[0]?.at ?? "");
  const rows = [...from.map(({ at, operation }) => [Date.parse(at) - t0, operation] as const), ...Object.entries(marks).map(([k, v]) => [(v ?? 0) - t0, `###### ${k}`] as const)];
  console.log(name);
  for (const [at, what] of rows.sort((a, b) => a[0] - b[0])) console.log((at / 1000).toFixed(1), what);
}
export async function figures(): Promise<readonly Figure[]> {
  rig = await openRig("major-release", SPEED);
  try {
    const out: Figure[] = [];
    for (const [n, f] of Object.entries({ followed, followedInVain, upgraded, upgradedInVain })) if (!ONLY || ONLY.split(",").includes(n)) out.push(...(await f()));
    return out;
  } finally {
    await rig.close();
  }
}

async function followed(): Promise<readonly Figure[]> {
  await world("major-release");
  await deploy(43);
  const { told, over } = run("upgrade", "--follow");
  const [healthyAt, goneAt] = await Promise.all([until(isServing), until(isGone)]);
  const { code } = await over;
  const healthy = told.find(({ line }) => (line.phases as { state: string }[])[4]?.state === "done");
  trace("followed", { healthyAt, goneAt, told: healthy?.at, end: told.at(-1)?.at });
  return [
    ["exit code of a followed deployment", code, "", 0],
    ["all tasks healthy, told after the truth", seconds(healthy, healthyAt), "s", 8],
    ["UPGRADED told after the last old task", seconds(told.at(-1), goneAt), "s", 8],
    ["API calls in the busiest minute of following", callsInMinute(ours()), "calls", 40],
  ];
}

async function followedInVain(): Promise<readonly Figure[]> {
  await world("wrong-platform");
  const { told, over } = run("upgrade", "--follow");
  const stoppedAt = await until(hasStopped(1));
  const { code } = await over;
  trace("vain", { stoppedAt, end: told.at(-1)?.at });
  return [
    ["exit code of one that cannot start", code, "", 1],
    ["FAILED told after the first stopped task", seconds(told.at(-1), stoppedAt), "s", 5],
    ["... API calls in the busiest minute", callsInMinute(ours()), "calls", 40],
  ];
}

async function upgraded(): Promise<readonly Figure[]> {
  await world("major-release");
  const stop = new AbortController();
  const { told, over } = upgrade(stop.signal);
  const [completedAt, goneAt] = await Promise.all([until(isCompleted), until(isGone)]);
  const verified = (step: string) => told.find(({ line }) => line.type === "step.verified" && line.step === step);
  while (verified("drained") === undefined) await delay(LOOK_MS / SPEED);
  stop.abort(130);
  await over;
  trace("upgraded", { completedAt, goneAt, served: verified("deploy")?.at, drained: verified("drained")?.at }, ofWaits());
  return [
    ["upgrade: SERVING told after ECS says COMPLETED", seconds(verified("deploy"), completedAt), "s", 8],
    ["upgrade: drained told after the last old task", seconds(verified("drained"), goneAt), "s", 8],
    ["API calls in the busiest minute of an upgrade's waits", callsInMinute(ofWaits()), "calls", 40],
  ];
}

async function upgradedInVain(): Promise<readonly Figure[]> {
  await world("major-release-fails");
  const { told, over } = upgrade(new AbortController().signal);
  const stoppedAt = await until(hasStopped(2));
  const { code } = await over;
  const failed = told.find(({ line }) => line.type === "step.failed");
  trace("upgradeVain", { stoppedAt, failed: failed?.at }, ofWaits());
  return [
    ["exit code of an upgrade whose migration fails", code, "", 1],
    ["upgrade: FAILED told after two tasks have stopped", seconds(failed, stoppedAt), "s", 5],
    ["... API calls in the busiest minute of its waits", callsInMinute(ofWaits()), "calls", 40],
  ];
}

async function world(scenario: string): Promise<void> {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset(scenario);
  rig.sandbox.inject({ operation: "*", when: "before", kind: "stall", ms: ANSWER_MS / SPEED, times: Infinity });
}

const upgrade = (stop: AbortSignal) =>
  runUntil(stop, "upgrade", "--to", "43", "--yes", "--confirm", "43", "--expect-current", "42");

const run = (...words: readonly string[]) => runUntil(new AbortController().signal, ...words);

function runUntil(
  stop: AbortSignal,
  ...words: readonly string[]
): { readonly told: readonly Told[]; readonly over: Promise<Outcome> } {
  const told: Told[] = [];
  const heard = (text: string): void => {
    for (const line of text.split("\n").filter((one) => one !== ""))
      told.push({ at: rig.sandbox.now(), line: JSON.parse(line) });
  };
  const over = vulcanOps([...words, "--output", "ndjson", "--state-dir", rig.stateDir], { stop, heard });
  return { told, over };
}

async function until(holds: Holds): Promise<number> {
  for (;;) {
    const [service] = rig.sandbox.state().services;
    if (service !== undefined && holds(service)) return rig.sandbox.now();
    await delay(LOOK_MS / SPEED);
  }
}

type Request = ReturnType<Sandbox["requests"]>[number];

/** The program's own calls: not those of the deployment before, nor of the balancer's users. */
const ours = (): readonly Request[] =>
  rig.sandbox.requests().filter(({ input, userAgent }) => input !== undefined && userAgent?.includes("vulcan-ops/"));

/** From the request for the deployment to the watch, which has a pace of its own. */
function ofWaits(): readonly Request[] {
  const all = ours();
  const sent = all.findIndex(({ operation }) => operation === "UpdateService");
  const watched = all.findIndex(({ operation }, index) => index > sent && operation === "GetMetricData");
  return all.slice(sent + 1, watched === -1 ? undefined : watched);
}

/** Of the sandbox's time; a moment in which nothing was told is one too many. */
function seconds(told: Told | undefined, truth: number): number {
  return told === undefined ? Number.POSITIVE_INFINITY : Math.round(Math.max(0, told.at - truth) / 100) / 10;
}

const isNew = ({ taskDefinition }: { readonly taskDefinition: string }): boolean => taskDefinition === NEW;

const isServing: Holds = ({ tasks, desired }) =>
  tasks.filter((task) => isNew(task) && task.health === "HEALTHY" && task.targetState === "healthy").length === desired;

/** Only then the breaker takes nothing back any more. */
const isCompleted: Holds = ({ deployments }) =>
  deployments.some((one) => one.status === "PRIMARY" && isNew(one) && one.rolloutState === "COMPLETED");

const isGone: Holds = ({ tasks, desired }) => {
  const alive = tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
  return alive.length === desired && alive.every(isNew);
};

/** From then on DescribeTasks tells why, though a task is not gone yet. */
const hasStopped =
  (count: number): Holds =>
  ({ tasks }) =>
    tasks.filter((task) => isNew(task) && task.stoppedReason !== undefined).length >= count;
