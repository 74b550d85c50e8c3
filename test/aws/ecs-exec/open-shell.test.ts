import { describe, expect, it } from "vitest";
import type { ContainerChoice } from "../../../src/aws/application-container.ts";
import { chooseServing } from "../../../src/aws/ecs-exec/open-shell.ts";
import type { ExecTask } from "../../../src/domain/aws/setup.ts";
import type { OpsError } from "../../../src/domain/error.ts";
import { TARGET } from "../../support/sandbox-harness.ts";

const TASK: ExecTask = {
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
const LATE = { ...TASK, id: "late", containers: [{ name: "vulcan", agent: "PENDING" }] };

function refusal(tasks: readonly ExecTask[], choice = CHOSEN, ways = 1): string {
  try {
    chooseServing(SERVICE, tasks, TARGET, choice);
  } catch (error) {
    const { exitCode, message, next = [] } = (error as OpsError).detail;
    expect([exitCode, next.length]).toEqual([11, ways]);
    return message;
  }
  return expect.unreachable("a task was chosen");
}

describe("the container that a command is run in", () => {
  it("is of a healthy task of the PRIMARY revision whose agent runs in it, wherever that stands in the list", () => {
    expect(chooseServing(SERVICE, [SICK, OLD, CLOSED, LATE, TASK], TARGET, CHOSEN)).toEqual({
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

  it.each([
    ["none of the revision", [OLD], "no task of vulcan-prod:43 is running"],
    ["none healthy", [OLD, SICK, { ...SICK, health: "UNKNOWN" }], "HEALTHY (UNHEALTHY, UNKNOWN)"],
    ["none with ECS Exec", [SICK, CLOSED], "ECS Exec is off in the healthy tasks of vulcan-prod:43"],
    ["no agent", [LATE, CLOSED], "runs in container vulcan of no healthy task (PENDING)"],
    ["no such container", [{ ...TASK, containers: [] }], "(absent)"],
  ])("%s: says so", (_name, tasks, message) => {
    expect(refusal(tasks)).toContain(message);
  });
});
