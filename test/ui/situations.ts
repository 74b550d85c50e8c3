import type { DeploymentOverview, TargetStatus, TasksOverview } from "../../src/domain/status/target-status.ts";
import type { TrafficOverview } from "../../src/domain/status/traffic.ts";
import { HEALTHY } from "./overviews.ts";

/** What `status` reads in scenarios of the sandbox, of a production target with traffic. */

const known = <T>(value: T) => ({ known: true, value }) as const;

const OLD: DeploymentOverview = {
  taskDefinition: "vulcan-prod:42",
  status: "ACTIVE",
  rollout: "COMPLETED",
  since: "2026-04-04T03:41:02.000Z",
  running: 3,
  desired: 3,
  failed: 0,
};

const NEW: DeploymentOverview = {
  ...OLD,
  taskDefinition: "vulcan-prod:43",
  status: "PRIMARY",
  rollout: "IN_PROGRESS",
  since: "2026-04-10T03:24:02.000Z",
  running: 0,
};

const CALM = HEALTHY.traffic;
const GOOD_42 = { taskDefinition: "vulcan-prod:42", since: "2026-04-04T03:45:02.000Z", ranSeconds: 518_183 };
const SERVING_42 = { healthy: 3 };

const service = (deployments: readonly DeploymentOverview[], more: object = {}) =>
  known({
    name: "vulcan-prod",
    taskDefinition: deployments[0]?.taskDefinition ?? "",
    desired: 3,
    running: 3,
    deployments,
    breaker: { enabled: false, rollback: false },
    ...more,
  });

const balancer = (states: Readonly<Record<string, Readonly<Record<string, number>>>>) => {
  const targets: Record<string, number> = {};
  const serving: Record<string, number> = {};
  for (const [revision, counts] of Object.entries(states)) {
    for (const [state, count] of Object.entries(counts)) targets[state] = (targets[state] ?? 0) + count;
    if (counts.healthy) serving[revision] = counts.healthy;
  }
  return known({ targets, serving, states, groups: [{ name: "vulcan-prod", targets, serving, states }] });
};

const tasksOf = (revisions: TasksOverview["revisions"], stops: TasksOverview["stops"] = []) =>
  known({
    healthy: Object.fromEntries(revisions.map(({ taskDefinition, running }) => [taskDefinition, running])),
    revisions,
    stops,
  });

const ran = (revision: number, count: number, health: Readonly<Record<string, number>>) => ({
  taskDefinition: `vulcan-prod:${revision}`,
  starting: 0,
  running: count,
  stopping: 0,
  health,
});

const lastLog = (...lines: readonly string[]) =>
  known({
    taskDefinition: "vulcan-prod:43",
    task: "bcca300456129e93e555625955cc0119",
    container: "vulcan",
    lines: lines.map((text) => ({ at: "2026-04-10T03:40:02.000Z", text })),
  });

const attempted = (status: string, more: object = {}) =>
  known({
    lastGood: GOOD_42,
    attempt: { taskDefinition: "vulcan-prod:43", status, at: "2026-04-10T03:24:02.000Z", ...more },
  });

const ELB =
  "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/vulcan-prod/6165a881cd424e42)";

const BAD_RELEASE: TargetStatus = {
  ...HEALTHY,
  service: service([{ ...NEW, failed: 21, running: 3 }, OLD]),
  tasks: tasksOf(
    [ran(42, 3, { HEALTHY: 3 }), ran(43, 3, { HEALTHY: 3 })],
    [{ reason: ELB, taskDefinition: "vulcan-prod:43", count: 21, exitCodes: [0] }],
  ),
  balancer: balancer({ "vulcan-prod:42": SERVING_42, "vulcan-prod:43": { unhealthy: 3 } }),
  past: attempted("IN_PROGRESS"),
  lastLog: lastLog("INF listening address=:8080", "GET /health 503"),
};

const CRASH_LOOP: TargetStatus = {
  ...BAD_RELEASE,
  service: service([{ ...NEW, failed: 15 }, OLD]),
  tasks: tasksOf(
    [ran(42, 3, { HEALTHY: 3 }), ran(43, 2, { UNKNOWN: 2 })],
    [{ reason: "Essential container in task exited", taskDefinition: "vulcan-prod:43", count: 15, exitCodes: [1] }],
  ),
  balancer: balancer({ "vulcan-prod:42": SERVING_42 }),
  lastLog: lastLog("INF starting version=1.43.0", "ERR panic: config: RELAY_URL is not set"),
};

