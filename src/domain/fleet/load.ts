import { groupedBy } from "../grouped.ts";
import type { Plan, PlannedStep } from "../plan.ts";
import { type Bucket, countByBucket, ECS_BUCKETS, MOST_RESTORES_AT_ONCE, OUR_SHARE } from "./buckets.ts";

/** What a target's plan asks of the APIs of its account-Region. */
export interface TargetLoad {
  readonly target: string;
  /** `111122223333/eu-west-1` */
  readonly accountRegion: string;
  /** Requests that it sends, by the bucket's name. */
  readonly writes: ReadonlyMap<string, number>;
  readonly restores: number;
  /** How long it runs, by what its waits usually take. */
  readonly seconds: number;
}

/**
 * A waiting execution makes at most 40 calls a minute, and at most a third of them in one bucket: 13.3 a minute, here
 * rounded up. The bench of rollouts holds the program to the 40.
 */
export const WAIT_CALLS_A_SECOND = 0.25;

/** What a step sends that is planned only after an earlier one, by its action. */
const DEFERRED_WRITES: Readonly<Record<string, string>> = {
  "ecs.copyRevision": "ecs:RegisterTaskDefinition",
  "ecs.protectTask": "ecs:UpdateTaskProtection",
  "ecs.stopTasks": "ecs:StopTask",
};

/** Start, image and the reads before the first wait. [K] */
const SECONDS_TO_START = 60;

export function loadOf(plan: Plan, accountRegion: string): TargetLoad {
  const steps = [...plan.steps, ...plan.finally].filter(({ readiness }) => readiness !== "left-out");
  const sent = steps.flatMap(writeOf);
  const writes = countByBucket(sent);
  const restores = sent.filter((action) => action.startsWith("rds:Restore")).length;
  const waits = steps.reduce((sum, { usualSeconds = 0 }) => sum + usualSeconds, 0);
  return { target: plan.target.name, accountRegion, writes, restores, seconds: SECONDS_TO_START + waits };
}

function writeOf({ operation, readiness, risk, action }: PlannedStep): readonly string[] {
  if (operation !== null) return [`${operation.service}:${operation.name}`];
  if (readiness !== "deferred" || risk === "read" || !action.startsWith("ecs.")) return [];
  return [DEFERRED_WRITES[action] ?? "ecs:UpdateService"];
}

/** Seconds over which the starts of a wave are spread: at least, and at most. */
export const JITTER = { least: 20, most: 120 } as const;

/** The load of a wave on one bucket of one account-Region at its peak. */
export interface PeakLoad {
  readonly accountRegion: string;
  readonly bucket: string;
  readonly callsPerSecond: number;
  /** What of the bucket is ours. */
  readonly limit: number;
}

export interface WaveLoad {
  /** Seconds over which its starts are spread, so that the requests at the start fit the bursts. */
  readonly jitter: number;
  /** The one that comes nearest to its limit. */
  readonly peak: PeakLoad;
  /** Why the wave cannot run like this; empty where it can. */
  readonly refusals: readonly string[];
}

interface Sharing {
  readonly concurrency: number;
  /** In the order in which they start. */
  readonly loads: readonly TargetLoad[];
}

/**
 * The peak of a wave, whose targets start in the order that they are in. Refused is what exceeds our half of a bucket in
 * this order, or the whole bucket in any order: the engine is not known to keep the order.
 */
export function waveLoad(name: string, { concurrency, loads }: Sharing): WaveLoad {
  const groups = groupedBy(loads, ({ accountRegion }) => accountRegion);
  const all = [...groups].map(([accountRegion, own]) => {
    const atOnce = mostAtOnce(loads, concurrency, accountRegion);
    const inAnyOrder = Math.min(concurrency, own.length);
    return { accountRegion, own, atOnce, inAnyOrder };
  });
  const peaks = all.flatMap(({ accountRegion, own, atOnce }) => peaksOf(accountRegion, own, atOnce));
  const jitters = all.flatMap(({ own, atOnce }) => ECS_BUCKETS.map((bucket) => jitterFor(bucket, own, atOnce)));
  const jitter = Math.min(JITTER.most, Math.max(JITTER.least, ...jitters));
  const [peak = NO_PEAK] = peaks.sort((a, b) => b.callsPerSecond / b.limit - a.callsPerSecond / a.limit);
  return { jitter, peak, refusals: all.flatMap((one) => refusalsOf(name, one)) };
}

const NO_PEAK: PeakLoad = { accountRegion: "", bucket: "", callsPerSecond: 0, limit: 1 };

