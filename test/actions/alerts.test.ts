import { describe, expect, it } from "vitest";
import { checkAlerts } from "../../src/actions/alerts/check.ts";
import { proveAlerts } from "../../src/actions/alerts/prove.ts";
import { setAlarmState } from "../../src/actions/cloudwatch/set-alarm-state.ts";
import { putRule } from "../../src/actions/events/put-rule.ts";
import { putTarget } from "../../src/actions/events/put-target.ts";
import type { Action } from "../../src/domain/action.ts";
import { ruleSettings } from "../../src/domain/alerts/rule-settings.ts";
import type { Service } from "../../src/domain/aws/ecs.ts";
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
function contextOf(groups: readonly string[], alerts: Partial<Alerts> = {}, change: Partial<Service> = {}) {
  const world = worldOf({ service: serviceOf(42, { targetGroups: groups.map(group), ...change }) });
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
      "vulcan-ops-vulcan-prod.vulcan-prod-healthy-hosts-c",
      "vulcan-ops-vulcan-prod.vulcan-prod-healthy-hosts-d",
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
    settings: { ActionsEnabled: true, EvaluationPeriods: 2, AlarmActions: [TOPIC] },
    tags: { "vulcan-ops:alert": "vulcan-prod/vulcan-prod" },
    state,
  });
  const rule = (change: object = {}) => ({
    name: "r",
    pattern: "{}",
    state: "ENABLED",
    targets: [{ id: "vulcan-ops", arn: TOPIC, settings: {} }],
    tags: { "vulcan-ops:alert": "vulcan-prod/vulcan-prod" },
    ...change,
  });
  const prove = (alerts: Partial<Alerts>, service: Partial<Service> = {}) => {
    const context = {
      ...contextOf(["a"], alerts, service),
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
    [
      "the rule sends elsewhere",
      { rule: async () => rule({ targets: [{ id: "vulcan-ops", arn: `${TOPIC}2`, settings: {} }] }) },
      "unproven",
      "does not send to",
    ],
    [
      "an alarm notifies another topic",
      {
        alarm: async (name) => ({
          ...armed(name, "OK"),
          settings: { ActionsEnabled: true, AlarmActions: [`${TOPIC}2`] },
        }),
      },
      "unproven",
      "does not notify",
    ],
    ["a rule of our name is not ours", { rule: async () => rule({ tags: {} }) }, "unproven", "no rule sends them"],
    [
      "a rule of our name is another service's",
      { rule: async () => rule({ tags: { "vulcan-ops:alert": "other/vulcan-prod" } }) },
      "unproven",
      "no rule sends them",
    ],
    ["no rule is there", { rule: async () => undefined }, "unproven", "no rule sends them"],
    ["no one gets it", { topic: async () => ({ arn: TOPIC, confirmed: 0 }) }, "unproven", "no confirmed subscription"],
  ])("%s", async (_name, change, kind, said) => {
    const verdict = await prove({ ...fine, ...change });
    expect([verdict?.kind, JSON.stringify(verdict)]).toEqual([kind, expect.stringContaining(said)]);
  });

  it.each([
    ["off", { breaker: { enabled: false, rollback: false } }, "the circuit breaker is off"],
    ["not known", { breaker: undefined }, "whether the circuit breaker is on is not known"],
  ])("a rule is not armed where the circuit breaker is %s", async (_name, change, said) => {
    const verdict = await prove(fine, change as Partial<Service>);
    expect([verdict?.kind, JSON.stringify(verdict)]).toEqual([
      "unproven",
      expect.stringContaining(`2/3 alerts armed: `),
    ]);
    expect(JSON.stringify(verdict)).toContain(said);
  });

  it("a rule and alarms under names without the cluster are ours still, by their tag", async () => {
    const former = /^vulcan-ops-vulcan-prod-/;
    const verdict = await prove({
      ...fine,
      alarm: async (name) => (former.test(name) ? armed(name, "OK") : undefined),
      rule: async (name) => (former.test(name) ? rule({ name }) : undefined),
    });
    expect([verdict?.kind, JSON.stringify(verdict)]).toEqual(["true", expect.stringContaining("3/3 alerts armed")]);
  });
});

