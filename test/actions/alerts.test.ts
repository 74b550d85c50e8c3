import { describe, expect, it } from "vitest";
import { checkAlerts } from "../../src/actions/alerts/check.ts";
import { proveAlerts } from "../../src/actions/alerts/prove.ts";
import type { ActionServices } from "../../src/domain/services.ts";
import { TARGET } from "../support/sandbox-harness.ts";
import { fixedClock, serviceOf, worldOf } from "./support.ts";

const group = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/${name}/6165a881cd424e42`;
const BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188";
const TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts";
const POLICY = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "sns:Publish" }] });

type Alerts = ActionServices["aws"]["alerts"];

/** A service with these target groups, before one balancer. */
function contextOf(groups: readonly string[], alerts: Partial<Alerts> = {}) {
  const world = worldOf({ service: serviceOf(42, { targetGroups: groups.map(group) }) });
  const topic = { arn: TOPIC, policy: POLICY, confirmed: 1 };
  const targetGroups = async (arns: readonly string[]) =>
    arns.map((arn) => ({ arn, exists: true, balancers: [BALANCER] }));
  const own = { ...world.aws.alerts, topic: async () => topic, ...alerts };
  const services: ActionServices = { ...world, aws: { ...world.aws, targetGroups, alerts: own } };
  return { services, target: TARGET, clock: fixedClock() };
}

async function planned(groups: readonly string[], alerts: Partial<Alerts> = {}) {
  const observed = await checkAlerts.observe({ topic: TOPIC } as never, contextOf(groups, alerts));
  if (observed.kind !== "observed") throw new Error(observed.kind);
  return checkAlerts.plan({ topic: TOPIC } as never, observed.value, {});
}

const codesOf = ({ findings }: { readonly findings: readonly { readonly level: string; readonly code: string }[] }) =>
  findings.filter(({ level }) => level !== "ok").map(({ code }) => code);

describe("the pre-flight of alerts", () => {
  it("prints the line for each target group that has no step", async () => {
    const plan = await planned(["a", "b", "c", "d"]);
    const { next = [] } = plan.findings.find(({ code }) => code === "groups-by-hand") ?? {};
    expect(next.map((line) => /--alarm-name (\S+)/.exec(line)?.[1])).toEqual([
      "vulcan-ops-vulcan-prod-healthy-hosts-c",
      "vulcan-ops-vulcan-prod-healthy-hosts-d",
    ]);
    expect(codesOf(await planned(["a", "b"]))).not.toContain("groups-by-hand");
  });

  it("says that there is no target group, and what of the topic is not known", async () => {
    expect(codesOf(await planned([]))).toContain("no-target-group");
    const silent = await planned(["a"], { topic: async () => ({ arn: TOPIC }) });
    expect(codesOf(silent).filter((code) => code === "not-checked")).toHaveLength(2);
  });
});

describe("the proof", () => {
  const armed = (name: string, state: string) => ({
    name,
    arn: "",
    settings: { ActionsEnabled: true, EvaluationPeriods: 2 },
    tags: { "vulcan-ops:alert": "vulcan-prod/vulcan-prod" },
    state,
  });
  const rule = (change: object = {}) => ({
    name: "r",
    pattern: "{}",
    state: "ENABLED",
    targets: [{ id: "vulcan-ops", arn: TOPIC }],
    tags: { "vulcan-ops:alert": "vulcan-prod/vulcan-prod" },
    ...change,
  });
  const prove = (alerts: Partial<Alerts>) => {
    const context = {
      ...contextOf(["a"], alerts),
      deadline: 0,
      signal: new AbortController().signal,
      progress: () => {},
    };
    return proveAlerts.verify?.({ topic: TOPIC } as never, { outputs: {} }, context);
  };
  const fine: Partial<Alerts> = {
    alarm: async (name) => armed(name, "OK"),
    rule: async () => rule(),
    matches: async () => true,
  };

  it.each<readonly [string, Partial<Alerts>, string, string]>([
    ["all is as it was made", {}, "true", "3/3 alerts armed"],
    [
      "an alarm has no data",
      { alarm: async (name) => armed(name, "INSUFFICIENT_DATA") },
      "unproven",
      "has no data yet",
    ],
    ["no alarm is there", { alarm: async () => undefined }, "unproven", "no alarm notifies of it"],
    [
      "actions are off",
      { alarm: async (name) => ({ ...armed(name, "OK"), settings: { ActionsEnabled: false } }) },
      "unproven",
      "are off",
    ],
    ["the rule is off", { rule: async () => rule({ state: "DISABLED" }) }, "unproven", "is DISABLED"],
    ["the rule has no target", { rule: async () => rule({ targets: [] }) }, "unproven", "has no target"],
    ["the rule does not match", { matches: async () => false }, "unproven", "does not match"],
    ["no rule is there", { rule: async () => undefined }, "unproven", "no rule sends them"],
    ["no one gets it", { topic: async () => ({ arn: TOPIC, confirmed: 0 }) }, "unproven", "no confirmed subscription"],
  ])("%s", async (_name, change, kind, said) => {
    const verdict = await prove({ ...fine, ...change });
    expect([verdict?.kind, JSON.stringify(verdict)]).toEqual([kind, expect.stringContaining(said)]);
  });
});
