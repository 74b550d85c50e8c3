import { describe, expect, it } from "vitest";
import { DeploymentRecord } from "../../src/actions/watch/deployment-record.ts";
import type { HistoryRow, Service, ServiceDeployment } from "../../src/domain/aws/ecs.ts";
import { deploymentOf, NOW, serviceOf } from "./support.ts";

const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

/** `43 STOPPED -5 2`: begun five minutes before the watch, ended two minutes after its start; no end: it goes on. */
function row(line: string): HistoryRow {
  const [revision = "", status = "", begun = "", ended = ""] = line.split(" ");
  const finished = ended === "" ? {} : { finishedAt: at(Number(ended)) };
  const createdAt = at(Number(begun));
  return { arn: `${revision}@${begun}`, status, taskDefinition: `vulcan-prod:${revision}`, createdAt, ...finished };
}

const detail = (arn: string, change: Partial<ServiceDeployment> = {}): ServiceDeployment => ({
  arn,
  status: "STOPPED",
  taskDefinition: "vulcan-prod:43",
  sources: [],
  alarms: [],
  ...change,
});

interface Seen {
  readonly service?: Service;
  readonly history: readonly string[];
  readonly details?: readonly ServiceDeployment[];
}

/** A record after these looks; the first one is made when the watch begins. */
function recordOf(first: Seen, ...looks: readonly Seen[]): DeploymentRecord {
  const record = new DeploymentRecord(NOW, first.history.map(row));
  for (const { service = serviceOf(42), history, details = [] } of [first, ...looks])
    record.learn({ service, history: history.map(row), details });
  return record;
}

const CALM = { history: ["42 SUCCESSFUL -600 -590"] };

describe("a deployment that fails while it is watched", () => {
  it.each([
    "ROLLBACK_REQUESTED",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_SUCCESSFUL",
    "ROLLBACK_FAILED",
    "STOPPED",
    "FAILED",
  ])("%s is told by the service deployments, although no look met a FAILED one", (status) => {
    const record = recordOf(CALM, { history: [`43 ${status} 1 3`, ...CALM.history] });
    expect(record.failed).toBe(`the deployment of vulcan-prod:43 FAILED (${status})`);
  });

  it("begun before the watch counts, too", () => {
    const begun = { history: ["43 IN_PROGRESS -4", ...CALM.history] };
    expect(recordOf(begun).failed).toBeUndefined();
    expect(recordOf(begun, { history: ["43 ROLLBACK_SUCCESSFUL -4 2", ...CALM.history] }).failed).toContain(
      "43 FAILED",
    );
  });

  it("is told by DescribeServices beside the PRIMARY one, and stays told when it is gone", () => {
    const failed = deploymentOf(43, { status: "ACTIVE", rollout: "FAILED", rolloutReason: "tasks failed to start" });
    const service = serviceOf(42, { deployments: [deploymentOf(42), failed] });
    const record = recordOf(CALM, { ...CALM, service }, CALM);
    expect(record.failed).toBe("the deployment of vulcan-prod:43 FAILED: tasks failed to start");
  });

  it("is told by DescribeServices where the PRIMARY one itself failed", () => {
    const service = serviceOf(43, { deployments: [deploymentOf(43, { rollout: "FAILED" })] });
    expect(recordOf({ ...CALM, service }).failed).toBe("the deployment of vulcan-prod:43 FAILED");
  });

  it("is told with where ECS went back to, and why", () => {
    const rollback = { taskDefinition: "vulcan-prod:42", startedAt: at(2), reason: "threshold exceeded" };
    const details = [detail("43@1", { rollback, alarms: ["high-5xx"] })];
    expect(recordOf(CALM, { history: ["43 ROLLBACK_SUCCESSFUL 1 3"], details }).failed).toBe(
      "the deployment of vulcan-prod:43 FAILED (ROLLBACK_SUCCESSFUL, back to vulcan-prod:42): threshold exceeded; alarms: high-5xx",
    );
  });
});

describe("what is no failure of the watch", () => {
  it("a deployment that had failed and ended before it began", () => {
    const old = { history: ["43 ROLLBACK_SUCCESSFUL -30 -20", "41 STOPPED -900 -890"] };
    expect(recordOf(old, old).failed).toBeUndefined();
  });

  it("the tasks of such a one, which still stop", () => {
    const failed = deploymentOf(43, { status: "ACTIVE", rollout: "FAILED", createdAt: at(-30) });
    const service = serviceOf(42, { deployments: [deploymentOf(42), failed] });
    expect(recordOf({ service, history: ["42 SUCCESSFUL -5 -1", "43 STOPPED -30 -5"] }).failed).toBeUndefined();
  });

  it("a deployment that somebody deployed over, which is a note; one whose tasks had failed is a failure", () => {
    const over = { history: ["44 SUCCESSFUL 3 9", "43 STOPPED 1 3"] };
    const record = recordOf(CALM, over);
    expect([record.failed, record.notes]).toEqual([
      undefined,
      ["the deployment of vulcan-prod:43 was stopped because another one replaced it"],
    ]);
    const breaker = { status: "MONITORING", failures: 2, threshold: 3 };
    expect(recordOf(CALM, { ...over, details: [detail("43@1", { breaker })] }).failed).toContain(
      "vulcan-prod:43 FAILED",
    );
  });
});

describe("a deployment that has not ended", () => {
  it("is told by either list, until it has", () => {
    expect(recordOf(CALM).open).toBeUndefined();
    const going = recordOf(CALM, { history: ["43 IN_PROGRESS 1", ...CALM.history] });
    expect(going.open).toBe("the deployment of vulcan-prod:43 has not ended");
    const service = serviceOf(43, { deployments: [deploymentOf(43, { rollout: "IN_PROGRESS" })] });
    expect(recordOf({ ...CALM, service }).open).toBe("the deployment of vulcan-prod:43 has not ended");
    expect(recordOf({ ...CALM, service }, CALM).open).toBeUndefined();
  });
});

it("asks for the details of those alone that may have failed within the watch", () => {
  const record = new DeploymentRecord(NOW, [row("41 STOPPED -90 -80")]);
  const history = ["44 IN_PROGRESS 5", "43 ROLLBACK_SUCCESSFUL 1 3", "42 SUCCESSFUL -600 -590", "41 STOPPED -90 -80"];
  expect(record.suspects(history.map(row))).toEqual(["43@1"]);
});

it("without a history the service alone tells of deployments, and what it does not tell is open", () => {
  const record = new DeploymentRecord(NOW);
  const unread = { history: undefined, details: [] };
  record.learn({ service: serviceOf(42), ...unread });
  expect([record.failed, record.open]).toEqual([undefined, "the deployment history could not be read"]);
  // What failed before the watch and still stops its tasks is none of this watch.
  const old = deploymentOf(41, { status: "ACTIVE", rollout: "FAILED" });
  record.learn({ service: serviceOf(42, { deployments: [deploymentOf(42), old] }), ...unread });
  expect(record.failed).toBeUndefined();
  record.learn({ service: serviceOf(43, { deployments: [deploymentOf(43, { rollout: "IN_PROGRESS" })] }), ...unread });
  expect(record.open).toBe("the deployment of vulcan-prod:43 has not ended");
  record.learn({ service: serviceOf(42), history: [row("43 ROLLBACK_SUCCESSFUL 1 3")], details: [] });
  expect(record.failed).toContain("the deployment of vulcan-prod:43 FAILED");
  expect(record.open).toBeUndefined();
});