/** The most targets of an account-Region among any that start one after another. */
function mostAtOnce(loads: readonly TargetLoad[], concurrency: number, accountRegion: string): number {
  let [now, most] = [0, 0];
  loads.forEach((load, index) => {
    if (load.accountRegion === accountRegion) now += 1;
    if (loads[index - concurrency]?.accountRegion === accountRegion) now -= 1;
    most = Math.max(most, now);
  });
  return most;
}

function peaksOf(accountRegion: string, own: readonly TargetLoad[], atOnce: number): readonly PeakLoad[] {
  return ECS_BUCKETS.flatMap((bucket) => {
    const callsPerSecond = rateOf(bucket, own, atOnce);
    if (callsPerSecond === 0) return [];
    return [{ accountRegion, bucket: bucket.name, callsPerSecond, limit: bucket.perSecond * OUR_SHARE }];
  });
}

/** Waits read services, deployments, revisions and tasks; what is sent is spread over the time that a target takes. */
function rateOf(bucket: Bucket, own: readonly TargetLoad[], atOnce: number): number {
  if (WAIT_BUCKETS.has(bucket.name)) return atOnce * WAIT_CALLS_A_SECOND;
  const rates = own.map(({ writes, seconds }) => (writes.get(bucket.name) ?? 0) / seconds);
  return atOnce * Math.max(0, ...rates);
}

const WAIT_BUCKETS: ReadonlySet<string> = new Set([
  "service reads",
  "deployment reads",
  "revision reads",
  "task reads",
  "definition reads",
]);

/**
 * Seconds over which so many first requests of each target fit our half of the burst and what comes after it. Its last
 * start is one lane before the end of them, and starts are at whole seconds.
 */
function jitterFor({ name, burst, perSecond }: Bucket, own: readonly TargetLoad[], atOnce: number): number {
  const calls = atOnce * Math.max(0, ...own.map(({ writes }) => writes.get(name) ?? 0));
  const beyond = calls - burst * OUR_SHARE;
  if (beyond <= 0) return 0;
  return Math.ceil((beyond / (perSecond * OUR_SHARE)) * (atOnce / Math.max(1, atOnce - 1))) + 1;
}

interface Concurrent {
  readonly accountRegion: string;
  readonly own: readonly TargetLoad[];
  readonly atOnce: number;
  readonly inAnyOrder: number;
}

function refusalsOf(name: string, { accountRegion, own, atOnce, inAnyOrder }: Concurrent): readonly string[] {
  const buckets = ECS_BUCKETS.flatMap((bucket): readonly string[] => {
    const rate = rateOf(bucket, own, atOnce);
    const limit = bucket.perSecond * OUR_SHARE;
    const worst = rateOf(bucket, own, inAnyOrder);
    const isTooLong = jitterFor(bucket, own, atOnce) > JITTER.most;
    if (rate <= limit && worst <= bucket.perSecond && !isTooLong) return [];
    const why = isTooLong
      ? `${atOnce} of its targets start at once, more than ${bucket.name} of ECS take within ${JITTER.most} s`
      : `${rate > limit ? atOnce : inAnyOrder} of its targets at once make ${shortNumber(rate > limit ? rate : worst)} calls a second of the ${bucket.perSecond} that ECS allows for ${bucket.name}`;
    return [`wave ${name}: in ${accountRegion} ${why}`];
  });
  const restores = Math.max(0, ...own.map((load) => load.restores)) > 0;
  if (!restores || inAnyOrder <= MOST_RESTORES_AT_ONCE) return buckets.slice(0, 1);
  return [
    ...buckets.slice(0, 1),
    `wave ${name}: in ${accountRegion} ${inAnyOrder} restores at once, and RDS publishes no rate: at most ${MOST_RESTORES_AT_ONCE}`,
  ];
}

export const shortNumber = (value: number): string => String(Math.round(value * 100) / 100);

/** The greatest concurrency that is not refused, up to the given one; 0 where none is. More at once is never less load. */
export function mostConcurrency(name: string, { concurrency, loads }: Sharing): number {
  let [possible, refused] = [0, concurrency + 1];
  while (refused - possible > 1) {
    const middle = Math.floor((possible + refused) / 2);
    if (waveLoad(name, { concurrency: middle, loads }).refusals.length === 0) possible = middle;
    else refused = middle;
  }
  return possible;
}

/** Takes a target of each account-Region in turn: side by side, they do not share a bucket. */
export function interleave(loads: readonly TargetLoad[]): readonly TargetLoad[] {
  const groups = [...groupedBy(loads, ({ accountRegion }) => accountRegion).values()];
  // Spread evenly over the whole wave, whatever the sizes: the k-th of n stands at (k + ½) / n.
  return groups
    .flatMap((group) => group.map((load, index) => ({ load, at: (index + 0.5) / group.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ load }) => load);
}
