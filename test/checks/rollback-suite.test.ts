import { describe, expect, it } from "vitest";
import { judgeAlarms } from "../../src/checks/alarms/firing-alarms.ts";
import { judgeScaling } from "../../src/checks/deployment/autoscaling.ts";
import { judgeRoom } from "../../src/checks/deployment/capacity.ts";
import { judgeRollbackBreaker } from "../../src/checks/deployment/circuit-breaker.ts";
import { judgeWriters } from "../../src/checks/deployment/recent-deployments.ts";
import { judgeDatabase } from "../../src/checks/revision/database-settings.ts";
import { judgeRoles } from "../../src/checks/revision/iam-roles.ts";
import { type ImageEvidence, judgeImage } from "../../src/checks/revision/images.ts";
import { judgePorts } from "../../src/checks/revision/ports.ts";
import { judgeSecrets, type SecretEvidence } from "../../src/checks/revision/secrets.ts";
import { judgeNotRestored } from "../../src/checks/revision/settings-not-reverted.ts";
import type { Container, ScalingTarget, Service, TaskDefinition } from "../../src/domain/aws/ecs.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Finding } from "../../src/domain/operation.ts";
import { containerOf, definitionOf, NOW, rowsOf, serviceOf } from "../actions/support.ts";

/** `warn image-moved`; what a check says in words is tested where the words carry the meaning. */
const verdict = (found: Finding | readonly Finding[]) => [found].flat().map(({ level, code }) => `${level} ${code}`);

const withContainer = (revision: number, change: Partial<Container>): TaskDefinition =>
  definitionOf(revision, { containers: [containerOf(revision, change)] });

describe("the image", () => {
  const digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  const evidence: ImageEvidence = { ref: "r/vulcan:1.42", found: { digest }, ran: digest };
  const later = { found: { digest, pushedAt: "2026-04-02T00:00:00.000Z" }, deployedAt: "2026-04-01T00:00:00.000Z" };

  it.each<[string, ImageEvidence, string]>([
    ["is the one that ran", evidence, "ok image-same"],
    ["is gone", { ...evidence, found: undefined }, "block image-gone"],
    ["has another digest than the one that ran", { ...evidence, ran: "sha256:bb" }, "warn image-moved"],
    ["was pushed after the revision was last deployed", { ref: "r/v:1", ...later }, "warn image-moved"],
    ["was pushed later, with the digest that ran all the same", { ...evidence, ...later }, "ok image-same"],
    ["is there, and what ran is not on record", { ref: "r/v:1", found: { digest } }, "ok image-there"],
  ])("%s", (_name, given, expected) => {
    expect(verdict(judgeImage("vulcan-prod:42", given))).toEqual([expected]);
  });
});

describe("secrets", () => {
  const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:vulcan/prod/db-url-Ab12Cd";
  const wanted = withContainer(42, { secrets: [{ name: "DB_URL", from: arn }] });

  it.each<[string, TaskDefinition, SecretEvidence, string[]]>([
    ["all there", wanted, new Map([[arn, true]]), ["ok secrets-there"]],
    ["one gone: no task could start", wanted, new Map([[arn, false]]), ["block secret-missing"]],
    ["one that may not be looked at", wanted, new Map([[arn, { why: "denied" }]]), ["warn not-checked"]],
    ["none asked for", definitionOf(42), new Map(), ["ok secrets-there"]],
    [
      "a parameter of SSM, which is not looked up",
      withContainer(42, { secrets: [{ name: "FLAG", from: "/vulcan/flag" }] }),
      new Map(),
      ["warn not-checked"],
    ],
  ])("%s", (_name, definition, there, expected) => {
    expect(verdict(judgeSecrets(definition, there))).toEqual(expected);
  });
});

