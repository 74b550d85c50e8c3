import { describe, expect, it } from "vitest";
import { type DeploymentOverview, type Overview, type ServiceOverview, troubles } from "../../src/domain/overview.ts";

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
  healthy: { "vulcan-prod:42": 2 },
  targets: { healthy: 2 },
  stops: [],
};

function overviewOf(change: Partial<ServiceOverview> = {}, rest: Partial<Overview> = {}): Overview {
  return {
    target: { name: "t", cluster: "c", service: "s", database: "d", production: false },
    at: "2026-04-10T12:00:00Z",
    caller: { known: true, value: { account: "111122223333", arn: "arn:aws:iam::111122223333:user/x" } },
    service: { known: true, value: { ...service, ...change } },
    database: { known: true, value: { id: "vulcan-prod", status: "available", engine: "postgres 16" } },
    alarms: { known: true, value: [] },
    ...rest,
  };
}

const bad = { ...deployment, taskDefinition: "vulcan-prod:43", rollout: "IN_PROGRESS", failed: 3 };

describe("what is wrong, told in sentences", () => {
  it("is nothing where nothing is", () => {
    expect(troubles(overviewOf())).toEqual([]);
  });

  it.each<[string, Partial<ServiceOverview>, string[]]>([
    ["no task is left", { healthy: {} }, ["no healthy task of vulcan-prod is left"]],
    ["half the tasks are left", { healthy: { "vulcan-prod:42": 1 } }, ["only 1 of 2 tasks are healthy"]],
    ["tasks of two revisions make up the number", { healthy: { "vulcan-prod:42": 1, "vulcan-prod:43": 1 } }, []],
    ["scaled to nothing on purpose", { desired: 0, healthy: {} }, []],
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
      ["a deployment of vulcan-prod:43 is in progress"],
    ],
    ["tasks that failed on the way to a completed deployment", { deployments: [{ ...bad, rollout: "COMPLETED" }] }, []],
  ])("%s", (_name, change, sentences) => {
    expect(troubles(overviewOf(change))).toEqual(sentences);
  });

  it("names the service first, then the database, then the alarms", () => {
    const all = overviewOf(
      { healthy: {} },
      {
        database: { known: true, value: { id: "vulcan-prod", status: "storage-full", engine: "postgres 16" } },
        alarms: { known: true, value: [{ name: "5xx", reason: "12 > 5" }] },
      },
    );
    expect(troubles(all)).toEqual([
      "no healthy task of vulcan-prod is left",
      "database vulcan-prod is storage-full",
      "alarm 5xx: 12 > 5",
    ]);
  });

  it("says that it cannot read the service; an unreadable database or alarm list is no trouble of the service", () => {
    const blind = { known: false, why: "AWS refused it" } as const;
    expect(troubles(overviewOf({}, { service: blind }))).toEqual(["the service cannot be read: AWS refused it"]);
    expect(troubles(overviewOf({}, { database: blind, alarms: blind }))).toEqual([]);
  });
});
