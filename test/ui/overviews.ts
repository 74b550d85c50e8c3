import type { TargetStatus } from "../../src/domain/status/target-status.ts";

/** The state of targets as `status` shows it; texts as AWS gives them. */

export const NOW = Date.parse("2026-04-10T03:41:07Z");

const known = <T>(value: T) => ({ known: true, value }) as const;

const image = (version: string) => `111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:${version}`;

function calm(from: string, to: string) {
  const time = (clock: string) => `2026-04-10T${clock}:00.000Z`;
  return { from: time(from), to: time(to), requests: 3000, failed: 3, errorPercent: 0.1, p95: 84 };
}

function oneGroup(targets: Record<string, number>, serving: Record<string, number>) {
  return { targets, serving, groups: [{ name: "vulcan-prod", targets, serving }] };
}

export const HEALTHY: TargetStatus = {
  target: {
    name: "prod",
    account: "111122223333",
    region: "eu-west-1",
    cluster: "vulcan-prod",
    service: "vulcan-prod",
    database: "vulcan-prod",
    production: true,
  },
  at: "2026-04-10T03:41:07.000Z",
  caller: known({ account: "111122223333", arn: "arn:aws:sts::111122223333:assumed-role/oncall/kim" }),
  service: known({
    name: "vulcan-prod",
    taskDefinition: "vulcan-prod:42",
    desired: 3,
    running: 3,
    deployments: [
      {
        taskDefinition: "vulcan-prod:42",
        status: "PRIMARY",
        rollout: "COMPLETED",
        since: "2026-04-04T03:41:02.000Z",
        running: 3,
        desired: 3,
        failed: 0,
      },
    ],
  }),
  tasks: known({
    healthy: { "vulcan-prod:42": 3 },
    revisions: [{ taskDefinition: "vulcan-prod:42", starting: 0, running: 3, stopping: 0, health: { HEALTHY: 3 } }],
    stops: [],
  }),
  balancer: known(oneGroup({ healthy: 3 }, { "vulcan-prod:42": 3 })),
  past: known({
    lastGood: { taskDefinition: "vulcan-prod:41", since: "2026-03-17T03:45:02.000Z", ranSeconds: 1_554_960 },
    attempt: { taskDefinition: "vulcan-prod:42", status: "SUCCESSFUL", at: "2026-04-04T03:45:02.000Z" },
  }),
  images: { "vulcan-prod:43": image("1.43.0"), "vulcan-prod:42": image("1.42.0"), "vulcan-prod:41": image("1.41.0") },
  traffic: known({ now: calm("03:36", "03:42"), before: calm("02:36", "03:36") }),
  migrations: known({
    newest: 118,
    description: "Add documents.checksum column",
    appliedAt: "2026-04-04T03:42:11.000Z",
  }),
  database: known({
    id: "vulcan-prod",
    status: "available",
    engine: "postgres 18.4",
    latestRestorableTime: "2026-04-10T03:40:33.000Z",
  }),
  window: known({ earliest: "2026-04-03T03:41:07.000Z", latest: "2026-04-10T03:40:33.000Z" }),
  alarms: known([]),
  scaling: known({ least: 3, most: 12, inSuspended: false, outSuspended: false, scheduledSuspended: false }),
  leftovers: known([]),
  muteRules: known([]),
  unfinished: [],
};

const deployment = HEALTHY.service.known ? HEALTHY.service.value : undefined;
const REASON =
  "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/vulcan-prod/6165a881cd424e42)";

/** A release that fails, alarms, a maintenance that was left half done, and a lock without a process. */
export const TROUBLED: TargetStatus = {
  ...HEALTHY,
  service: known({
    name: "vulcan-prod",
    taskDefinition: "vulcan-prod:43",
    desired: 3,
    running: 5,
    deployments: [
      {
        taskDefinition: "vulcan-prod:43",
        status: "PRIMARY",
        rollout: "IN_PROGRESS",
        since: "2026-04-10T03:31:25.000Z",
        running: 2,
        desired: 3,
        failed: 12,
      },
      ...(deployment?.deployments ?? []).map((older) => ({ ...older, status: "ACTIVE" })),
    ],
  }),
  tasks: known({
    healthy: { "vulcan-prod:42": 2, "vulcan-prod:43": 1 },
    revisions: [
      { taskDefinition: "vulcan-prod:42", starting: 0, running: 2, stopping: 1, health: { HEALTHY: 2 } },
      {
        taskDefinition: "vulcan-prod:43",
        starting: 1,
        running: 2,
        stopping: 0,
        health: { UNHEALTHY: 1, UNKNOWN: 1 },
      },
    ],
    stops: [{ reason: REASON, taskDefinition: "vulcan-prod:43", count: 12 }],
  }),
  balancer: known(oneGroup({ healthy: 2, unhealthy: 1, initial: 1, draining: 1 }, { "vulcan-prod:42": 2 })),
  past: known({
    lastGood: { taskDefinition: "vulcan-prod:42", since: "2026-04-04T03:45:02.000Z", ranSeconds: 518_183 },
    attempt: { taskDefinition: "vulcan-prod:43", status: "IN_PROGRESS", at: "2026-04-10T03:31:25.000Z" },
  }),
  alarms: known([
    {
      name: "vulcan-prod-5xx",
      reason: "Threshold Crossed: 3 datapoints [41, 37, 40] were greater than 5.0",
      about: "own",
    },
  ]),
  scaling: known({ least: 1, most: 1, inSuspended: true, outSuspended: true, scheduledSuspended: false }),
  leftovers: known([
    {
      execution: "k7m2xq",
      what: "maintenance-window",
      state: "interrupted",
      since: "2026-04-10T02:01:00.000Z",
      operator: "kim",
      holdsLock: false,
    },
    {
      execution: "b4wz9t",
      what: "rollback",
      state: "ended",
      since: "2026-04-09T22:14:00.000Z",
      operator: "alex",
      holdsLock: true,
    },
  ]),
};

const why = (call: string) => ({
  known: false as const,
  why: `AWS refused ${call} to these credentials: AccessDeniedException: not authorized to perform: ${call}`,
  code: "aws-refused",
  exitCode: 4,
  next: ["aws sts get-caller-identity"],
});

/** Somebody who may see little, in a sandbox; after ECS has taken a release back. */
export const PARTIAL: TargetStatus = {
  ...HEALTHY,
  target: { ...HEALTHY.target, name: "sandbox", production: false },
  endpoint: "http://127.0.0.1:4566",
  tasks: why("ecs:ListTasks"),
  balancer: why("elasticloadbalancing:DescribeTargetHealth"),
  past: known({
    lastGood: null,
    attempt: { taskDefinition: "vulcan-prod:43", status: "ROLLBACK_SUCCESSFUL", at: "2026-04-10T02:53:00.000Z" },
  }),
  migrations: { known: false, why: "not configured", code: "not-configured" },
  database: { known: false, why: "there is no database vulcan-prod", code: "database-absent", exitCode: 6 },
  window: { known: false, why: "no answer within 8 s", code: "late", exitCode: 1 },
  scaling: known(null),
};
