import type { Fault } from "../../src/sandbox/index.ts";
import { type Random, seededRandom } from "../../src/sandbox/random.ts";
import type { Command, Death, LifePlan, Moment, Procedure, Second, World } from "./world.ts";

/** One of the values, each as likely as its weight. */
function pick<T>(random: Random, weighted: readonly (readonly [weight: number, value: T])[]): T {
  const all = weighted.reduce((sum, [weight]) => sum + weight, 0);
  let left = random.next() * all;
  for (const [weight, value] of weighted) {
    left -= weight;
    if (left < 0) return value;
  }
  return (weighted.at(-1) as readonly [number, T])[1];
}

const oneOf = <T>(random: Random, values: readonly T[]): T =>
  pick(
    random,
    values.map((value) => [1, value] as const),
  );

const upTo = (random: Random, most: number): number => 1 + Math.floor(most * random.next());

/** 1 to `most`, small ones more often. */
const small = (random: Random, most: number): number => 1 + Math.floor(most * random.next() ** 2);

const maybe = <K extends string, V>(
  random: Random,
  share: number,
  name: K,
  draw: () => V,
): { readonly [N in K]?: V } => (random.next() < share ? ({ [name]: draw() } as { [N in K]: V }) : {});

interface Traits {
  readonly weight: number;
  readonly scenarios: readonly (readonly [number, string])[];
  readonly flags: readonly (readonly [number, readonly string[]])[];
  /** Requests that it sends and that change something. */
  readonly writes: readonly string[];
  readonly reads: readonly string[];
  /** How many it usually passes of these, and how long it usually takes (virtual s). */
  readonly usual: {
    readonly requests: number;
    readonly records: number;
    readonly sends: number;
    readonly seconds: number;
  };
}

const ECS_READS = [
  "DescribeServices",
  "DescribeTasks",
  "DescribeServiceDeployments",
  "ListTasks",
  "DescribeTargetHealth",
];

/** Drawn where `--procedure` names it alone: the worlds of earlier seeds stay as they are. */
const ONLY_BY_NAME = 0;

// No journal and no send is a moment of these: deaths and Ctrl-C come with requests and time.
const LOOKING = { weight: ONLY_BY_NAME, flags: [[1, []]], writes: ["UpdateService"] } as const;

