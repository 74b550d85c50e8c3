import { expect, it } from "vitest";
import { connectionsAlarmName, hostsAlarmName, isOwnAlert, ruleNameOf } from "../../../src/domain/alerts/names.ts";
import { ruleSettings } from "../../../src/domain/alerts/rule-settings.ts";
import { failureEvent, failureRule, hostsAlarm } from "../../../src/domain/alerts/wanted.ts";
import { sameJson } from "../../../src/domain/json.ts";

const PLACE = { cluster: "vulcan", service: "web", database: "books" };
const GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/6165a881cd424e42";
const balancer = (kind: string) => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/${kind}/web/50dc`;
const SERVICE = "arn:aws:ecs:eu-west-1:111122223333:service/vulcan/web";

it("names keep to what AWS allows, however long the service's is", () => {
  const service = "s".repeat(255);
  const alarms = [connectionsAlarmName, (place: typeof PLACE) => hostsAlarmName(place, GROUP)];
  expect(alarms.map((name) => name({ ...PLACE, service, cluster: service }).length < 256)).toEqual([true, true]);
  expect(ruleNameOf({ ...PLACE, service })).toMatch(/^[.\-_A-Za-z0-9]{1,64}$/);
  expect(hostsAlarmName({ ...PLACE, service }, GROUP.replace("/web/", `/${"g".repeat(32)}/`)).length).toBeLessThan(256);
  expect(connectionsAlarmName({ ...PLACE, service }).length).toBeLessThan(256);
});

it("names of two clusters with the same service differ, and so do places that read alike", () => {
  const places = [
    PLACE,
    { ...PLACE, cluster: "other" },
    { ...PLACE, cluster: "a-b", service: "c" },
    { ...PLACE, cluster: "a", service: "b-c" },
  ];
  const long = "s".repeat(255);
  const cut = [
    { ...PLACE, service: `${long}1` },
    { ...PLACE, service: `${long}2` },
  ];
  for (const name of [ruleNameOf, connectionsAlarmName])
    expect(new Set([...places, ...cut].map(name)).size).toBe(places.length + cut.length);
});

it("an alert of another service is not ours, though a shortened name is the same", () => {
  const tags = { "vulcan-ops:alert": "vulcan/web" };
  expect([isOwnAlert(tags, PLACE), isOwnAlert(tags, { ...PLACE, service: "web2" })]).toEqual([true, false]);
  expect(isOwnAlert({}, PLACE)).toBe(false);
});

it.each([
  ["app", "AWS/ApplicationELB"],
  ["net", "AWS/NetworkELB"],
])("behind a balancer of kind %s the metric is in %s", (kind, Namespace) => {
  const balancers = [balancer(kind)];
  expect(hostsAlarm(PLACE, { name: "a", targetGroup: GROUP, balancers }, "topic")).toMatchObject({ Namespace });
});

it("no balancer, several, or one that is not known: no metric counts its targets", () => {
  for (const balancers of [[], [balancer("app"), balancer("net")], undefined])
    expect(hostsAlarm(PLACE, { name: "a", targetGroup: GROUP, balancers }, "topic")).toBeUndefined();
});

it("a pattern is the same in whatever order its members are written", () => {
  const { EventPattern, Name, Description } = failureRule("r", PLACE, SERVICE) as Record<string, string>;
  const { detail, ...rest } = JSON.parse(EventPattern ?? "");
  const pattern = JSON.stringify({ detail, ...rest }, null, 2);
  const read = ruleSettings({ name: Name ?? "", description: Description ?? "", pattern, state: "ENABLED" });
  expect(sameJson(read, failureRule("r", PLACE, SERVICE))).toBe(true);
});

it("the test event is of the service's account and region, and has what EventBridge wants", () => {
  const event = failureEvent(SERVICE, Date.parse("2026-04-10T12:00:00Z"));
  expect(event).toMatchObject({ account: "111122223333", region: "eu-west-1", time: "2026-04-10T12:00:00.000Z" });
  for (const name of ["id", "source", "resources", "detail-type"]) expect(event[name]).toBeDefined();
});
