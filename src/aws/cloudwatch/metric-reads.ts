import type { WatchReads } from "../../domain/aws/reads.ts";
import type { Clients } from "../client/clients.ts";
import { readCall } from "../client/read-call.ts";
import { readSetConnections } from "../rds/max-connections.ts";
import { readAlarmTimes } from "./alarm-history.ts";
import { readFreeStorage, readMetricData } from "./metric-data.ts";
import { readSubject } from "./metric-dimensions.ts";
import { queriesOf } from "./metric-queries.ts";
import { wholeResultsOf } from "./metric-results.ts";
import { readTraffic } from "./traffic.ts";

export function createWatchReads(clients: Clients): WatchReads {
  return {
    subject: (target, service) =>
      readCall("elasticloadbalancing:DescribeTargetGroups", () => readSubject(clients, target, service)),
    metrics: (subject, span) =>
      readCall("cloudwatch:GetMetricData", () => readMetricData(clients, queriesOf(subject), span)),
    traffic: (groups, span) => readCall("cloudwatch:GetMetricData", () => readTraffic(clients, groups, span)),
    series: (statistics, span) => readCall("cloudwatch:GetMetricData", () => wholeResultsOf(clients, statistics, span)),
    freeStorage: (database, span) =>
      readCall("cloudwatch:GetMetricData", () => readFreeStorage(clients, database, span)),
    alarmTimes: (subject, span) =>
      readCall("cloudwatch:DescribeAlarmHistory", () => readAlarmTimes(clients, subject, span)),
    setConnections: (group) => readCall("rds:DescribeDBParameters", () => readSetConnections(clients, group)),
  };
}
