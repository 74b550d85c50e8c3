import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { expect } from "vitest";
import { type Case, passThroughDeath } from "../support/stories/kill.ts";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";
const RULE = "vulcan-ops-vulcan-prod.vulcan-prod-deployment-failed";

/** The names of our rule, of what it sends to, and of our alarms. */
async function ours() {
  const events = new EventBridgeClient({});
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const sent = await Promise.all(Rules.map(({ Name: Rule }) => events.send(new ListTargetsByRuleCommand({ Rule }))));
  const alarms = await new CloudWatchClient({}).send(new DescribeAlarmsCommand({ AlarmNamePrefix: "vulcan-ops-" }));
  return {
    rules: Rules.map(({ Name }) => Name),
    topics: sent.flatMap(({ Targets = [] }) => Targets.map(({ Arn }) => Arn)),
    alarms: alarms.MetricAlarms?.map(({ AlarmName }) => AlarmName),
  };
}

const MADE = ["PutRule", "PutTargets", "PutMetricAlarm"];

const CASES: readonly Case[] = [
  {
    runbook: "create-alerts",
    isLong: true,
    inputs: { topic: TOPIC },
    mode: "do",
    reset: (rig) => rig.sandbox.reset("breaker-rolls-back"),
    writes: MADE,
    revision: "vulcan-prod:42",
    moments: 3,
    also: async () =>
      expect(await ours()).toEqual({
        rules: [RULE],
        topics: [TOPIC],
        alarms: ["vulcan-ops-vulcan-prod.vulcan-prod-connections"],
      }),
  },
  {
    runbook: "create-alerts",
    isLong: true,
    inputs: { topic: TOPIC },
    mode: "undo",
    reset: (rig) => rig.sandbox.reset("breaker-rolls-back"),
    writes: [...MADE, "DeleteAlarms", "RemoveTargets", "DeleteRule"],
    revision: "vulcan-prod:42",
    moments: 3,
    also: async () => expect(await ours()).toEqual({ rules: [], topics: [], alarms: [] }),
  },
];

passThroughDeath(CASES);
