import { describe, expect, it } from "vitest";
import { judgeAlarms, judgeConnections } from "../../../src/checks/alarms/documented-alarms.ts";
import { judgeMutes, judgeRevision, judgeSize } from "../../../src/checks/deployment/after-maintenance.ts";
import { commandLine } from "../../../src/domain/command-line.ts";
import { levelOf } from "../../../src/domain/diagnosis.ts";
import type { Finding } from "../../../src/domain/operation.ts";
import type { Unfinished } from "../../../src/domain/unfinished.ts";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:on-call";
const SCALES = "arn:aws:autoscaling:eu-west-1:111122223333:scalingPolicy:1:resource/ecs/service/c/s:policyName/p";
const GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/vulcan-prod/6165a881cd424e42";
const hosts = {
  name: "hosts",
  metric: "HealthyHostCount",
  of: ["targetgroup/vulcan-prod/6165a881cd424e42"],
  actionsEnabled: true,
  actions: [TOPIC],
};
const sessions = {
  name: "sessions",
  metric: "DatabaseConnections",
  of: ["vulcan-prod"],
  actionsEnabled: true,
  actions: [TOPIC],
  threshold: 160,
};
const levels = (found: readonly Finding[]) => found.map(levelOf);

describe("the documented alarms", () => {
  it.each([
    ["both there", [hosts, sessions], ["ok", "ok"]],
    ["none", [], ["warn", "warn"]],
    ["one tells nobody", [{ ...hosts, actionsEnabled: false }, sessions], ["warn", "ok"]],
    ["one tells through a composite", [{ ...hosts, actions: [], through: ["page"] }, sessions], ["ok", "ok"]],
    ["one that fires above its limit", [{ ...hosts, comparison: "GreaterThanThreshold" }, sessions], ["warn", "ok"]],
    ["one that only scales", [{ ...hosts, actions: [SCALES] }, sessions], ["warn", "ok"]],
    ["two, one of which tells somebody", [{ ...hosts, actionsEnabled: false }, hosts, sessions], ["ok", "ok"]],
    [
      "of another balancer and another database",
      [
        { ...hosts, of: ["x"] },
        { ...sessions, of: ["y"] },
      ],
      ["warn", "warn"],
    ],
  ])("%s", (_name, found, expected) => expect(levels(judgeAlarms(found, [GROUP], "vulcan-prod"))).toEqual(expected));

  it.each([
    ["80 % of 200", sessions, 200, [], "ok"],
    ["another limit", sessions, 400, [], "warn"],
    ["a formula", sessions, undefined, [], "untried"],
    ["no alarm", undefined, 200, [], "untried"],
    ["a change that waits for a reboot", sessions, 200, ["mine is pending-reboot"], "warn"],
  ])("on connections: %s", (_name, alarm, most, waiting, level) =>
    expect(levelOf(judgeConnections(alarm, most, waiting))).toBe(level),
  );
});

describe("leftovers", () => {
  const command = commandLine`vulcan-ops resume x0001`;
  const SIZE: Unfinished = { kind: "size", what: "service vulcan: desired tasks", before: 3, now: 1, command };
  const HELD: Unfinished = { kind: "scaling", what: "auto scaling: suspended", before: "none", now: "in", command };
  const WARN_TWICE = ["warn", "warn"];
  const scaling = { least: 1, most: 6, inSuspended: false, outSuspended: false, scheduledSuspended: false };
  it.each([
    ["three tasks", 3, undefined, [], ["ok"]],
    ["three tasks and auto scaling", 3, scaling, [], ["ok"]],
    ["one task, as its owner wants it", 1, scaling, [], ["ok"]],
    ["no task, as its owner wants it", 0, undefined, [], ["ok"]],
    ["one task that a run left", 1, scaling, [SIZE], ["warn"]],
    ["one task and suspended scaling that a run left", 1, { ...scaling, inSuspended: true }, [SIZE, HELD], WARN_TWICE],
    ["suspended scaling of unknown origin", 3, { ...scaling, scheduledSuspended: true }, [], ["warn"]],
  ] as const)("%s", (_name, desired, found, left, expected) =>
    expect(levels(judgeSize(desired, found, left))).toEqual(expected),
  );

  it("names the size that it had, with the command that brings it back", () => {
    const [found] = judgeSize(1, scaling, [SIZE]);
    expect(found).toMatchObject({ text: expect.stringContaining("1, before 3"), next: [SIZE.command] });
  });

  it("rules that keep alarms silent, each with its line", () => {
    expect(levels(judgeMutes([]))).toEqual(["ok"]);
    const [found] = judgeMutes([{ name: "left", status: "ACTIVE" }]);
    expect(found?.next).toEqual(["aws cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name left"]);
  });

  it("a revision that cannot be deployed any more", () => {
    expect(
      [judgeRevision("a:1", "ACTIVE"), judgeRevision("a:1", "INACTIVE"), judgeRevision("a:1")].map(
        ({ level }) => level,
      ),
    ).toEqual(["ok", "warn", "warn"]);
  });
});
