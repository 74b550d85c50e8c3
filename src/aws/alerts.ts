import type { AlertReads } from "../domain/aws/reads.ts";
import type { Clients } from "./client/clients.ts";
import { readAlarmActions } from "./cloudwatch/alarm-history.ts";
import { readWholeAlarm } from "./cloudwatch/whole-alarm.ts";
import { readMatch, readRule, readRulesOn } from "./events/reads.ts";
import { readTopic } from "./sns/topic.ts";

export function createAlertReads(clients: Clients): AlertReads {
  return {
    topic: (arn) => readTopic(clients, arn),
    alarm: (name) => readWholeAlarm(clients, name),
    actions: (name, since) => readAlarmActions(clients, name, since),
    rule: (name) => readRule(clients, name),
    rulesOn: (source) => readRulesOn(clients, source),
    matches: (pattern, event) => readMatch(clients, pattern, event),
  };
}
