/** A token bucket of AWS, per account and Region. */
export interface Bucket {
  readonly name: string;
  /** Requests at once. */
  readonly burst: number;
  /** Requests a second from then on. */
  readonly perSecond: number;
  readonly actions: readonly string[];
}

/** [D: docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html], read on 28 Nov 2026. */
export const ECS_BUCKETS: readonly Bucket[] = [
  {
    name: "service writes",
    burst: 50,
    perSecond: 5,
    actions: ["ecs:CreateService", "ecs:DeleteService", "ecs:UpdateService"],
  },
  { name: "service reads", burst: 100, perSecond: 20, actions: ["ecs:DescribeServices", "ecs:ListServices"] },
  {
    name: "deployment reads",
    burst: 50,
    perSecond: 20,
    actions: ["ecs:DescribeServiceDeployments", "ecs:ListServiceDeployments"],
  },
  { name: "revision reads", burst: 50, perSecond: 20, actions: ["ecs:DescribeServiceRevisions"] },
  { name: "task reads", burst: 100, perSecond: 20, actions: ["ecs:DescribeTasks", "ecs:ListTasks"] },
  {
    name: "definition reads",
    burst: 50,
    perSecond: 20,
    actions: ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions"],
  },
  {
    name: "definition writes",
    burst: 20,
    perSecond: 1,
    actions: ["ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition"],
  },
  {
    name: "task writes",
    burst: 100,
    perSecond: 40,
    actions: ["ecs:ExecuteCommand", "ecs:RunTask", "ecs:StopTask"],
  },
  {
    name: "task protection",
    burst: 200,
    perSecond: 80,
    actions: ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"],
  },
];

/** Half of each bucket is for the fleet: other deployments, and people, need the rest. */
export const OUR_SHARE = 0.5;

/** Undefined: no figure is published, or the action is not of ECS. */
export const bucketOf = (action: string): Bucket | undefined =>
  ECS_BUCKETS.find(({ actions }) => actions.includes(action));

/** RDS publishes no rates, and 40 instances is its usual quota [K]: a fleet of restores meets that first. */
export const MOST_RESTORES_AT_ONCE = 3;

/** The key of what shares a bucket. */
export const accountRegionKey = (account: string, region: string): string => `${account}/${region}`;

/**
 * When requests may leave, by the share of each bucket that is ours, for one account-Region. Reserves at once, and keeps
 * no list: it holds, for each bucket, the time at which it would be full again (the generic cell rate algorithm).
 */
export class BucketShare {
  readonly #share: number;
  readonly #fullAt = new Map<string, number>();

  constructor(share = OUR_SHARE) {
    this.#share = share;
  }

  /**
   * Takes so many requests of each bucket, by its name, and tells the ms from `now` (epoch ms) until they may leave.
   * Fewer than none gives back what was taken and not sent.
   */
  reserve(calls: ReadonlyMap<string, number>, now: number): number {
    let wait = 0;
    for (const { name, burst, perSecond } of ECS_BUCKETS) {
      const count = calls.get(name) ?? 0;
      if (count === 0) continue;
      const each = 1000 / (perSecond * this.#share);
      const fullAt = Math.max(this.#fullAt.get(name) ?? now, now) + count * each;
      this.#fullAt.set(name, fullAt);
      wait = Math.max(wait, fullAt - burst * this.#share * each - now);
    }
    return Math.max(0, Math.ceil(wait));
  }
}

/** Counts actions by their bucket. Those without one are left out. */
export function countByBucket(actions: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const action of actions) {
    const name = bucketOf(action)?.name;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