const TRAITS: Readonly<Record<Procedure, Traits>> = {
  rollback: {
    weight: 50,
    scenarios: [
      [4, "bad-release"],
      [5, "bad-but-healthy"],
      [1, "api-trouble"],
      [1, "ci-deploys"],
    ],
    flags: [
      [4, []],
      [3, ["--by", "update"]],
      [1, ["--stop-bad-now"]],
    ],
    writes: ["UpdateService", "UpdateService", "UpdateService", "StopServiceDeployment", "StopTask", "PutParameter"],
    reads: [...ECS_READS, "GetParameter", "ListServiceDeployments", "DescribeTaskDefinition"],
    usual: { requests: 110, records: 14, sends: 1, seconds: 600 },
  },
  down: {
    weight: 9,
    scenarios: [[1, "bad-but-healthy"]],
    flags: [
      [1, ["--via", "exec"]],
      [1, ["--via", "task"]],
    ],
    writes: ["UpdateService", "UpdateTaskProtection", "ExecuteCommand", "RunTask", "PutParameter"],
    reads: [...ECS_READS, "GetTaskProtection"],
    usual: { requests: 200, records: 30, sends: 5, seconds: 1200 },
  },
  maintenance: {
    weight: 32,
    scenarios: [
      [5, "major-release"],
      [1, "major-release-fails"],
    ],
    flags: [[1, ["--watch", "15m"]]],
    writes: [
      ...["RegisterScalableTarget", "RegisterScalableTarget", "UpdateService", "UpdateService", "PutAlarmMuteRule"],
      ...["DeleteAlarmMuteRule", "DeleteAlarmMuteRule", "DeleteAlarmMuteRule", "PutParameter"],
    ],
    reads: [...ECS_READS, "DescribeScalableTargets", "DescribeAlarms", "GetMetricData"],
    usual: { requests: 260, records: 50, sends: 8, seconds: 2400 },
  },
  restore: {
    weight: 9,
    scenarios: [[1, "healthy"]],
    flags: [
      [3, ["--cutover", "rename"]],
      [2, ["--cutover", "revision"]],
      [1, ["--cutover", "none"]],
    ],
    writes: ["RestoreDBInstanceToPointInTime", "ModifyDBInstance", "ModifyDBInstance", "UpdateService", "PutParameter"],
    reads: [...ECS_READS, "DescribeDBInstances", "DescribeDBInstances"],
    usual: { requests: 160, records: 40, sends: 6, seconds: 1800 },
  },
  upgrade: {
    weight: ONLY_BY_NAME,
    scenarios: [
      [5, "major-release"],
      [1, "major-release-fails"],
    ],
    flags: [[1, ["--watch", "15m"]]],
    writes: ["UpdateService", "UpdateService", "PutParameter"],
    reads: [...ECS_READS, "DescribeTargetHealth", "GetMetricData"],
    usual: { requests: 300, records: 26, sends: 1, seconds: 1500 },
  },
  alerts: {
    weight: ONLY_BY_NAME,
    scenarios: [[1, "breaker-rolls-back"]],
    flags: [
      [2, []],
      [1, ["--test"]],
    ],
    writes: ["PutRule", "PutTargets", "PutMetricAlarm", "DeleteAlarms", "RemoveTargets", "DeleteRule", "PutParameter"],
    reads: ["DescribeServices", "DescribeRule", "DescribeAlarms", "ListTagsForResource", "GetTopicAttributes"],
    usual: { requests: 60, records: 24, sends: 3, seconds: 200 },
  },
  follow: {
    ...LOOKING,
    scenarios: [
      [4, "major-release"],
      [1, "major-release-fails"],
      [1, "breaker-rolls-back"],
    ],
    reads: [...ECS_READS, "DescribeServices", "DescribeImages", "GetLogEvents"],
    usual: { requests: 120, records: 1, sends: 1, seconds: 500 },
  },
  reconnects: {
    ...LOOKING,
    scenarios: [
      [2, "clients-reconnect"],
      [1, "lost-agents"],
    ],
    reads: [...ECS_READS, "ListServiceDeployments", "GetMetricData", "GetMetricData"],
    usual: { requests: 200, records: 1, sends: 1, seconds: 900 },
  },
};

/** The same seed gives the same world. */
export function drawWorld(seed: number, only?: Procedure): World {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1));
  const procedure =
    only ??
    pick(
      random,
      Object.entries(TRAITS).map(([name, { weight }]) => [weight, name as Procedure] as const),
    );
  const traits = TRAITS[procedure];
  const scenario = pick(random, traits.scenarios);
  const flags = pick(random, traits.flags);
  const lives = drawLives(random, traits);
  const isWrong = random.next() < 0.06;
  return {
    seed,
    procedure,
    scenario,
    flags,
    ...(isWrong ? { wrongCurrent: oneOf(random, ["41", "40"]) } : {}),
    lives,
    ending: pick(random, [
      [1, "resume"],
      [1, "undo"],
    ]),
    areFaultsLasting: random.next() < 0.08,
    begins: Math.floor(random.next() * 60),
  };
}

/** A first life, and up to two that go on: some undo what came to a good end. */
function drawLives(random: Random, traits: Traits): LifePlan[] {
  const count = pick(random, [
    [2, 1],
    [5, 2],
    [1, 3],
  ]);
  return Array.from({ length: count }, (_, index) => drawLife(random, traits, index === 0 ? "start" : onward(random)));
}

const onward = (random: Random): Command =>
  pick(random, [
    [1, "resume"],
    [1, "undo"],
  ]);

function drawLife(random: Random, traits: Traits, command: Command): LifePlan {
  const isFirst = command === "start";
  const isCalm = random.next() < (isFirst ? 0.4 : 0.2);
  const share = (chance: number): number => (isCalm ? 0 : chance);
  const faults = isCalm ? [] : drawFaults(random, traits);
  return {
    command,
    faults,
    ...maybe(random, share(isFirst ? 0.25 : 0.4), "stop", () => drawMoment(random, traits)),
    ...maybe(random, share(0.3), "death", () => drawDeath(random, traits)),
    ...maybe(random, share(0.2), "second", () => drawSecond(random, traits)),
    ...maybe(random, share(0.1), "deploy", () => ({
      at: drawMoment(random, traits),
      revision: oneOf(random, [41, 42, 43]),
    })),
  };
}

