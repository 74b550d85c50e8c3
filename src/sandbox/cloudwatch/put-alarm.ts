import type { World } from "../world.ts";
import type { Alarm, AlarmRule } from "./alarm.ts";

const UNCHECKED = "Unchecked: Initial alarm creation";

/** Creates the alarm, or replaces the rule of an existing one. The state stays until the next evaluation. [D] */
export function putAlarm(world: World, rule: AlarmRule, at = world.clock.now()): Alarm {
  const before = world.alarms.find((alarm) => alarm.rule.name === rule.name);
  const alarm = before ?? newAlarm(world, rule, at);
  if (before === undefined) world.alarms.push(alarm);
  alarm.rule = rule;
  alarm.configuredAt = at;
  alarm.actionsEnabled = rule.actionsEnabled !== false;
  const summary = `Alarm "${rule.name}" ${before === undefined ? "created" : "updated"}`;
  alarm.history.push({ at, type: "ConfigurationUpdate", summary, data: { version: "1.0" } });
  return alarm;
}

const newAlarm = (world: World, rule: AlarmRule, at: number): Alarm => ({
  rule,
  arn: `arn:aws:cloudwatch:${world.region}:${world.account}:alarm:${rule.name}`,
  configuredAt: at,
  actionsEnabled: true,
  state: "INSUFFICIENT_DATA",
  reason: UNCHECKED,
  updatedAt: at,
  heldBack: undefined,
  tags: [],
  history: [],
});
