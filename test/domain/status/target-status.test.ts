import { describe, expect, it } from "vitest";
import { commandLine } from "../../../src/domain/command-line.ts";
import { nextCommands } from "../../../src/domain/status/next-commands.ts";
import { problems } from "../../../src/domain/status/problems.ts";
import {
  type DeploymentOverview,
  type ServiceOverview,
  type TargetStatus,
  type TasksOverview,
  type UnfinishedExecution,
  unread,
  whyNothingIsKnown,
} from "../../../src/domain/status/target-status.ts";
import { unfinishedOn } from "../../../src/domain/status/unfinished.ts";
import type { Unfinished } from "../../../src/domain/unfinished.ts";

const deployment: DeploymentOverview = {
  taskDefinition: "vulcan-prod:42",
  status: "PRIMARY",
  rollout: "COMPLETED",
  since: "2026-04-01T00:00:00Z",
  running: 2,
  desired: 2,
  failed: 0,
};

const service: ServiceOverview = {
  name: "vulcan-prod",
  taskDefinition: "vulcan-prod:42",
  desired: 2,
  running: 2,
  deployments: [deployment],
};

const tasks: TasksOverview = { healthy: { "vulcan-prod:42": 2 }, revisions: [], stops: [] };
const lastGood = { taskDefinition: "vulcan-prod:41", since: "2026-03-01T00:00:00Z", ranSeconds: 86_400 };

function overviewOf(
  change: Partial<ServiceOverview & TasksOverview> = {},
  rest: Partial<Omit<TargetStatus, "unfinished">> = {},
): TargetStatus {
  const { healthy = tasks.healthy, stops = tasks.stops, ...changed } = change;
  const read: Omit<TargetStatus, "unfinished"> = {
    target: { name: "t", cluster: "c", service: "s", database: "d", production: false },
    at: "2026-04-10T12:00:00Z",
    caller: { known: true, value: { account: "111122223333", arn: "arn:aws:iam::111122223333:user/x" } },
    service: { known: true, value: { ...service, ...changed } },
    tasks: { known: true, value: { ...tasks, healthy, stops } },
    balancer: { known: true, value: { targets: { healthy: 2 }, serving: { "vulcan-prod:42": 2 }, groups: [] } },
    past: { known: true, value: { lastGood, attempt: null } },
    images: {},
    traffic: { known: true, value: null },
    migrations: { known: false, why: "not configured", code: "not-configured" },
    window: { known: true, value: { earliest: "2026-04-03T12:00:00Z", latest: "2026-04-10T11:55:00Z" } },
    scaling: { known: true, value: null },
    leftovers: { known: true, value: [] },
    muteRules: { known: true, value: [] },
    database: { known: true, value: { id: "vulcan-prod", status: "available", engine: "postgres 16" } },
    alarms: { known: true, value: [] },
    ...rest,
  };
  return { ...read, unfinished: unfinishedOn(read) };
}

const bad = { ...deployment, taskDefinition: "vulcan-prod:43", rollout: "IN_PROGRESS", failed: 3 };

describe("what is wrong, told in sentences", () => {
  it.each([
    ["gone", "target group web is gone: no new task can take requests"],
    ["unused", "target group web is behind no load balancer: nothing sends requests to it"],
  ] as const)("a target group that is %s is wrong", (fault, text) => {
    const group = { name: "web", targets: {}, serving: {}, fault };
    const balancer = { known: true, value: { targets: {}, serving: {}, groups: [group] } } as const;
    expect(problems(overviewOf({}, { balancer }))).toEqual([text]);
  });

  it("is nothing where nothing is", () => {
    expect(problems(overviewOf())).toEqual([]);
  });

  it.each<[string, Partial<ServiceOverview & TasksOverview>, string[]]>([
    ["no task is left", { healthy: {} }, ["no healthy task of vulcan-prod is left"]],
    ["half the tasks are left", { healthy: { "vulcan-prod:42": 1 } }, ["only 1 of 2 tasks are healthy"]],
    ["tasks of two revisions make up the number", { healthy: { "vulcan-prod:42": 1, "vulcan-prod:43": 1 } }, []],
    ["scaled to nothing on purpose", { desired: 0, healthy: {} }, []],
    [
      "deleted, although its tasks still serve",
      { status: "DRAINING" },
      ["service vulcan-prod is DRAINING, not ACTIVE"],
    ],
    [
      "a deployment whose tasks fail, with the reason of its own tasks",
      {
        deployments: [bad, { ...deployment, status: "ACTIVE" }],
        stops: [
          { reason: "Scaling activity", taskDefinition: "vulcan-prod:42", count: 9 },
          { reason: "Task failed container health checks", taskDefinition: "vulcan-prod:43", count: 3 },
        ],
      },
      ["the deployment of vulcan-prod:43 is IN_PROGRESS, 3 of its tasks failed: Task failed container health checks"],
    ],
    [
      "a deployment that was given up",
      { deployments: [{ ...bad, rollout: "FAILED", failed: 0 }] },
      ["the deployment of vulcan-prod:43 is FAILED, 0 of its tasks failed"],
    ],
    [
      "a deployment that goes well so far",
      {
        deployments: [
          { ...bad, failed: 0 },
          { ...deployment, status: "ACTIVE" },
        ],
      },
      [],
    ],
    ["tasks that failed on the way to a completed deployment", { deployments: [{ ...bad, rollout: "COMPLETED" }] }, []],
  ])("%s", (_name, change, sentences) => {
    expect(problems(overviewOf(change))).toEqual(sentences);
  });

  it("names the service first, then the database, then the alarms", () => {
    const all = overviewOf(
      { healthy: {} },
      {
        database: { known: true, value: { id: "vulcan-prod", status: "storage-full", engine: "postgres 16" } },
        alarms: { known: true, value: [{ name: "5xx", reason: "12 > 5", about: "own" }] },
      },
    );
    expect(problems(all)).toEqual([
      "no healthy task of vulcan-prod is left",
      "database vulcan-prod is storage-full",
      "alarm 5xx: 12 > 5",
    ]);
  });

  it("says that it cannot read the service; an unreadable database or alarm list is no trouble of the service", () => {
    const blind = { known: false, why: "AWS refused it" } as const;
    expect(problems(overviewOf({}, { service: blind }))).toEqual(["the service cannot be read: AWS refused it"]);
    expect(problems(overviewOf({}, { database: blind, alarms: blind }))).toEqual([]);
  });
});

