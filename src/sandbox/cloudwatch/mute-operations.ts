import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { instant, number, record, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import type { World } from "../world.ts";
import type { MuteRule } from "./mute-rule.ts";
import { muteStatus } from "./mute-status.ts";
import { readSchedule } from "./schedule.ts";

/** A rule names at most a hundred alarms. [D] */
const MAX_ALARMS = 100;

function readRule(world: World, input: Input): MuteRule {
  const name = required(input, "Name");
  const schedule = record(record(input, "Rule") ?? {}, "Schedule") ?? {};
  const alarmNames = texts(record(input, "MuteTargets") ?? {}, "AlarmNames");
  if (alarmNames.length > MAX_ALARMS)
    throw new AwsError("ValidationException", "At most 100 alarms can be muted by a rule.");
  return {
    name,
    arn: `arn:aws:cloudwatch:${world.region}:${world.account}:alarm-mute-rule:${name}`,
    description: text(input, "Description"),
    schedule: readSchedule(
      required(schedule, "Expression"),
      required(schedule, "Duration"),
      text(schedule, "Timezone"),
    ),
    alarmNames,
    startDate: instant(input, "StartDate"),
    expireDate: instant(input, "ExpireDate"),
    updatedAt: world.clock.now(),
  };
}

const date = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));

const summary = (world: World, rule: MuteRule): Output => ({
  AlarmMuteRuleArn: rule.arn,
  ExpireDate: date(rule.expireDate),
  Status: muteStatus(rule, world.clock.now()),
  MuteType: rule.schedule.once === undefined ? "RECURRING" : "ONE_TIME",
  LastUpdatedTimestamp: date(rule.updatedAt),
});

function ruleView(world: World, rule: MuteRule): Output {
  const { expression, durationText, timezone } = rule.schedule;
  return {
    Name: rule.name,
    Description: rule.description,
    Rule: { Schedule: { Expression: expression, Duration: durationText, Timezone: timezone } },
    MuteTargets: { AlarmNames: rule.alarmNames },
    StartDate: date(rule.startDate),
    ...summary(world, rule),
  };
}

const asBefore = (): Output => ({});

export const muteOperations: Readonly<Record<string, Operation>> = {
  PutAlarmMuteRule: changing((world, input) => {
    const rule = readRule(world, input);
    world.muteRules.set(rule.name, rule);
    return {};
  }, asBefore),

  GetAlarmMuteRule: reading((world, input) => {
    const name = required(input, "AlarmMuteRuleName");
    const rule = world.muteRules.get(name);
    if (rule === undefined)
      throw new AwsError("ResourceNotFoundException", `Alarm mute rule ${name} does not exist.`, 404);
    return ruleView(world, rule);
  }),

  ListAlarmMuteRules: reading((world, input) => {
    const alarm = text(input, "AlarmName");
    const statuses = texts(input, "Statuses");
    const found = [...world.muteRules.values()]
      .filter((rule) => alarm === undefined || rule.alarmNames.includes(alarm))
      .filter((rule) => statuses.length === 0 || statuses.includes(muteStatus(rule, world.clock.now())));
    const { items, nextToken } = page(found, number(input, "MaxRecords") ?? 50, text(input, "NextToken"), "mute-rules");
    return { AlarmMuteRuleSummaries: items.map((rule) => summary(world, rule)), NextToken: nextToken };
  }),

  /** Deleting a rule that does not exist is no error. [I] */
  DeleteAlarmMuteRule: changing((world, input) => {
    world.muteRules.delete(required(input, "AlarmMuteRuleName"));
    return {};
  }, asBefore),
};
