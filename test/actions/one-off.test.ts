import { describe, expect, it } from "vitest";
import { type OneOff, planOneOff } from "../../src/actions/ecs/one-off-request.ts";
import { awaitTask } from "../../src/actions/ecs/one-off-task.ts";
import type { Attempt } from "../../src/domain/action.ts";
import type { Container, EndedContainer } from "../../src/domain/aws/ecs.ts";
import { containerOf, definitionOf, serviceOf, taskOf, waitingFor, worldOf } from "./support.ts";

const APP = containerOf(43, { image: "registry/vulcan:1.43" });
const ENVOY = containerOf(43, { name: "envoy", image: "envoyproxy/envoy:v1.31", command: ["envoy", "-c", "x"] });
const WORKER = serviceOf(43, { balancers: [] });

const planned = (containers: readonly Container[], more: Partial<OneOff> = {}) => {
  const definition = definitionOf(43, { containers });
  const words = ["migrate", "down", "1"];
  return planOneOff({ cluster: "c", service: WORKER, definition, words, instead: "exec", ...more });
};

const overridden = (containers: readonly Container[], more: Partial<OneOff> = {}) =>
  planned(containers, more).operation?.input.overrides;

const told = (containers: readonly Container[], more: Partial<OneOff> = {}) =>
  planned(containers, more).findings.map(({ level, code }) => `${level} ${code}`);

const over = (name: string, ...command: string[]) => ({ containerOverrides: [{ name, command }] });

describe("a task of its own", () => {
  it("gives the words to the application's container, wherever it stands", () => {
    expect(overridden([ENVOY, APP])).toEqual(over("vulcan", "vulcan", "migrate", "down", "1"));
    expect(overridden([ENVOY, { ...APP, name: "app" }], { named: "app" })).toMatchObject({
      containerOverrides: [{ name: "app" }],
    });
  });

  it("is not proposed at all where it is not certain which container that is", () => {
    const twin = { ...ENVOY, image: "registry/vulcan:1.42" };
    expect(overridden([twin, APP])).toBeUndefined();
    expect(told([twin, APP])).toEqual(["block task-which-container"]);
    expect(told([twin, APP], { named: "app" })).toEqual(["block task-container-absent"]);
    expect(overridden([twin, APP], { named: "vulcan" })).toEqual(over("vulcan", "vulcan", "migrate", "down", "1"));
  });

  it.each<[string, readonly Container[], Partial<OneOff>, readonly string[]]>([
    ["alone", [APP], {}, []],
    ["beside another program, whose end would stop it", [ENVOY, APP], {}, ["warn task-companion"]],
    ["beside one that may end", [{ ...ENVOY, essential: false }, APP], {}, []],
    ["beside one that would serve", [{ ...APP, name: "second" }, APP], { named: "vulcan" }, ["block task-rival"]],
    [
      "beside one that migrates first",
      [{ ...APP, name: "init", essential: false, command: ["sh", "-c", "vulcan migrate up"] }, APP],
      {},
      ["block task-rival"],
    ],
    ["in a sidecar, with the application beside it", [ENVOY, APP], { named: "envoy" }, ["block task-rival"]],
    [
      "in a container whose end would not end it",
      [{ ...APP, essential: false }, ENVOY],
      { named: "vulcan" },
      ["block task-goes-on", "warn task-companion"],
    ],
    [
      "behind an entry point that serves",
      [{ ...APP, entryPoint: ["/vulcan", "serve"] }],
      {},
      ["block task-entry-point"],
    ],
    ["behind a shell", [{ ...APP, entryPoint: ["sh", "-c"] }], {}, ["block task-entry-point"]],
  ])("%s", (_name, containers, more, expected) => {
    expect(told(containers, more)).toEqual(expected);
  });

  it.each<[string, Partial<Container>, string]>([
    ["the image starts it", {}, "vulcan migrate down 1"],
    ["the command is its path", { command: ["/app/vulcan", "serve"] }, "/app/vulcan migrate down 1"],
    ["its entry point is vulcan", { command: ["serve"] }, "migrate down 1"],
    ["its entry point is said to be", { entryPoint: ["/usr/bin/vulcan"], command: ["--port", "1"] }, "migrate down 1"],
    ["an init starts it", { entryPoint: ["tini", "--"], command: ["vulcan", "serve"] }, "vulcan migrate down 1"],
    ["a shell is its command", { command: ["sh", "-c", "vulcan serve"] }, "vulcan migrate down 1"],
  ])("has the words where %s", (_name, change, expected) => {
    const overrides = overridden([{ ...APP, ...change }]) as { containerOverrides: { command: string[] }[] };
    expect(overrides.containerOverrides[0]?.command.join(" ")).toBe(expected);
  });
});

describe("its end", () => {
  const attempt: Attempt = {
    key: "k",
    outputs: {},
    operation: { service: "ecs", name: "RunTask", input: { overrides: over("vulcan", "vulcan", "migrate") } },
  };

  const endOf = async (...ended: EndedContainer[]) => {
    const task = taskOf(43, 1, {
      status: "STOPPED",
      startedBy: "vulcan-ops/k",
      stoppedReason: "the task's own",
      ended,
    });
    const world = worldOf({ stopped: [task], definitions: [definitionOf(43)] });
    return awaitTask("vulcan-prod:43", attempt, waitingFor(world));
  };

  it("is that of the container that got the command, whatever ECS lists first", async () => {
    const sidecar = { name: "envoy", exitCode: 137 };
    expect(await endOf(sidecar, { name: "vulcan", exitCode: 0 })).toMatchObject({ code: 0 });
    expect(await endOf({ ...sidecar, exitCode: 0 }, { name: "vulcan", exitCode: 1 })).toMatchObject({
      code: 1,
      lines: ["container envoy ended with 0"],
    });
  });

  it("is unknown where that container has none, though another has", async () => {
    const end = await endOf({ name: "envoy", exitCode: 0 }, { name: "vulcan", reason: "OutOfMemoryError" });
    expect(end).toEqual({ kind: "stopped", why: "OutOfMemoryError", lines: ["container envoy ended with 0"] });
  });
});