describe("what is not known", () => {
  const denied = { known: false, why: "AWS refused it", code: "aws-refused", exitCode: 4 } as const;
  const cut = { known: false, why: "no answer", code: "aws-silent", exitCode: 1 } as const;
  const nothing = (why: typeof denied | typeof cut) =>
    overviewOf(
      {},
      Object.fromEntries(
        ["caller", "service", "tasks", "balancer", "past", "database", "window", "alarms", "scaling"].map((name) => [
          name,
          why,
        ]),
      ),
    );

  it("is counted, but migrations that nobody has configured are not missed", () => {
    expect(unread(overviewOf())).toEqual([]);
    expect(unread(overviewOf({}, { alarms: denied, tasks: cut }))).toEqual([cut, denied]);
  });

  it("is everything only where no part was read: refused credentials are the first reason", () => {
    expect(whyNothingIsKnown(overviewOf({}, { service: denied }))).toBeUndefined();
    expect(whyNothingIsKnown(nothing(denied))).toBe(denied);
    expect(whyNothingIsKnown(nothing(cut))).toBe(cut);
    expect(whyNothingIsKnown({ ...nothing(cut), alarms: denied })).toBe(denied);
  });
});

describe("the next command", () => {
  const left: UnfinishedExecution = {
    execution: "k7m2",
    what: "rollback-service",
    state: "interrupted",
    since: "2026-04-10T11:00:00Z",
    operator: "ops",
    holdsLock: false,
  };
  const HELD: Unfinished = {
    kind: "scaling",
    what: "auto scaling: suspended",
    before: "none",
    now: "in",
    command: commandLine`vulcan-ops resume k7m2`,
  };
  const failing = { deployments: [bad, { ...deployment, status: "ACTIVE" }] };
  const attempt = { taskDefinition: "vulcan-prod:43", status: "ROLLBACK_SUCCESSFUL", at: "2026-04-10T11:00:00Z" };

  it.each<[string, TargetStatus, string[]]>([
    ["nothing is wrong", overviewOf(), ["vulcan-ops watch --for 10m"]],
    ["a deployment fails", overviewOf(failing), ["vulcan-ops rollback --dry-run", "vulcan-ops logs"]],
    [
      "an alarm fires",
      overviewOf({}, { alarms: { known: true, value: [{ name: "5xx", reason: "12 > 5", about: "own" }] } }),
      ["vulcan-ops logs"],
    ],
    [
      "there is nowhere to go back to",
      overviewOf(failing, { past: { known: true, value: { lastGood: null, attempt: null } } }),
      ["vulcan-ops logs"],
    ],
    [
      "ECS has taken it back already",
      overviewOf(failing, { past: { known: true, value: { lastGood, attempt } } }),
      ["vulcan-ops logs"],
    ],
    [
      "an execution was interrupted",
      overviewOf(failing, { leftovers: { known: true, value: [left] } }),
      ["vulcan-ops resume k7m2", "vulcan-ops doctor"],
    ],
    [
      "an execution has not put back what it changed",
      overviewOf({}, { leftovers: { known: true, value: [{ ...left, state: "unfinished", unfinished: [HELD] }] } }),
      ["vulcan-ops resume k7m2", "vulcan-ops doctor"],
    ],
    [
      "an execution is running",
      overviewOf({}, { leftovers: { known: true, value: [{ ...left, state: "running" }] } }),
      ["vulcan-ops show k7m2", "vulcan-ops doctor"],
    ],
    [
      "a dead process holds the lock",
      overviewOf({}, { leftovers: { known: true, value: [{ ...left, state: "ended", holdsLock: true }] } }),
      ["vulcan-ops unlock k7m2", "vulcan-ops watch --for 10m"],
    ],
  ])("where %s", (_name, overview, commands) => {
    expect(nextCommands(overview)).toEqual(commands);
  });

  it("names the target that was asked for", () => {
    const typed = { target: ["--target", "staging"], "state-dir": ["--state-dir", "s"] };
    expect(nextCommands(overviewOf({}, { leftovers: { known: true, value: [left] } }), typed)).toEqual([
      "vulcan-ops resume k7m2 --state-dir s",
      "vulcan-ops doctor --target staging --state-dir s",
    ]);
  });
});
