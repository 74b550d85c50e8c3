import type { WatchReads } from "../../domain/aws/reads.ts";
import type { Clients } from "../client/clients.ts";
import { guarded } from "../client/read-call.ts";
import { readSetConnections } from "../rds/max-connections.ts";
import { readAlarmTimes } from "./alarm-history.ts";
import { readFreeStorage, readMetricData } from "./metric-data.ts";
import { readSubject } from "./metric-dimensions.ts";
import { queriesOf } from "./metric-queries.ts";

export function createWatchReads(clients: Clients): WatchReads {
  return {
    subject: (target, service) =>
      guarded("elasticloadbalancing:DescribeTargetGroups", () => readSubject(clients, target, service)),
    metrics: (subject, span) =>
      guarded("cloudwatch:GetMetricData", () => readMetricData(clients, queriesOf(subject), span)),
    freeStorage: (database, span) =>
      guarded("cloudwatch:GetMetricData", () => readFreeStorage(clients, database, span)),
    alarmTimes: (subject, span) =>
      guarded("cloudwatch:DescribeAlarmHistory", () => readAlarmTimes(clients, subject, span)),
    setConnections: (database) => guarded("rds:DescribeDBParameters", () => readSetConnections(clients, database)),
  };
}
