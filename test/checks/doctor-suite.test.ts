import { describe, expect, it } from "vitest";
import { configuredEndpoints } from "../../src/aws/client/configured-endpoints.ts";
import { judgeBackups } from "../../src/checks/database/backups.ts";
import { judgeCapacity } from "../../src/checks/deployment/capacity.ts";
import { judgeBreaker } from "../../src/checks/deployment/circuit-breaker.ts";
import { judgeDrain } from "../../src/checks/deployment/deregistration-delay.ts";
import { judgeHealth } from "../../src/checks/deployment/health-check.ts";
import { judgeService } from "../../src/checks/deployment/service.ts";
import { judgeSkew } from "../../src/checks/doctor/clock-skew.ts";
import { judgeEndpoint } from "../../src/checks/doctor/endpoint.ts";
import { judgeIdentity } from "../../src/checks/doctor/identity.ts";
import { judgeNode } from "../../src/checks/doctor/node-version.ts";
import { judgePermissions } from "../../src/checks/doctor/permissions.ts";
import { judgeFolder } from "../../src/checks/doctor/state-dir.ts";
import { judgeExec } from "../../src/checks/exec/readiness.ts";
import { BY_TASK } from "../../src/checks/exec-subject.ts";
import type { RestoreWindow, Snapshot } from "../../src/domain/aws/backups.ts";
import type { Container, Service, Task } from "../../src/domain/aws/ecs.ts";
import { endpointsOf } from "../../src/domain/aws/endpoints.ts";
import type { RecoverySource } from "../../src/domain/aws/rds.ts";
import type { RecordedRequest } from "../../src/domain/aws/recorded-request.ts";
import { judgeRecovery, type Recovery } from "../../src/domain/aws/recovery.ts";
import { type Level, levelOf } from "../../src/domain/diagnosis.ts";
import type { Finding } from "../../src/domain/operation.ts";
import { containerOf, serviceOf, taskOf } from "../actions/support.ts";
import { TARGET } from "../support/sandbox-harness.ts";

const NOW = Date.parse("2026-04-10T12:00:00Z");
const SERVICE = serviceOf(42, { desired: 3, execEnabled: true });
const CONTAINER = containerOf(42, { health: { interval: 30, timeout: 5, retries: 3, startPeriod: 60 } });
const TASK = taskOf(42, 1, {
  execEnabled: true,
  platformVersion: "1.4.0",
  containers: [{ name: "vulcan", agent: "RUNNING" }],
});

/** What is not right says what puts it right. */
function expectSound(...found: readonly Finding[]): void {
  for (const one of found) {
    if (["warn", "fail"].includes(levelOf(one))) expect(one.next?.length).toBeGreaterThan(0);
  }
}

/** Level and text of the only finding. */
function expectOne(found: readonly Finding[], level: Level, evidence: RegExp): void {
  expectSound(...found);
  expect(found.map(levelOf)).toEqual([level]);
  expect(found[0]?.text).toMatch(evidence);
}

describe("identity", () => {
  const caller = { account: "111122223333", arn: "arn:aws:iam::111122223333:user/x" };
  it("is well where the target pins its account, and says the line that would pin it", () => {
    expectOne([judgeIdentity(TARGET, caller)], "ok", /the one that the target pins/);
    const { account: _, ...loose } = TARGET;
    const found = judgeIdentity(loose, caller);
    expectOne([found], "warn", /pins none/);
    expect(found.next).toEqual(['account: "111122223333" of target sandbox, in vulcan-ops.yaml.']);
  });
});