describe("ports", () => {
  it.each<[string, Partial<Service>, Partial<Container>, string[]]>([
    ["match", {}, {}, ["ok ports-match"]],
    ["no load balancer", { balancers: [] }, { ports: [] }, ["ok ports-match"]],
    ["another port", {}, { ports: [{ number: 9090, protocol: "tcp" }] }, ["block port-missing"]],
    ["another container", {}, { name: "app" }, ["block port-missing"]],
  ])("%s", (_name, service, container, expected) => {
    expect(verdict(judgePorts(serviceOf(43, service), withContainer(42, container)))).toEqual(expected);
  });
});

describe("room to move", () => {
  it.each<[number, number, number, string]>([
    [3, 100, 200, "ok room-enough"],
    [1, 100, 200, "ok room-enough"],
    [3, 100, 100, "block cannot-move"],
    [3, 100, 125, "block cannot-move"],
    [3, 50, 100, "warn room-little"],
    [4, 100, 150, "warn room-little"],
    [0, 100, 200, "warn room-none"],
  ])("%i tasks, %i %% to %i %%: %s", (desired, minimumHealthyPercent, maximumPercent, expected) => {
    const service = serviceOf(43, { desired, minimumHealthyPercent, maximumPercent });
    expect(verdict(judgeRoom(service))).toEqual([expected]);
  });

  it.each<[number, number, number]>([
    [3, 100, 3],
    [3, 50, 2],
    [4, 50, 2],
    [1, 50, 1],
    [3, 0, 0],
  ])("of %i tasks, with a minimum of %i %%, at least %i run", (desired, minimumHealthyPercent, least) => {
    const { text } = judgeRoom(serviceOf(43, { desired, minimumHealthyPercent, maximumPercent: 200 }));
    expect(text).toBe(`up to ${desired * 2} tasks during the rollout, never below ${least}`);
  });
});

describe("roles", () => {
  it("are compared one by one", () => {
    const current = definitionOf(43, { taskRole: "arn:aws:iam::1:role/a", executionRole: "arn:aws:iam::1:role/e" });
    expect(verdict(judgeRoles(current, { ...current, name: "vulcan-prod:42" }))).toEqual(["ok roles-same"]);
    const [found] = judgeRoles(current, { ...current, taskRole: "arn:aws:iam::1:role/b" });
    expect(found).toMatchObject({ level: "warn", text: expect.stringContaining("task role: b instead of a") });
  });
});

describe("auto scaling", () => {
  const target: ScalingTarget = {
    least: 2,
    most: 6,
    inSuspended: false,
    outSuspended: false,
    scheduledSuspended: false,
  };
  const suspended = { inSuspended: true, outSuspended: true, scheduledSuspended: true };

  it.each<[string, ScalingTarget | undefined, string]>([
    ["none", undefined, "ok scaling-none"],
    ["active", target, "warn scaling-active"],
    ["suspended in part", { ...target, outSuspended: true }, "warn scaling-active"],
    ["suspended", { ...target, ...suspended }, "ok scaling-suspended"],
    ["about to change the number of tasks", { ...target, least: 3 }, "warn scaling-out-of-range"],
  ])("%s", (_name, given, expected) => {
    expect(verdict(judgeScaling(serviceOf(43, { desired: 2 }), given))).toEqual([expected]);
  });
});

describe("the circuit breaker", () => {
  const on = { enabled: true, rollback: true };
  it.each<[string, Service["breaker"] & object, string[], string]>([
    ["is off", { enabled: false, rollback: false }, [], "warn breaker-off"],
    ["stops and stays", { enabled: true, rollback: false }, [], "warn breaker-stays"],
    ["has nothing to fall back to", on, ["43 IN_PROGRESS 1"], "warn breaker-lost"],
    ["would bring the bad one back", on, ["43 SUCCESSFUL 1", "42 SUCCESSFUL 9"], "warn breaker-brings-back"],
    ["would bring the last good one back", on, ["43 IN_PROGRESS 1", "42 SUCCESSFUL 9"], "ok breaker-on"],
  ])("%s", (_name, breaker, rows, expected) => {
    expect(verdict(judgeRollbackBreaker(serviceOf(43, { breaker }), "vulcan-prod:42", rowsOf(...rows)))).toEqual([
      expected,
    ]);
  });
});

