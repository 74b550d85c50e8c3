import type { Service } from "../../domain/aws/ecs.ts";
import type { Target } from "../../domain/target.ts";
import type { Happening } from "../../domain/watch/baseline.ts";
import type { Point, Span } from "../../domain/watch/series.ts";
import type { Clients } from "../client/clients.ts";
import { guarded } from "../client/read-call.ts";
import { readSetConnections } from "../rds/max-connections.ts";
import { readAlarmTimes } from "./alarm-history.ts";
import { type MetricAnswer, readFreeStorage, readMetricData } from "./metric-data.ts";
import { readSubject, type Subject } from "./metric-dimensions.ts";
import { queriesOf } from "./metric-queries.ts";

/** What a watch reads beside the service itself. */
export interface WatchReads {
  subject(target: Target, service: Service): Promise<Subject>;
  /** One-minute points of everything that is watched. */
  metrics(subject: Subject, span: Span): Promise<MetricAnswer>;
  /** Bytes, each minute; empty where CloudWatch has none. */
  freeStorage(database: string, span: Span): Promise<readonly Point[]>;
  alarmTimes(subject: Subject, span: Span): Promise<readonly Happening[]>;
  /** As the parameter group sets it; undefined where it sets no number. */
  setConnections(database: string): Promise<number | undefined>;
}

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
