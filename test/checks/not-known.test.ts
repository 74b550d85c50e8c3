import { describe, expect, it } from "vitest";
import { judgeAlarms } from "../../src/checks/alarms/documented-alarms.ts";
import { judgeBackups } from "../../src/checks/database/backups.ts";
import { judgeCapacity, judgeRoom } from "../../src/checks/deployment/capacity.ts";
import { judgeRollbackBreaker } from "../../src/checks/deployment/circuit-breaker.ts";
import { judgeEnabled } from "../../src/checks/exec/agent.ts";
import { judgeExec } from "../../src/checks/exec/readiness.ts";
import type { AlarmRule } from "../../src/domain/aws/alarms.ts";
import type { Task } from "../../src/domain/aws/ecs.ts";
import type { Finding } from "../../src/domain/operation.ts";
import { containerOf, serviceOf, taskOf } from "../actions/support.ts";
import { TARGET } from "../support/sandbox-harness.ts";

const { minimumHealthyPercent: _, maximumPercent: __, breaker: ___, ...SILENT } = serviceOf(43);
const TASK = taskOf(43, 1, { containers: [{ name: "vulcan" }] });

describe("what AWS does not say is not known, and why", () => {
  it.each<[string, () => Finding | undefined, RegExp]>([
    ["capacity", () => judgeCapacity(SILENT, TARGET), /ECS does not say how many/],
    [
      "ECS Exec of the service",
      () => exec({ execEnabled: true, containers: [{ name: "vulcan", agent: "RUNNING" }] }, undefined)[0],
      /ECS does not say whether the service starts its tasks with it/,
    ],
    ["ECS Exec of the tasks", () => exec({}, true)[0], /not checked: whether ECS Exec is on in that task/],
    [
      "deletion protection",
      () =>
        judgeBackups({ retentionDays: 7 }, { kind: "window", window: WINDOW }, TARGET, Date.parse(WINDOW.latest))[1],
      /RDS does not say whether deletion protection is on/,
    ],
    ["what an alarm watches", () => alarm({ name: "a", metric: "HealthyHostCount" }), /does not say of what a watches/],
    ["whether an alarm tells", () => alarm({ ...RULE, actions: [TOPIC] }), /does not say whether it notifies/],
  ])("%s", (_name, judge, evidence) => {
    expect(judge()).toMatchObject({ code: "not-checked", text: expect.stringMatching(evidence) });
  });

  it("and a rollback goes on with it as not checked", () => {
    const found = [judgeRoom(SILENT), judgeRollbackBreaker(SILENT, "vulcan-prod:42", []), judgeEnabled(TASK, TARGET)];
    expect(found.map(({ level, code }) => `${level} ${code}`)).toEqual(found.map(() => "warn not-checked"));
  });
});

describe("an alarm that tells nobody", () => {
  it("is given actions where it has none, and they are enabled where they are off", () => {
    const off = alarm({ ...RULE, actions: [TOPIC], actionsEnabled: false });
    expect(off?.next).toEqual(["aws cloudwatch enable-alarm-actions --alarm-names a"]);
    const none = alarm({ ...RULE, actions: [], actionsEnabled: true });
    expect(none).toMatchObject({ level: "warn", text: expect.stringContaining("no action for the state ALARM") });
    expect(none?.next?.join()).not.toContain("enable-alarm-actions");
  });
});

const WINDOW = { earliest: "2026-04-01T00:00:00.000Z", latest: "2026-04-08T00:00:00.000Z" };
const TOPIC = "arn:aws:sns:eu-west-1:111122223333:on-call";
const RULE: AlarmRule = { name: "a", metric: "HealthyHostCount", of: ["group"] };

const alarm = (rule: AlarmRule): Finding | undefined => judgeAlarms([rule], ["group"], "db")[0];

function exec(change: Partial<Task>, execEnabled: boolean | undefined): readonly Finding[] {
  const service = serviceOf(43, execEnabled === undefined ? {} : { execEnabled });
  const choice = { kind: "certain", name: "vulcan", all: ["vulcan"], how: "it is the only one" } as const;
  return judgeExec({ service, tasks: [{ ...TASK, ...change }], containers: [containerOf(43)], choice }, TARGET);
}
