import { describe, expect, it } from "vitest";
import type { ContainerChoice } from "../../../src/domain/aws/application-container.ts";
import type { Task } from "../../../src/domain/aws/ecs.ts";
import { type ChosenContainer, chooseServingTask, chooseTunnelTask } from "../../../src/domain/aws/exec-target.ts";
import type { OpsError } from "../../../src/domain/error.ts";
import type { Target } from "../../../src/domain/target.ts";

const RUNNING = { status: "RUNNING", exitCodes: [], addresses: [] };

const TARGET: Target = { name: "t", cluster: "c", service: "s", database: "d", production: false };

function task(id: string, over: Partial<Task> = {}, agent = "RUNNING"): Task {
  return {
    ...RUNNING,
    id,
    taskDefinition: "vulcan-prod:42",
    health: "HEALTHY",
    execEnabled: true,
    containers: [{ name: "vulcan", agent, runtimeId: `${id}-1` }],
    ...over,
  };
}

function refusalOf(tasks: readonly Task[]): string {
  try {
    return `a door: ${chooseTunnelTask(tasks, TARGET).task}`;
  } catch (error) {
    return (error as OpsError).message;
  }
}

describe("the task through which a database is reached", () => {
  it("is a healthy one, of whatever revision; without any, one that runs", () => {
    const ill = task("a", { health: "UNHEALTHY", taskDefinition: "vulcan-prod:43" });
    const well = task("b");
    expect(chooseTunnelTask([ill, well], TARGET)).toEqual({
      cluster: "c",
      task: "b",
      container: "vulcan",
      runtimeId: "b-1",
    });
    expect(chooseTunnelTask([ill], TARGET).task).toBe("a");
  });

  it("is not one that ECS is taking away, that was started without ECS Exec, or whose agent is down", () => {
    const good = task("z");
    const others = [task("a", { desired: "STOPPED" }), task("b", { execEnabled: false }), task("c", {}, "STOPPED")];
    expect(chooseTunnelTask([...others, good], TARGET).task).toBe("z");
  });

  it("is any container of it with an agent", () => {
    const containers = [
      { name: "vulcan", agent: "STOPPED", runtimeId: "a-1" },
      { name: "log-router", agent: "RUNNING", runtimeId: "a-2" },
    ];
    expect(chooseTunnelTask([task("a", { containers })], TARGET)).toMatchObject({
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

const TASK: Task = {
  ...RUNNING,
  id: "good",
  taskDefinition: "vulcan-prod:43",
  health: "HEALTHY",
  execEnabled: true,
  containers: [
    { name: "proxy", agent: "STOPPED" },
    { name: "vulcan", agent: "RUNNING" },
  ],
};
const SERVICE = { taskDefinition: "vulcan-prod:43" };
const ALL = ["proxy", "vulcan"];
const CHOSEN: ContainerChoice = { kind: "certain", name: "vulcan", all: ALL, how: "the load balancer names it" };
const SICK = { ...TASK, id: "sick", health: "UNHEALTHY" };
const OLD = { ...TASK, id: "old", taskDefinition: "vulcan-prod:42" };
const CLOSED = { ...TASK, id: "closed", execEnabled: false };
const STARTING = { ...TASK, id: "starting", status: "ACTIVATING" };
const LATE = { ...TASK, id: "late", containers: [{ name: "vulcan", agent: "PENDING" }] };

const HEALTH = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };
const CHECKED = [{ health: HEALTH }, {}];
const chosen = (tasks: readonly Task[], containers: ChosenContainer["containers"] = CHECKED) =>
  chooseServingTask(SERVICE, tasks, TARGET, { choice: CHOSEN, containers });

function refusal(tasks: readonly Task[], choice = CHOSEN, ways = 1): string {
  try {
    chooseServingTask(SERVICE, tasks, TARGET, { choice, containers: CHECKED });
  } catch (error) {
    const { exitCode, message, next = [] } = (error as OpsError).detail;
    expect([exitCode, next.length]).toEqual([11, ways]);
    return message;
  }
  return expect.unreachable("a task was chosen");
}

describe("the container that a command is run in", () => {
  it("is of a healthy task of the PRIMARY revision whose agent runs in it, wherever that stands in the list", () => {
    expect(chosen([STARTING, SICK, OLD, CLOSED, LATE, TASK])).toEqual({
      task: "good",
      taskDefinition: "vulcan-prod:43",
      container: "vulcan",
    });
  });

  it("is never guessed: where it is not certain, nothing is entered", () => {
    expect(refusal([TASK], { kind: "uncertain", all: ALL, why: "nothing tells" }, 2)).toContain("proxy, vulcan");
    expect(refusal([TASK], { kind: "absent", named: "app", all: ALL }, 2)).toContain(
      "no container app, only proxy, vulcan",
    );
  });

  it("is of a task whose health ECS does not know only where no essential container is checked", () => {
    const unknown = { ...TASK, id: "unknown", health: "UNKNOWN" };
    expect(chosen([SICK, unknown], [{}, { essential: false, health: HEALTH }]).task).toBe("unknown");
    expect(refusal([SICK, unknown])).toContain("HEALTHY (UNHEALTHY, UNKNOWN)");
  });

  it("is of a task whose agent runs, though ECS does not say that it may", () => {
    const { execEnabled: _, ...unsaid } = TASK;
    expect(chosen([unsaid]).task).toBe(TASK.id);
  });

  it.each([
    ["none of the revision", [OLD], "no task of vulcan-prod:43 is running"],
    ["none healthy", [OLD, SICK, SICK], "HEALTHY (UNHEALTHY, UNHEALTHY)"],
    ["none with ECS Exec", [SICK, CLOSED], "ECS Exec is off in the healthy tasks of vulcan-prod:43"],
    ["no agent", [LATE, CLOSED], "runs in container vulcan of no healthy task (PENDING)"],
    ["no such container", [{ ...TASK, containers: [] }], "(absent)"],
  ])("%s: says so", (_name, tasks, message) => {
    expect(refusal(tasks)).toContain(message);
  });
});