const NO_CAPACITY: TargetStatus = {
  ...HEALTHY,
  service: service([{ ...NEW }, OLD]),
  tasks: tasksOf([
    ran(42, 3, { HEALTHY: 3 }),
    { taskDefinition: "vulcan-prod:43", starting: 3, running: 0, stopping: 0, health: {} },
  ]),
  balancer: balancer({ "vulcan-prod:42": SERVING_42 }),
  past: attempted("IN_PROGRESS"),
};

const ROLLED_BACK: TargetStatus = {
  ...HEALTHY,
  service: service([{ ...OLD, status: "PRIMARY" }], { breaker: { enabled: true, rollback: true } }),
  past: known({
    lastGood: { taskDefinition: "vulcan-prod:41", since: "2026-03-17T03:45:02.000Z", ranSeconds: 1_554_960 },
    attempt: {
      taskDefinition: "vulcan-prod:43",
      status: "ROLLBACK_SUCCESSFUL",
      at: "2026-04-10T02:50:02.000Z",
      back: { to: "vulcan-prod:42", by: "circuit breaker" },
    },
  }),
  lastLog: lastLog("ERR panic: config: RELAY_URL is not set"),
};

const span = (from: string, to: string, requests: number, failed: number, p95: number) => ({
  from: `2026-04-10T${from}:00.000Z`,
  to: `2026-04-10T${to}:00.000Z`,
  requests,
  failed,
  errorPercent: (100 * failed) / requests,
  p95,
});

const ERRORS: TrafficOverview = {
  now: span("03:36", "03:42", 3000, 1000, 96),
  before: span("02:54", "03:24", 15_000, 15, 84),
  release: { taskDefinition: "vulcan-prod:43", at: "2026-04-10T03:24:40.000Z" },
  errors: { since: "2026-04-10T03:28:00.000Z", minutesAfterRelease: 4 },
};

export const BAD_BUT_HEALTHY: TargetStatus = {
  ...HEALTHY,
  service: service([{ ...NEW, rollout: "COMPLETED", running: 3 }]),
  tasks: tasksOf([ran(43, 3, { HEALTHY: 3 })]),
  balancer: balancer({ "vulcan-prod:43": { healthy: 3 } }),
  past: attempted("SUCCESSFUL"),
  traffic: known(ERRORS),
};

/** The same errors, which were there before the release. */
export const ERRORS_BEFORE: TargetStatus = {
  ...BAD_BUT_HEALTHY,
  traffic: known({ ...ERRORS, errors: { since: "2026-04-10T03:13:00.000Z", minutesAfterRelease: -11 } }),
};

/** One's own rollback, left while old tasks drain (ECS restored :42 on request). */
export const OWN_ROLLBACK: TargetStatus = {
  ...HEALTHY,
  service: service([
    { ...OLD, status: "PRIMARY" },
    { ...NEW, status: "ACTIVE", failed: 12 },
  ]),
  tasks: tasksOf([ran(42, 3, { HEALTHY: 3 }), { ...ran(43, 0, {}), stopping: 3 }]),
  balancer: balancer({ "vulcan-prod:42": SERVING_42, "vulcan-prod:43": { draining: 3 } }),
  past: known({
    lastGood: { taskDefinition: "vulcan-prod:41", since: "2026-03-17T03:45:02.000Z", ranSeconds: 1_554_960 },
    attempt: {
      taskDefinition: "vulcan-prod:43",
      status: "ROLLBACK_IN_PROGRESS",
      at: "2026-04-10T03:39:02.000Z",
      back: { to: "vulcan-prod:42", by: "request" },
    },
  }),
  leftovers: known([
    {
      execution: "cc5ftm",
      what: "rollback-service",
      state: "interrupted",
      since: "2026-04-10T03:38:50.000Z",
      operator: "kim",
      holdsLock: false,
    },
  ]),
};

const DEPLOYING: TargetStatus = {
  ...NO_CAPACITY,
  service: service([{ ...NEW, since: "2026-04-10T03:39:07.000Z", running: 1 }, OLD]),
  balancer: balancer({ "vulcan-prod:42": SERVING_42, "vulcan-prod:43": { healthy: 1 } }),
};

export const SITUATIONS = {
  healthy: { ...HEALTHY, traffic: CALM },
  "bad-release": BAD_RELEASE,
  "breaker-rolled-back": ROLLED_BACK,
  "crash-loop": CRASH_LOOP,
  "bad-but-healthy": BAD_BUT_HEALTHY,
  "no-capacity": NO_CAPACITY,
  "own-rollback": OWN_ROLLBACK,
  deploying: DEPLOYING,
} as const satisfies Readonly<Record<string, TargetStatus>>;
