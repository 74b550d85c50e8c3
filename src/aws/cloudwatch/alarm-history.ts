import type * as Sdk from "@aws-sdk/client-cloudwatch";
import type { Happening } from "../../domain/watch/baseline.ts";
import type { Subject } from "../../domain/watch/metric.ts";
import type { Span } from "../../domain/watch/series.ts";
import type { Clients } from "../client/clients.ts";

const MOST = 100;

/**
 * When alarms on the subject's metrics were firing around that time, as far as their history tells: those that fire now, and
 * every change to or from ALARM within it; the first 100 alarms and changes.
 */
export async function readAlarmTimes(clients: Clients, subject: Subject, span: Span): Promise<readonly Happening[]> {
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
  const ours = (alarms.MetricAlarms ?? []).filter(isOf(subject));
  const names = new Set(ours.map(({ AlarmName }) => AlarmName));
  const changes = (history.AlarmHistoryItems ?? []).filter(
    ({ AlarmName, HistorySummary = "" }) => names.has(AlarmName) && /\bALARM\b/.test(HistorySummary),
  );
  return [...ours.flatMap(firing), ...changes.map(changed)];
}

function isOf({ cluster, service, database, groups }: Subject) {
  const key = (name: string, value: string) => `${name}=${value}`;
  const balanced = groups.flatMap(({ targetGroup, loadBalancer }) => [
    key("TargetGroup", targetGroup),
    key("LoadBalancer", loadBalancer),
  ]);
  const own = new Set([...balanced, key("DBInstanceIdentifier", database)]);
  return ({ Dimensions = [] }: Sdk.MetricAlarm): boolean => {
    const found = Dimensions.map(({ Name = "", Value = "" }) => key(Name, Value));
    const isService = found.includes(key("ClusterName", cluster)) && found.includes(key("ServiceName", service));
    return isService || found.some((one) => own.has(one));
  };
}

function firing({ AlarmName, StateValue, StateUpdatedTimestamp }: Sdk.MetricAlarm): Happening[] {
  if (StateValue !== "ALARM" || StateUpdatedTimestamp === undefined) return [];
  return [{ name: AlarmName ?? "", from: StateUpdatedTimestamp.getTime() }];
}

function changed({ AlarmName, Timestamp }: Sdk.AlarmHistoryItem): Happening {
  const at = Timestamp?.getTime() ?? 0;
  return { name: AlarmName ?? "", from: at, to: at + 1 };
}