describe("the endpoint", () => {
  const from = async (env: NodeJS.ProcessEnv) =>
    judgeEndpoint(await configuredEndpoints({ AWS_CONFIG_FILE: "/dev/null", ...env }, undefined), env);

  it("is AWS itself, or named with the variable that says otherwise", async () => {
    expectOne(await from({ AWS_ENDPOINT_URL: "" }), "ok", /AWS itself/);
    const found = await from({ AWS_ENDPOINT_URL_RDS: "http://x", VULCAN_OPS_CLOCK: "/c" });
    expect(found.map(({ next }) => next)).toEqual([["unset AWS_ENDPOINT_URL_RDS"], ["unset VULCAN_OPS_CLOCK"]]);
  });

  it("is told for each address, also where one section names several", () => {
    const at = (service: "rds" | "ecs", url: string) => ({ service, url, source: "s", remedy: "r", isAws: false });
    const found = judgeEndpoint(endpointsOf([at("rds", "http://a:1"), at("ecs", "http://b:2")]), {});
    expect(found.map(({ text }) => text)).toEqual([
      "requests of RDS go to http://a:1, not to AWS",
      "requests of ECS go to http://b:2, not to AWS",
    ]);
  });

  it("may be a VPC endpoint, which is AWS's own", async () => {
    const url = "https://vpce-0a1b-xyz.rds.eu-west-1.vpce.amazonaws.com";
    expectOne(await from({ AWS_ENDPOINT_URL_RDS: url }), "ok", /by way of https:\/\/vpce-0a1b/);
  });
});

