import { describe, expect, it } from "vitest";
import { chooseDoor } from "../../../src/domain/aws/exec-target.ts";
import type { ExecTask } from "../../../src/domain/aws/setup.ts";
import type { OpsError } from "../../../src/domain/error.ts";
import type { Target } from "../../../src/domain/target.ts";

const TARGET: Target = { name: "t", cluster: "c", service: "s", database: "d", production: false };

function task(id: string, over: Partial<ExecTask> = {}, agent = "RUNNING"): ExecTask {
  return {
    id,
    taskDefinition: "vulcan-prod:42",
    health: "HEALTHY",
    execEnabled: true,
    containers: [{ name: "vulcan", agent, runtimeId: `${id}-1` }],
    ...over,
  };
}

function refusalOf(tasks: readonly ExecTask[]): string {
  try {
    return `a door: ${chooseDoor(tasks, TARGET).task}`;
  } catch (error) {
    return (error as OpsError).message;
  }
}

describe("the task through which a database is reached", () => {
  it("is a healthy one, of whatever revision; without any, one that runs", () => {
    const ill = task("a", { health: "UNHEALTHY", taskDefinition: "vulcan-prod:43" });
    const well = task("b");
    expect(chooseDoor([ill, well], TARGET)).toEqual({ cluster: "c", task: "b", container: "vulcan", runtimeId: "b-1" });
    expect(chooseDoor([ill], TARGET).task).toBe("a");
  });

  it("is not one that ECS is taking away, that was started without ECS Exec, or whose agent is down", () => {
    const good = task("z");
    const others = [task("a", { desired: "STOPPED" }), task("b", { execEnabled: false }), task("c", {}, "STOPPED")];
    expect(chooseDoor([...others, good], TARGET).task).toBe("z");
  });

  it("is any container of it with an agent", () => {
    const containers = [
      { name: "vulcan", agent: "STOPPED", runtimeId: "a-1" },
      { name: "log-router", agent: "RUNNING", runtimeId: "a-2" },
    ];
    expect(chooseDoor([task("a", { containers })], TARGET)).toMatchObject({
      container: "log-router",
      runtimeId: "a-2",
    });
  });

  it.each([
    [[], "no task of s is running"],
    [[task("a", { execEnabled: false })], "ECS Exec is off in all tasks of s"],
    [[task("a", {}, "PENDING")], "the agent of ECS Exec runs in no task of s"],
  ])("where there is none, why is said", (tasks, why) => {
    expect(refusalOf(tasks)).toBe(`there is no way to the database through a task: ${why}`);
  });
});