describe("alarms and other writers", () => {
  it("names alarms, the first few of many", () => {
    const place = { cluster: "c", service: "s", database: "d", targetGroups: [] };
    expect(verdict(judgeAlarms([], place))).toEqual(["ok alarms-quiet"]);
    const firing = (count: number, dimension: string) =>
      Array.from({ length: count }, (_, index) => ({
        name: `a${index}`,
        state: "ALARM",
        reason: "",
        watches: { metrics: [[dimension]], isWhole: true },
      }));
    expect(judgeAlarms([...firing(7, "DBInstanceIdentifier=d"), ...firing(1, "QueueName=q")], place)).toMatchObject({
      level: "warn",
      text: "7 alarms already in ALARM: a0, a1, a2, a3, a4 and 2 more; 1 alarm of other resources",
    });
    expect(judgeAlarms(firing(2, "QueueName=q"), place)).toMatchObject({
      level: "ok",
      text: "0 alarms of s are in ALARM; 2 alarms of other resources",
    });
  });

  it("tells who deployed in the last ten minutes, and whether that still goes on", () => {
    expect(verdict(judgeWriters(rowsOf("43 SUCCESSFUL 2"), NOW))).toEqual(["ok writers-quiet"]);
    expect(judgeWriters(rowsOf("43 IN_PROGRESS 0.1", "42 SUCCESSFUL 9"), NOW)).toMatchObject({
      level: "warn",
      text: expect.stringContaining("vulcan-prod:43 was deployed 6 min ago, still rolling out"),
    });
  });
});

describe("the database", () => {
  const variable = (fingerprint: string, place?: string) =>
    ({ environment: [{ name: "DB_HOST", fingerprint, ...(place && { place }) }] }) as const;
  const secret = (from: string) => ({ secrets: [{ name: "DB_URL", from }] });
  const judge = (is: Partial<Container>, was: Partial<Container>) =>
    judgeDatabase(withContainer(43, is), withContainer(42, was));

  it("says in plain words that the revision points at another one, by host alone", () => {
    expect(judge(variable("1", "new.example/vulcan"), variable("2", "old.example/vulcan"))).toEqual([
      {
        level: "warn",
        code: "database-differs",
        text: "vulcan-prod:42 points at another database: DB_HOST of vulcan is old.example/vulcan instead of new.example/vulcan",
      },
    ]);
  });

  it.each<[string, Partial<Container>, Partial<Container>, string]>([
    ["the same", variable("1", "a.example"), variable("1", "a.example"), "ok database-same"],
    ["another secret", secret("arn:a"), secret("arn:b"), "warn database-differs"],
    [
      "the same place, another password",
      variable("1", "a.example"),
      variable("2", "a.example"),
      "warn database-setting-differs",
    ],
    ["a setting that was not there then", variable("1", "a.example"), {}, "warn database-setting-differs"],
    [
      "a variable that is a secret now",
      secret("arn:a"),
      { environment: [{ name: "DB_URL", fingerprint: "1" }] },
      "warn database-differs",
    ],
    ["what is no database setting", { environment: [{ name: "DEBUG", fingerprint: "1" }] }, {}, "ok database-same"],
  ])("%s", (_name, is, was, expected) => {
    expect(verdict(judge(is, was))).toEqual([expected]);
  });
});

describe("what the update does not restore", () => {
  const brought = (settings: Record<string, Json>) => ({ arn: "", taskDefinition: "", images: [], settings });
  it.each<[string, ReturnType<typeof brought> | undefined, string, string]>([
    ["nothing differs", brought({ network: { a: 1 } }), "ok settings-same", "network, load balancer and platform"],
    ["one changed, one came", brought({ network: { a: 2 } }), "warn not-restored", ": network"],
    ["no record", undefined, "warn not-checked", "ECS keeps no record of it"],
  ])("%s", (_name, then, expected, text) => {
    const found = judgeNotRestored("vulcan-prod:42", then, brought({ network: { a: 1 } }));
    expect(verdict(found)).toEqual([expected]);
    expect(found.text).toContain(text);
  });
});