function drawMoment(random: Random, { usual }: Traits): Moment {
  return pick<() => Moment>(random, [
    [2, () => ({ passed: "request", nth: 1 + Math.floor(random.next() * usual.requests) })],
    [3, () => ({ passed: "record", nth: 1 + Math.floor(random.next() * usual.records) })],
    [1, () => ({ seconds: Math.round(random.next() * usual.seconds) })],
  ])();
}

function drawDeath(random: Random, { usual, ...traits }: Traits): Death {
  return pick<() => Death>(random, [
    [3, () => ({ passed: "record", nth: 1 + Math.floor(random.next() * usual.records) })],
    [2, () => ({ passed: "before-send", nth: small(random, usual.sends) })],
    [3, () => ({ passed: "after-send", nth: small(random, usual.sends) })],
    [1, () => ({ torn: 1 + Math.floor(random.next() * usual.records) })],
    [1, () => drawMoment(random, { usual, ...traits })],
  ])();
}

function drawSecond(random: Random, traits: Traits): Second {
  const command = pick<Command>(random, [
    [2, "start"],
    [1, "undo"],
    [1, "resume"],
  ]);
  return {
    at: drawMoment(random, traits),
    command,
    isElsewhere: command === "start" && random.next() < 0.6,
    takesOver: random.next() < 0.8,
  };
}

function drawFaults(random: Random, traits: Traits): Fault[] {
  const count = pick(random, [
    [1, 0],
    [3, 1],
    [2, 2],
    [1, 3],
  ]);
  return Array.from({ length: count }, () => drawFault(random, traits));
}

function drawFault(random: Random, traits: Traits): Fault {
  const isOnWrite = random.next() < 0.7;
  return isOnWrite
    ? faultOfWrite(random, oneOf(random, traits.writes))
    : faultOfRead(random, oneOf(random, traits.reads));
}

/** A write is refused, its answer is lost, it is slow, or reads show it late. */
function faultOfWrite(random: Random, operation: string): Fault {
  const nth = upTo(random, 4);
  const early = small(random, 3);
  const times = upTo(random, 3);
  return pick<() => Fault>(random, [
    // For a while AWS does not serve it at all.
    [
      4,
      () => ({
        operation,
        nth: upTo(random, 2),
        times: 6,
        when: "before",
        kind: oneOf(random, ["throttle", "http500-json"]),
      }),
    ],
    [
      3,
      () => ({
        operation,
        nth,
        times,
        when: "before",
        kind: oneOf(random, ["throttle", "access-denied", "http500-json", "reset"]),
      }),
    ],
    [
      3,
      () => ({
        operation,
        nth: early,
        when: "after",
        kind: oneOf(random, ["reset", "reset", "http500-html", "http503-html"]),
      }),
    ],
    [4, () => ({ operation, nth: early, when: "after", kind: "stale", ms: oneOf(random, [1500, 3000, 4500]) })],
    [
      1,
      () => ({
        operation,
        nth,
        when: oneOf(random, ["before", "after"]),
        kind: "stall",
        ms: oneOf(random, [50, 300, 3000]),
      }),
    ],
    [1, () => ({ operation, nth, times, when: "before", kind: "refuse", code: "InternalFailure" })],
  ])();
}

function faultOfRead(random: Random, operation: string): Fault {
  const nth = 1 + Math.floor(random.next() * 30);
  const kind = oneOf(random, [
    "throttle",
    "http500-json",
    "http503-html",
    "reset",
    "access-denied",
    "expired-token",
  ] as const);
  return pick<() => Fault>(random, [
    [3, () => ({ operation, nth, times: small(random, 4), when: "before", kind })],
    [
      1,
      () => ({
        operation: "*",
        share: 0.05,
        when: "before",
        kind: oneOf(random, ["throttle", "http500-json", "reset"]),
      }),
    ],
    [1, () => ({ operation, nth, when: "before", kind: "stall", ms: oneOf(random, [50, 300, 3000]) })],
    [1, () => ({ operation, share: 0.3, when: "before", kind })],
  ])();
}
