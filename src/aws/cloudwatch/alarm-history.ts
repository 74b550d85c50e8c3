import type * as Sdk from "@aws-sdk/client-cloudwatch";
import type { TimedEvent } from "../../domain/watch/baseline.ts";
import type { Subject } from "../../domain/watch/metric.ts";
import type { Span } from "../../domain/watch/series.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";
import { metricOf } from "./alarms.ts";

const MOST = 100;

/**
 * When alarms on the subject's metrics were firing in the span, as far as their history shows. Returns the alarms that
 * fire now and every change to or from ALARM in the span. Reads only the first 100 alarms and the first 100 changes.
 */
export async function readAlarmTimes(clients: Clients, subject: Subject, span: Span): Promise<readonly TimedEvent[]> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const [alarms, history] = await Promise.all([
    cloudwatch.send(new sdk.DescribeAlarmsCommand({ MaxRecords: MOST })),
    cloudwatch.send(
      new sdk.DescribeAlarmHistoryCommand({
        HistoryItemType: "StateUpdate",
        StartDate: new Date(span.from),
        EndDate: new Date(span.to),
        MaxRecords: MOST,
      }),
    ),
  ]);
  const ours = needed(alarms.MetricAlarms, "MetricAlarms").filter(concerns(subject));
  const names = new Set(ours.map(({ AlarmName }) => AlarmName));
  const changes = needed(history.AlarmHistoryItems, "AlarmHistoryItems").filter(
    ({ AlarmName, HistorySummary = "" }) => names.has(AlarmName) && /\bALARM\b/.test(HistorySummary),
  );
  return [...ours.flatMap(firing), ...changes.map(changed)];
}

function concerns({ cluster, service, database, groups }: Subject) {
  const key = (name: string, value: string) => `${name}=${value}`;
  const balanced = groups.flatMap(({ targetGroup, loadBalancer }) => [
    key("TargetGroup", targetGroup),
    key("LoadBalancer", loadBalancer),
  ]);
  const own = new Set([...balanced, key("DBInstanceIdentifier", database)]);
  return (alarm: Sdk.MetricAlarm): boolean => {
    const dimensions = (metricOf(alarm) === "" ? [] : needed(alarm.Dimensions, "Dimensions")).map(
      ({ Name = "", Value = "" }) => key(Name, Value),
    );
    const isService =
      dimensions.includes(key("ClusterName", cluster)) && dimensions.includes(key("ServiceName", service));
    return isService || dimensions.some((one) => own.has(one));
  };
}

function firing({ AlarmName, StateValue, StateUpdatedTimestamp }: Sdk.MetricAlarm): TimedEvent[] {
  if (needed(StateValue, "StateValue") !== "ALARM") return [];
  return [{ name: AlarmName ?? "", from: needed(StateUpdatedTimestamp, "StateUpdatedTimestamp").getTime() }];
}

function changed({ AlarmName, Timestamp }: Sdk.AlarmHistoryItem): TimedEvent {
  const at = needed(Timestamp, "Timestamp").getTime();
  return { name: AlarmName ?? "", from: at, to: at + 1 };
}