describe("the clock", () => {
  const seen = (seconds: number, took = 100): RecordedRequest => ({
    action: "sts:GetCallerIdentity",
    serverTime: NOW,
    sentAt: NOW + 500 + seconds * 1000 - took / 2,
    answeredAt: NOW + 500 + seconds * 1000 + took / 2,
  });
  it.each<[number, Level, RegExp]>([
    [0, "ok", /agree to within 2 s/],
    [-1.5, "ok", /agree/],
    [40, "ok", /40 s ahead of/],
    [-90, "warn", /1 min 30 s behind/],
    [301, "fail", /5 min 1 s ahead of AWS's: beyond 5 min AWS refuses/],
    [-3 * 3600, "fail", /3 h behind/],
  ])("%i s off: %s", (seconds, level, evidence) => expectOne([judgeSkew([seen(seconds)])], level, evidence));

  it("goes by the quickest answer, and says so where there was none", () => {
    expectOne([judgeSkew([seen(200, 9000), seen(0, 10)])], "ok", /agree/);
    expectOne(
      [judgeSkew([{ action: "x:Y", failure: "ECONNREFUSED", sentAt: 1, answeredAt: 2 }])],
      "untried",
      /no answer/,
    );
  });
});

describe("Node", () => {
  it.each<[string, Level]>([
    ["v18.20.0", "fail"],
    ["v20.18.3", "fail"],
    ["v20.19.0", "warn"],
    ["v22.0.0", "ok"],
    ["v24.3.1", "ok"],
  ])("%s: %s", (version, level) => expectOne([judgeNode(version)], level, new RegExp(version)));
});

describe("the state folder", () => {
  const folder = { exists: true, isDirectory: true, isOwn: true, mode: 0o700, isWritable: true };
  it.each<[string, Partial<typeof folder>, Level, RegExp]>([
    ["ours alone", {}, "ok", /yours alone/],
    ["not there yet", { exists: false }, "ok", /will be made/],
    ["not to be made", { exists: false, isWritable: false }, "fail", /cannot be made/],
    ["a file", { isDirectory: false }, "fail", /not a folder/],
    ["somebody else's", { isOwn: false }, "fail", /another user/],
    ["open to writers", { mode: 0o770 }, "fail", /others may write/],
    ["open to readers", { mode: 0o755 }, "warn", /look into/],
    ["read-only", { isWritable: false }, "fail", /cannot be written/],
  ])("%s", (_name, change, level, evidence) =>
    expectOne([judgeFolder("/s", { ...folder, ...change })], level, evidence),
  );
});

describe("permissions", () => {
  const answered = (action: string, failure?: string): RecordedRequest => ({
    action,
    sentAt: 0,
    answeredAt: 1,
    ...(failure && { failure }),
  });
  const lists = {
    reads: [{ action: "ecs:ListTasks", needed: true as const }, { action: "logs:GetLogEvents" }],
    writes: [{ action: "ecs:UpdateService" }],
  };
  const judge = (...requests: RecordedRequest[]) => judgePermissions(lists, requests, TARGET);

  it("granted: a write is never tried, and the command that prints its policy is named", () => {
    const found = judge(answered("ecs:ListTasks"), answered("logs:GetLogEvents", "ResourceNotFoundException"));
    expect(found.map(levelOf)).toEqual(["ok", "untried"]);
    expect(found[1]?.next).toEqual(["vulcan-ops iam --target sandbox"]);
  });

  it("missing: fails where a revert needs it, warns where it only shows less", () => {
    const found = judge(
      answered("ecs:ListTasks", "AccessDeniedException"),
      answered("logs:GetLogEvents", "AccessDeniedException"),
    );
    expectSound(...found);
    expect(found.map(levelOf)).toEqual(["fail", "warn", "untried"]);
    expect(found[0]?.text).toContain("ecs:ListTasks");
    expect(JSON.parse(found[0]?.policy?.[0] ?? "")).toEqual({
      Effect: "Allow",
      Action: ["ecs:ListTasks"],
      Resource: "*",
    });
  });

  it("throttled, expired or never asked says nothing either way", () => {
    const [open] = judge(answered("ecs:ListTasks", "ThrottlingException"));
    expect(open).toMatchObject({
      code: "not-checked",
      text: expect.stringMatching(/ecs:ListTasks, logs:GetLogEvents/),
    });
  });

  it("a repeated request counts by its last answer", () => {
    const [first] = judge(answered("ecs:ListTasks", "ServerException"), answered("ecs:ListTasks"));
    expect(first).toMatchObject({ level: "ok", text: "1 of 2 reads are allowed" });
  });
});

describe("the service", () => {
  it.each<[string, Partial<Service>, Level]>([
    ["ACTIVE under ECS", {}, "ok"],
    ["DRAINING", { status: "DRAINING" }, "fail"],
    ["CodeDeploy's", { controller: "CODE_DEPLOY" }, "fail"],
    ["EXTERNAL", { controller: "EXTERNAL" }, "fail"],
    ["BLUE_GREEN, which goes back another way", { strategy: "BLUE_GREEN" }, "fail"],
  ])("%s: %s", (_name, change, level) => expectOne(judgeService({ ...SERVICE, ...change }), level, /./));
});

describe("capacity", () => {
  it.each<[number, number, number, Level, RegExp]>([
    [100, 200, 3, "ok", /start before/],
    [100, 100, 3, "fail", /neither start nor stop/],
    [100, 125, 3, "fail", /neither/],
    [100, 125, 4, "warn", /room for 1 more/],
    [50, 100, 4, "warn", /2 of 4 tasks out of service/],
    [100, 100, 0, "warn", /at a time, so it is slower/],
  ])("%i/%i with %i tasks: %s", (minimumHealthyPercent, maximumPercent, desired, level, evidence) =>
    expectOne([judgeCapacity({ ...SERVICE, desired, minimumHealthyPercent, maximumPercent }, TARGET)], level, evidence),
  );
});

describe("the circuit breaker", () => {
  const { breaker: _, ...without } = SERVICE;
  it.each<[string, Service, Level, RegExp]>([
    ["on, with rollback", SERVICE, "ok", /with rollback/],
    ["on, without", { ...SERVICE, breaker: { enabled: true, rollback: false } }, "warn", /does not roll back$/],
    ["off", { ...SERVICE, breaker: { enabled: false, rollback: true } }, "warn", /never rolls back/],
    ["not told of", without, "untried", /does not say/],
  ])("%s", (_name, setup, level, evidence) => {
    const found = judgeBreaker(setup, TARGET);
    expectOne([found], level, evidence);
    if (level === "warn") expect(found.next?.[0]).toContain('{"enable":true,"rollback":true}');
  });
});

it("capacity and circuit breaker print one line where both are wrong: no line undoes the other", () => {
  const wrong = {
    ...SERVICE,
    minimumHealthyPercent: 50,
    maximumPercent: 100,
    breaker: { enabled: false, rollback: false },
  };
  const [line, ...others] = new Set(
    [judgeCapacity(wrong, TARGET), judgeBreaker(wrong, TARGET)].map(({ next }) => next?.[0]),
  );
  expect(others).toEqual([]);
  expect(line).toContain(
    '{"deploymentCircuitBreaker":{"enable":true,"rollback":true},"minimumHealthyPercent":100,"maximumPercent":200}',
  );
});

it("the line of the circuit breaker keeps a higher maximum, and names no breaker that ECS does not tell of", () => {
  const { breaker, ...silent } = { ...SERVICE, minimumHealthyPercent: 50, maximumPercent: 300 };
  const off = { enabled: false, rollback: false };
  expect(judgeBreaker({ ...silent, breaker: off }, TARGET).next?.[0]).toContain(
    '"minimumHealthyPercent":100,"maximumPercent":300',
  );
  const [line] = judgeCapacity(silent, TARGET).next ?? [];
  expect(breaker).toBeDefined();
  expect(line).toContain('{"minimumHealthyPercent":100,"maximumPercent":300}');
});

describe("the health check", () => {
  const around = { isBalanced: true, graceSeconds: 90 };
  const { health, ...bare } = CONTAINER;
  const health2 = (change: Partial<NonNullable<typeof health>>) => ({
    ...bare,
    health: { interval: 30, timeout: 5, retries: 3, startPeriod: 60, ...change },
  });
  it.each<[string, Container, typeof around, Level, RegExp]>([
    ["as documented", CONTAINER, around, "ok", /after 150 s \(60 s \+ 3 × 30 s\)/],
    ["absent behind a balancer", bare, around, "warn", /load balancer alone/],
    ["absent, and no balancer", bare, { ...around, isBalanced: false }, "warn", /any task that runs/],
    ["slower than its interval", health2({ timeout: 30 }), around, "warn", /no shorter/],
    ["counting from the start", health2({ startPeriod: 0 }), around, "warn", /after 90 s.*startPeriod/],
    ["with a balancer that does not wait", CONTAINER, { ...around, graceSeconds: 10 }, "warn", /grace period of 10 s/],
  ])("%s", (_name, container, situation, level, evidence) =>
    expectOne([judgeHealth(container, situation, TARGET)], level, evidence),
  );
});

describe("the drain", () => {
  const group = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/vulcan-prod/0a";
  it.each<[number, Level, RegExp]>([
    [300, "ok", /gone 5 min 30 s after/],
    [0, "warn", /cut off/],
    [3600, "warn", /keeps running for 1 h/],
  ])("%i s: %s", (delay, level, evidence) =>
    expectOne([judgeDrain({ group, delay }, [CONTAINER], "eu-west-1")], level, evidence),
  );

  it("takes the slowest container's stopTimeout", () => {
    const slow = { ...CONTAINER, stopTimeout: 120 };
    expect(judgeDrain({ group, delay: 300 }, [CONTAINER, slow]).text).toContain("then has 120 s");
  });
});

describe("ECS Exec", () => {
  const choice = { kind: "certain", name: "vulcan", all: ["vulcan"], how: "it is the only one" } as const;
  const all = { service: SERVICE, tasks: [TASK], containers: [CONTAINER], choice };
  const agent = (state: string): Task => ({ ...TASK, containers: [{ name: "vulcan", agent: state }] });
  const beside = {
    ...TASK,
    containers: [
      { name: "log", agent: "RUNNING" },
      { name: "vulcan", agent: "STOPPED" },
    ],
  };
  it.each<[string, object, Level, RegExp]>([
    ["ready", {}, "ok", /in 1 of 1/],
    ["ready in one task", { tasks: [agent("PENDING"), TASK] }, "ok", /in 1 of 2/],
    ["no task", { tasks: [] }, "fail", /no task of vulcan-prod:42 is RUNNING/],
    [
      "tasks older than the flag",
      { tasks: [{ ...TASK, containers: [{ name: "vulcan" }], execEnabled: false }] },
      "fail",
      /only tasks that start with it have it/,
    ],
    ["agent stopped", { tasks: [agent("STOPPED")] }, "fail", /STOPPED.*ssmmessages/],
    ["an agent in the sidecar alone", { tasks: [beside] }, "fail", /container vulcan of task 42-1 is STOPPED/],
    [
      "no certainty which container it is",
      { choice: { kind: "uncertain", all: ["log", "vulcan"], why: "there is no load balancer" } },
      "fail",
      /log, vulcan/,
    ],
    [
      "Windows, which had it earlier",
      { tasks: [{ ...TASK, platformVersion: "1.0.0", platformFamily: "Windows Server 2022 Core" }] },
      "ok",
      /1 of 1/,
    ],
    [
      "off from the next deployment on",
      { service: { ...SERVICE, execEnabled: false } },
      "warn",
      /on in running tasks.*gone after the next deployment/,
    ],
    [
      "off, and no agent runs",
      { service: { ...SERVICE, execEnabled: false }, tasks: [{ ...TASK, execEnabled: false }] },
      "fail",
      /the service starts its tasks without it/,
    ],
    ["newer platform", { tasks: [{ ...TASK, platformVersion: "1.10.0" }] }, "ok", /1 of 1/],
    ["platform that is only named", { tasks: [{ ...TASK, platformVersion: "LATEST" }] }, "ok", /1 of 1/],
    [
      "a read-only sidecar",
      { containers: [CONTAINER, { ...CONTAINER, name: "log", readonlyRoot: true }] },
      "ok",
      /1 of 1/,
    ],
    ["read-only, and the agent runs", { containers: [{ ...CONTAINER, readonlyRoot: true }] }, "ok", /1 of 1/],
    [
      "another task than its revision says",
      {
        containers: [{ ...CONTAINER, readonlyRoot: true }],
        tasks: [{ ...TASK, containers: [] }],
      },
      "untried",
      /^task 42-1 has no container vulcan$/,
    ],
  ])("%s", (_name, change, level, evidence) =>
    expectOne(judgeExec({ ...all, ...change } as typeof all, TARGET), level, evidence),
  );

  const silent: Task = { ...TASK, containers: [{ name: "vulcan" }] };
  it.each<[string, object, readonly string[]]>([
    [
      "an old platform, which starts no agent",
      { tasks: [{ ...silent, platformVersion: "1.3.0" }] },
      ["not-checked", "exec-platform-old"],
    ],
    [
      "a read-only file system, and an agent that stopped",
      { tasks: [agent("STOPPED")], containers: [{ ...CONTAINER, readonlyRoot: true }] },
      ["exec-agent-down", "exec-root-readonly"],
    ],
  ])("says of %s what a Down would say, and what mends it", (_name, change, codes) => {
    const found = judgeExec({ ...all, ...change } as typeof all, TARGET);
    expect(found.map(({ code }) => code)).toEqual(codes);
    expect(found.flatMap(({ next = [] }) => next)).not.toContain(BY_TASK);
  });
});

const restorable = (window: RestoreWindow): Recovery => ({ kind: "window", window });

describe("backups", () => {
  const found = { status: "available", retentionDays: 7, deletionProtected: true };
  const window = { earliest: "2026-04-03T12:00:00Z", latest: "2026-04-10T11:55:00Z" };
  it("a database that can be restored", () => {
    expectOne(judgeBackups(found, restorable(window), TARGET, NOW), "ok", /from 7 d ago to 5 min ago, kept for 7 days/);
  });
  it("no database, no backups, none yet", () => {
    const judged = (source: RecoverySource | undefined, snapshots: readonly Snapshot[] = []) => {
      const facts = { id: "vulcan-prod", region: undefined, source, backups: [], snapshots, cluster: undefined };
      return judgeBackups(source, judgeRecovery({ ...facts, settings: undefined, now: NOW }), TARGET, NOW);
    };
    const taken = { id: "before", type: "manual", status: "available", createdAt: "2026-04-07T12:00:00Z" };
    expectOne(judged(undefined), "fail", /there is no database/);
    expectOne(judged({ ...found, retentionDays: 0 }), "fail", /backups of vulcan-prod are off.*no snapshot of it/);
    expectOne(judged({ ...found, retentionDays: 0 }, [taken]), "fail", /the newest snapshot is before, of 3 d ago/);
    expectOne(judged(found), "fail", /none yet/);
  });
  it("a member of a cluster is not said to be unprotected: its cluster is, or is not", () => {
    const source = { ...found, deletionProtected: false, cluster: "c" };
    const cluster: Recovery = { kind: "cluster", text: "a member of c", lines: ["aws rds restore"] };
    expectOne(judgeBackups(source, cluster, TARGET, NOW), "warn", /a member of c/);
  });
  it("a full one falls behind; an unprotected one can be deleted", () => {
    const full = { status: "storage-full", retentionDays: 7, deletionProtected: false };
    const all = judgeBackups(full, restorable({ ...window, latest: "2026-04-10T11:40:00Z" }), TARGET, NOW);
    expectSound(...all);
    expect(all.map(levelOf)).toEqual(["warn", "warn", "warn"]);
    expect(all.map(({ text }) => text).join("\n")).toMatch(/20 min ago.*\n.*full.*\n.*deletion protection is off/);
  });
});