describe("what PutRule and PutTargets replace", () => {
  const tags = { "vulcan-ops:alert": "vulcan-prod/vulcan-prod" };
  const there = {
    name: "vulcan-ops-vulcan-prod.vulcan-prod-deployment-failed",
    pattern: "{}",
    state: "DISABLED",
    role: "arn:aws:iam::111122223333:role/events",
    schedule: "rate(1 day)",
    tags,
    targets: [
      { id: "other", arn: "x", settings: {} },
      { id: "vulcan-ops", arn: `${TOPIC}2`, settings: { Input: '"FAILED"', DeadLetterConfig: { Arn: "queue" } } },
    ],
  };

  it("a rule keeps its role and its schedule", async () => {
    const operation = await requested(putRule, {}, { rule: async () => there });
    expect(operation?.input).toMatchObject({
      RoleArn: there.role,
      ScheduleExpression: there.schedule,
      State: "ENABLED",
    });
  });

  it("a target keeps its input and its queue", async () => {
    const operation = await requested(putTarget, { topic: TOPIC }, { rule: async () => there });
    const [target] = (operation?.input.Targets ?? []) as readonly object[];
    expect(target).toEqual({ Id: "vulcan-ops", Arn: TOPIC, Input: '"FAILED"', DeadLetterConfig: { Arn: "queue" } });
  });

  it.each([
    ["without our tag", {}],
    ["with the tag of another cluster", { "vulcan-ops:alert": "other/vulcan-prod" }],
  ])("a rule of our name %s stays", async (_name, foreign) => {
    const rule = async () => ({ ...there, tags: foreign });
    expect(await requested(putRule, {}, { rule })).toBeUndefined();
    expect(await requested(putTarget, { topic: TOPIC }, { rule })).toBeUndefined();
  });

  it("an undo of a deletion puts back what was there", async () => {
    const settings = { ...ruleSettings(there) };
    const given = { values: JSON.stringify(settings), still: "none" };
    expect((await requested(putRule, given, {}))?.input).toMatchObject({ RoleArn: there.role });
  });
});

async function requested(action: Action<ActionServices>, given: object, alerts: Partial<Alerts>) {
  const observed = await action.observe(given as never, contextOf(["a"], alerts));
  if (observed.kind !== "observed") throw new Error(observed.kind);
  return action.plan(given as never, observed.value, {}).proposal?.operation;
}

describe("an alarm that is fired as a test", () => {
  const NAME = "vulcan-ops-vulcan-prod.vulcan-prod-connections";
  const ours = (settings: object, state = "OK") => ({
    alarm: async (name: string) => ({
      name,
      arn: "",
      settings: { ActionsEnabled: true, AlarmActions: [TOPIC], ...settings },
      tags: { "vulcan-ops:alert": "vulcan-prod/vulcan-prod" },
      state,
    }),
  });
  const plan = async (alerts: Partial<Alerts>) => {
    const given = { alert: "connections" } as never;
    const observed = await setAlarmState.observe(given, contextOf(["a"], alerts));
    if (observed.kind !== "observed") throw new Error(observed.kind);
    return setAlarmState.plan(given, observed.value, {});
  };
  const verify = (alerts: Partial<Alerts>) =>
    setAlarmState.verify?.(
      { alert: "connections" } as never,
      {
        outputs: {},
        operation: { service: "cloudwatch", name: "SetAlarmState", input: { AlarmName: NAME } },
        basis: { acted: 1000 },
      } as never,
      { ...contextOf(["a"], alerts), deadline: 0, signal: new AbortController().signal, progress: () => {} },
    );

  it.each([
    ["its actions are off", ours({ ActionsEnabled: false }), "its actions are off"],
    ["it has no action for ALARM", ours({ AlarmActions: [], OKActions: [TOPIC] }), "it has none for the state ALARM"],
    ["it is in ALARM", ours({}, "ALARM"), "it is in ALARM already"],
  ])("is refused where %s", async (_name, alerts, why) => {
    const { findings } = await plan(alerts);
    expect(findings[0]).toMatchObject({ level: "block", code: "alarm-mute", text: expect.stringContaining(why) });
  });

  it("is asked for without its long name, which is typed", async () => {
    const { deed, proposal, findings } = await plan(ours({}));
    expect([deed?.object, proposal?.consequence]).toEqual(["the alert on connections of vulcan-prod as a test", NAME]);
    expect(findings.map(({ level }) => level)).toEqual(["warn"]);
  });

  it("has fired where its history has an action that ran, whatever its state is", async () => {
    const ran = (text: string) => ({ ...ours({}, "ALARM"), actions: async () => [{ at: 2000, text }] });
    expect(await verify(ran(`Successfully executed action ${TOPIC}`))).toMatchObject({
      kind: "true",
      proof: "1 action ran",
    });
    expect(await verify(ran(`Failed to execute action ${TOPIC}`))).toMatchObject({ kind: "false" });
    expect(await verify(ours({}, "ALARM"))).toMatchObject({ kind: "false" });
    const before = [{ at: 1000, text: `Successfully executed action ${TOPIC}` }];
    expect(await verify({ ...ours({}), actions: async () => before })).toMatchObject({ kind: "false" });
  });
});
