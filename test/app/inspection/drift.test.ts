import { describe, expect, it } from "vitest";
import { judgeAlarms, judgeConnections } from "../../../src/checks/alarms/documented-alarms.ts";
import { judgeMutes, judgeRevision, judgeSize } from "../../../src/checks/deployment/after-maintenance.ts";
import { TARGET } from "../../support/sandbox-harness.ts";

const GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/vulcan-prod/6165a881cd424e42";
const hosts = {
  name: "hosts",
  metric: "HealthyHostCount",
  of: ["targetgroup/vulcan-prod/6165a881cd424e42"],
  tells: true,
};
const sessions = { name: "sessions", metric: "DatabaseConnections", of: ["vulcan-prod"], tells: true, threshold: 160 };
const levels = (found: readonly { readonly level: string }[]) => found.map(({ level }) => level);

describe("the documented alarms", () => {
  it.each([
    ["both there", [hosts, sessions], ["ok", "ok"]],
    ["none", [], ["warn", "warn"]],
    ["one tells nobody", [{ ...hosts, tells: false }, sessions], ["warn", "ok"]],
    ["two, one of which tells somebody", [{ ...hosts, tells: false }, hosts, sessions], ["ok", "ok"]],
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
    expect(judgeConnections(alarm, most, waiting).level).toBe(level),
  );
});

describe("leftovers", () => {
  const scaling = { least: 1, most: 6, inSuspended: false, outSuspended: false, scheduledSuspended: false };
  it.each([
    [3, undefined, ["ok"]],
    [3, scaling, ["ok"]],
    [1, scaling, ["warn"]],
    [1, { ...scaling, inSuspended: true }, ["warn", "warn"]],
    [3, { ...scaling, scheduledSuspended: true }, ["warn"]],
    [0, undefined, ["ok"]],
  ])("%i tasks, scaling %j", (desired, found, expected) =>
    expect(levels(judgeSize(desired, found, TARGET))).toEqual(expected),
  );

  it("rules that keep alarms silent, each with its line", () => {
    expect(levels(judgeMutes([]))).toEqual(["ok"]);
    const [found] = judgeMutes([{ name: "left", status: "ACTIVE" }]);
    expect(found?.fixes).toEqual(["aws cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name left"]);
  });

  it("a revision that cannot be deployed any more", () => {
    expect(
      [judgeRevision("a:1", "ACTIVE"), judgeRevision("a:1", "INACTIVE"), judgeRevision("a:1")].map(
        ({ level }) => level,
      ),
    ).toEqual(["ok", "warn", "warn"]);
  });
});
