import { describe, expect, it } from "vitest";
import { phaseOf, phaseText } from "../../../src/domain/upgrade/phases.ts";

describe("the phase in which an upgrade failed", () => {
  it.each<[string, string, string, number | undefined]>([
    ["an image that is absent", "task-cannot-start", "3 × CannotPullContainerError: … manifest unknown", 2],
    ["an image of another platform", "task-exits", "2 × exec format error (exit 1)", 2],
    ["an image that cannot be pulled", "task-cannot-start", "2 × CannotPullContainerError: dial tcp: timeout", 3],
    ["a secret that is absent", "task-cannot-start", "1 × ResourceInitializationError: … not found", 3],
    ["no capacity", "still-in-progress", "(service vulcan-prod) was unable to place a task", 3],
    ["a process that ends", "task-exits", "3 × Essential container in task exited (exit 1)", 3],
    ["a migration that fails", "task-exits", "log: ERR Migration failed version=8 error=…", 4],
    ["a migration that waits", "health-failing", "vulcan (PID 8) waits for AccessExclusiveLock on a behind b", 4],
    ["a container that is never healthy", "breaker-rollback", "3 × Task failed container health checks (exit 137)", 5],
    ["a target that is never healthy", "health-failing", "3 × Task failed ELB health checks in (target-group x)", 5],
    ["a task that is protected", "still-in-progress", "1 task is protected: 704e05dd (until 2026-04-12)", 6],
    ["a drain that does not end", "still-draining", "", 6],
    ["old tasks that do not end", "still-draining", "3 tasks of a:42 are DEPROVISIONING, the last told …", 7],
    [
      "tasks that drain beside one that stops",
      "still-draining",
      "1 task of a:42 is STOPPING; 2 tasks of a:42 are DEACTIVATING",
      6,
    ],
    ["nothing that shows it", "superseded", "", undefined],
  ])("%s", (_, reason, line, phase) => {
    expect(phaseOf({ reason, evidence: [line] })).toBe(phase);
  });

  it("is that of a failed new task, whatever old task is protected beside it", () => {
    const held = "1 task is protected: 704e05dd (until 2026-04-12)";
    const of = (...more: readonly string[]) => phaseOf({ reason: "still-in-progress", evidence: [held, ...more] });
    expect(of("3 × Task failed ELB health checks in (target-group x)")).toBe(5);
    expect(of("log: ERR Migration failed version=8 error=…")).toBe(4);
    expect(of()).toBe(6);
  });

  it("is read from ECS's words, not from what Vulcan logs of its own health check", () => {
    const evidence = ["00:01:55Z INF 3 × health check failed", "3 × Essential container in task exited (exit 1)"];
    expect(phaseOf({ reason: "task-exits", evidence })).toBe(3);
  });

  it("has the number and the name of the document", () => {
    expect(phaseText(4)).toBe("PHASE 4 (migrations)");
  });
});
