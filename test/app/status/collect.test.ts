import { describe, expect, it } from "vitest";
import { collectStatus } from "../../../src/app/status/collect.ts";
import type { Service, TargetHealth, Task } from "../../../src/domain/aws/ecs.ts";
import { asPasted } from "../../../src/domain/aws/pasted-line.ts";
import type { AwsReads } from "../../../src/domain/aws/reads.ts";
import { usageError } from "../../../src/domain/error.ts";
import { TARGET } from "../../support/sandbox-harness.ts";
import { SOON_MS } from "../../support/soon.ts";

const service = {
  name: "vulcan-prod",
  taskDefinition: "v:42",
  desired: 2,
  running: 2,
  deployments: [],
  targetGroups: ["tg"],
  events: [],
} as unknown as Service;

const task = (id: string, taskDefinition: string, status: string, address: string): Task => ({
  id,
  taskDefinition,
  status,
  health: "HEALTHY",
  exitCodes: [],
  addresses: [address],
});

const reads = {
  ecs: {
    service: async () => service,
    tasks: async (_cluster: string, _service: string, desired: string) =>
      desired === "RUNNING"
        ? [task("a", "v:42", "RUNNING", "10.0.0.1"), task("b", "v:43", "PENDING", "10.0.0.2")]
        : [task("c", "v:41", "DEACTIVATING", "10.0.0.3"), task("d", "v:41", "STOPPED", "10.0.0.4")],
  },
  around: { scalingTarget: async () => undefined },
  targetGroups: async (arns: readonly string[]) => arns.map((arn) => ({ arn, exists: true, balancers: ["lb"] })),
  targetHealth: async () => [
    { address: "10.0.0.1", state: "healthy" },
    { address: "10.0.0.3", state: "draining" },
    { address: "10.9.9.9", state: "healthy" },
  ],
  alarms: async () => {
    throw new Error("no");
  },
  database: async () => undefined,
} as unknown as AwsReads;

const asking = {
  target: TARGET,
  at: "2026-04-10T12:00:00Z",
  caller: async () => ({ account: "1", arn: "a" }),
  past: async () => ({ lastGood: null, attempt: null }),
  window: async () => {
    throw usageError("database-unknown", "there is no database vulcan-prod");
  },
  leftovers: async () => [],
  muteRules: async () => [],
  asPasted: (line: string) => line,
};

it("a target is counted for the revision of the task that has its address, leaving tasks among them", async () => {
  const overview = await collectStatus(reads, asking);
  const counts = {
    targets: { healthy: 2, draining: 1 },
    serving: { "v:42": 1, "an unknown task": 1 },
    states: { "v:42": { healthy: 1 }, "v:41": { draining: 1 }, "an unknown task": { healthy: 1 } },
  };
  expect(overview.balancer).toEqual({
    known: true,
    value: { ...counts, groups: [{ name: "tg", ...counts }] },
  });
  expect(overview.tasks).toMatchObject({
    value: {
      healthy: { "v:42": 1 },
      revisions: [
        { taskDefinition: "v:42", running: 1, starting: 0, stopping: 0, health: { HEALTHY: 1 } },
        { taskDefinition: "v:43", running: 0, starting: 1, stopping: 0 },
        { taskDefinition: "v:41", running: 0, starting: 0, stopping: 1 },
      ],
    },
  });
});

it("what is absent, failed or not set up is told apart", async () => {
  const { alarms, database, window, scaling, migrations } = await collectStatus(reads, asking);
  expect(alarms).toEqual({ known: false, why: "no" });
  expect(database).toMatchObject({ known: false, code: "database-absent" });
  expect(window).toMatchObject({ known: false, code: "database-unknown" });
  expect(scaling).toEqual({ known: true, value: null });
  expect(migrations).toMatchObject({ known: false, code: "not-configured" });
});

it("migrations that hang are given up after 2 s, and hold up nothing else", async () => {
  const began = performance.now();
  const never = () => new Promise<never>(() => undefined);
  const overview = await collectStatus(reads, { ...asking, migrations: never });
  expect(performance.now() - began).toBeLessThan(SOON_MS);
  expect(overview.migrations).toMatchObject({ known: false, why: "no answer within 2 s", code: "late" });
  expect(overview.service.known).toBe(true);
});

it("migrations that answer are shown", async () => {
  const newest = { newest: 8, description: "Add x", appliedAt: "2026-04-10T11:00:00Z" };
  const overview = await collectStatus(reads, { ...asking, migrations: async () => newest });
  expect(overview.migrations).toEqual({ known: true, value: newest });
});

it("what runs have left is named with a command for the profile and region that are read", async () => {
  const overview = await collectStatus(reads, {
    ...asking,
    muteRules: async () => [{ name: "vulcan-ops-vulcan-prod-x1", status: "ACTIVE", size: 3 }],
    asPasted: (line) => asPasted(line, { profile: "ops", region: "eu-west-1" }),
  });
  expect(overview.unfinished.map(({ command }) => command)).toEqual([
    "aws --profile ops --region eu-west-1 cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name vulcan-ops-vulcan-prod-x1",
    `aws --profile ops --region eu-west-1 ecs update-service --cluster ${TARGET.cluster} --service vulcan-prod --desired-count 3`,
  ]);
});

describe("several target groups", () => {
  const health: Readonly<Record<string, readonly TargetHealth[]>> = {
    "arn:targetgroup/web/1": [
      { address: "10.0.0.1", state: "healthy" },
      { address: "10.0.0.3", state: "draining" },
    ],
    "arn:targetgroup/admin/2": [{ address: "10.0.0.1", state: "unhealthy" }],
    "arn:targetgroup/v6/3": [{ address: "2600::1", state: "healthy" }],
  };
  const gone = "arn:targetgroup/old/4";
  const several = {
    ...reads,
    ecs: { ...reads.ecs, service: async () => ({ ...service, targetGroups: [...Object.keys(health), gone] }) },
    targetGroups: async (arns: readonly string[]) =>
      arns.map((arn) => ({ arn, exists: arn !== gone, balancers: arn.includes("v6") ? [] : ["lb"] })),
    targetHealth: async (group: string) => {
      const found = health[group];
      if (found === undefined) throw new Error("TargetGroupNotFoundException");
      return found;
    },
  } as unknown as AwsReads;

  it("are an entry each and never added up; what is gone, unused or cannot be matched is told apart", async () => {
    const { balancer } = await collectStatus(several, asking);
    expect(balancer).toEqual({
      known: true,
      value: {
        targets: { unhealthy: 1 },
        serving: {},
        states: { "v:42": { unhealthy: 1 } },
        groups: [
          {
            name: "web",
            targets: { healthy: 1, draining: 1 },
            serving: { "v:42": 1 },
            states: { "v:42": { healthy: 1 }, "v:41": { draining: 1 } },
          },
          { name: "admin", targets: { unhealthy: 1 }, serving: {}, states: { "v:42": { unhealthy: 1 } } },
          {
            name: "v6",
            targets: { healthy: 1 },
            serving: { "an unknown task": 1 },
            states: { "an unknown task": { healthy: 1 } },
            fault: "unused",
            unmatched: true,
          },
          { name: "old", targets: {}, serving: {}, states: {}, fault: "gone" },
        ],
      },
    });
  });

  it("a read that fails is not told as a group that is gone", async () => {
    const denied = { ...several, targetGroups: async () => Promise.reject(new Error("denied")) };
    const { balancer } = await collectStatus(denied as unknown as AwsReads, asking);
    expect(balancer).toMatchObject({ known: false, why: "TargetGroupNotFoundException" });
  });
});
