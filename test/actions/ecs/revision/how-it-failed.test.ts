import { describe, expect, it } from "vitest";
import { howItFailed, type LastDeployment } from "../../../../src/actions/ecs/revision/how-it-failed.ts";
import type { Task } from "../../../../src/domain/aws/ecs.ts";
import { deploymentOf, NOW, rowsOf, serviceOf, tasksOf } from "../../support.ts";

const stopped = (count: number, change: Partial<Task>) =>
  tasksOf(43, count, { status: "STOPPED", stoppedAt: new Date(NOW - 14 * 60_000).toISOString(), ...change });
const SICK = { stoppedReason: "Task failed container health checks" };

function told(change: Partial<LastDeployment>): string | undefined {
  const last: LastDeployment = {
    wanted: "vulcan-prod:43",
    service: serviceOf(42),
    history: rowsOf("42 SUCCESSFUL 0.2", "43 SUCCESSFUL 1", "42 SUCCESSFUL 9"),
    detail: undefined,
    stopped: [],
    revisionMarks: [],
    now: NOW,
    ...change,
  };
  return howItFailed(last)?.text;
}

describe("what an undo would deploy again", () => {
  it("is nothing to warn of where it came up", () => {
    expect(told({})).toBeUndefined();
    const replaced = stopped(3, { stoppedReason: "Scaling activity initiated by (deployment ecs-svc/42)" });
    expect(
      told({ stopped: [...replaced, ...stopped(1, { stoppedReason: "stopped by an operator", exitCodes: [137] })] }),
    ).toBeUndefined();
  });

  it.each<[string, Partial<Task>, string]>([
    ["failed its health checks", SICK, "12 of its tasks failed their health checks 14 min ago"],
    [
      "ended by itself",
      { stopCode: "EssentialContainerExited", exitCodes: [1] },
      "12 of its tasks ended by themselves 14",
    ],
    [
      "could not start",
      { stoppedReason: "CannotPullContainerError: x: not found" },
      "12 of its tasks could not start 14",
    ],
  ])("is told with how it %s", (_name, change, expected) => {
    expect(told({ stopped: stopped(12, change) })).toContain(
      `vulcan-prod:43 is the release you rolled back: ${expected}`,
    );
  });

  it("is told by what ECS has counted where its tasks are forgotten", () => {
    const deployments = [
      deploymentOf(42),
      deploymentOf(43, { status: "ACTIVE", failed: 5, createdAt: "2026-04-10T11:00:00.000Z" }),
    ];
    expect(told({ service: serviceOf(42, { deployments }) })).toContain("5 of its tasks failed 1 h ago");
  });

  it.each(["STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"])(
    "is told by the end of its deployment: %s",
    (status) => {
      const history = rowsOf("42 SUCCESSFUL 0.2", `43 ${status} 1.1`, "43 SUCCESSFUL 5");
      expect(told({ history })).toContain(`its deployment failed (${status}) 1 h ago`);
    },
  );

  it("is told by an execution of ours, until it has been deployed well again", () => {
    const times = { sentAt: "2026-04-10T10:59:00.000Z", at: "2026-04-10T11:10:00.000Z" };
    const mark = { taskDefinition: "vulcan-prod:43", ...times, why: "task-exits", execution: "abc" };
    expect(told({ revisionMarks: [mark] })).toContain("execution abc saw it fail (task-exits) 50 min ago");
    expect(told({ revisionMarks: [{ ...mark, at: "2026-04-10T10:59:30.000Z" }] })).toBeUndefined();
    expect(told({ revisionMarks: [{ ...mark, taskDefinition: "vulcan-prod:42" }] })).toBeUndefined();
  });

  it("is not taken for good where the history is not readable", () => {
    expect(told({ history: { unread: "no answer" } })).toBe(
      "not known whether the last deployment of vulcan-prod:43 failed: no answer",
    );
    expect(told({ history: { unread: "no answer" }, stopped: stopped(2, SICK) })).toContain(
      "2 of its tasks failed their",
    );
  });
});
