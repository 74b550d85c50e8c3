import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox, ServiceState } from "../../src/sandbox/index.ts";
import { type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { callsInMinute, deploy } from "../support/stories/rollout.ts";
import type { Figure } from "./follow-main.ts";

/** Virtual seconds a simulated second. */
const SPEED = 40;
/** Virtual ms that an answer of AWS takes: a usual one, seen from another network. */
const ANSWER_MS = 200;
/** Virtual ms between two looks at the truth. */
const LOOK_MS = 200;
/** From so many seconds after the beginning of a deployment it is followed; the worst figure counts. */
const BEGUN_S = [0, 35, 65, 85, 97];
const BEGUN_IN_VAIN_S = [0, 10, 20, 37];
const NEW = "vulcan-prod:43";

type Holds = (service: ServiceState) => boolean;

/** A line of the program's output, with the moment (virtual ms) in which it was written. */
interface Told {
  readonly at: number;
  readonly line: Readonly<Record<string, unknown>>;
}

let rig: Rig;

export async function figures(): Promise<readonly Figure[]> {
  rig = await openRig("major-release", SPEED);
  try {
    return [...(await followed()), ...(await followedInVain()), ...(await upgraded()), ...(await upgradedInVain())];
  } finally {
    await rig.close();
  }
}

async function followed(): Promise<readonly Figure[]> {
  await world("major-release");
  await deploy(43);
  const { told, over } = run("upgrade", "--follow");
  const goneAt = await until(isGone);
  const { code } = await over;
  const calls = callsInMinute(ours());
  return [
    ["exit code of a followed deployment", code, "", 0],
    ["UPGRADED told after the last old task", seconds(told.at(-1), goneAt), "s", 8],
    ["all tasks healthy, told after the truth", await worst(BEGUN_S, healthyTold), "s", 8],
    ["API calls in the busiest minute of following", calls, "calls", 40],
  ];
}

/** Followed from so many seconds after the deployment began. */
async function healthyTold(after: number): Promise<number> {
  await world("major-release");
  await deploy(43);
  await delay((after * 1000) / SPEED);
  const stop = new AbortController();
  const { told, over } = runUntil(stop.signal, "upgrade", "--follow");
  const healthyAt = await until(isServing);
  const isTold = ({ line }: Told) => (line.phases as readonly { readonly state: string }[])[4]?.state === "done";
  while (!told.some(isTold)) await delay(LOOK_MS / SPEED);
  stop.abort(130);
  await over;
  return seconds(told.find(isTold), healthyAt);
}

async function followedInVain(): Promise<readonly Figure[]> {
  let calls = 0;
  const failedTold = async (after: number): Promise<number> => {
    await world("wrong-platform");
    await delay((after * 1000) / SPEED);
    const { told, over } = run("upgrade", "--follow");
    const stoppedAt = await until(hasStopped(1));
    await over;
    calls = Math.max(calls, callsInMinute(ours()));
    const { verdict, exitCode } = told.at(-1)?.line ?? {};
    return verdict === "FAILED" && exitCode === 1 ? seconds(told.at(-1), stoppedAt) : Number.POSITIVE_INFINITY;
  };
  return [
    ["FAILED told after the first stopped task", await worst(BEGUN_IN_VAIN_S, failedTold), "s", 5],
    ["... API calls in the busiest minute", calls, "calls", 40],
  ];
}

async function worst(begun: readonly number[], measure: (after: number) => Promise<number>): Promise<number> {
  let most = 0;
  for (const after of begun) most = Math.max(most, await measure(after));
  return most;
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
