import type * as Sdk from "@aws-sdk/client-cloudwatch";
import { type AlarmPlace, concernsTarget } from "../../domain/aws/alarm-subject.ts";
import type { AlarmAction } from "../../domain/aws/alerts.ts";
import type { TimedEvent } from "../../domain/watch/baseline.ts";
import type { Subject } from "../../domain/watch/metric.ts";
import type { Span } from "../../domain/watch/series.ts";
import type { Clients } from "../client/clients.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";
import { readCall } from "../client/read-call.ts";
import type * as Commands from "../sdk/cloudwatch.ts";
import { type AnyAlarm, isComposite, nameOf, readBothKinds, subjectOf } from "./alarm-subject.ts";

const MOST = 100;

/**
 * When alarms on the subject's metrics were firing in the span, as far as their history shows: the alarms of both kinds
 * that fire now, and every change to or from ALARM in the span.
 */
export async function readAlarmTimes(clients: Clients, subject: Subject, span: Span): Promise<readonly TimedEvent[]> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const [alarms, history] = await Promise.all([readBothKinds(cloudwatch, sdk), readChanges(cloudwatch, sdk, span)]);
  const known = new Map(alarms.map((alarm) => [nameOf(alarm), alarm]));
  const place = placeOf(subject);
  const ours = alarms.filter((alarm) => {
    const whose = concernsTarget(subjectOf(alarm, known), place);
    return whose === "own" || (whose === "unknown" && isComposite(alarm));
  });
  const names = new Set(ours.map(nameOf));
  const changes = history.filter(
    ({ AlarmName, HistorySummary = "" }) => names.has(AlarmName ?? "") && /\bALARM\b/.test(HistorySummary),
  );
  return [...ours.flatMap(firing), ...changes.map(changed)];
}

/** What ran of an alarm's actions since a moment (epoch ms). [D: DescribeAlarmHistory, type Action] */
export async function readAlarmActions(
  clients: Clients,
  AlarmName: string,
  since: number,
): Promise<readonly AlarmAction[]> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  return readCall("cloudwatch:DescribeAlarmHistory", async () => {
    const StartDate = new Date(since);
    const asked = { AlarmName, HistoryItemType: "Action" as const, StartDate, MaxRecords: MOST };
    const { AlarmHistoryItems } = await cloudwatch.send(new sdk.DescribeAlarmHistoryCommand(asked));
    return needed(AlarmHistoryItems, "AlarmHistoryItems").map(({ Timestamp, HistorySummary }) => ({
      at: needed(Timestamp, "Timestamp").getTime(),
      text: needed(HistorySummary, "HistorySummary"),
    }));
  });
}

function readChanges(cloudwatch: Sdk.CloudWatchClient, sdk: typeof Commands, span: Span) {
  return everyPage(async (NextToken) => {
    const answer = await cloudwatch.send(
      new sdk.DescribeAlarmHistoryCommand({
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
        HistoryItemType: "StateUpdate",
        StartDate: new Date(span.from),
        EndDate: new Date(span.to),
        MaxRecords: MOST,
        ...(NextToken && { NextToken }),
      }),
    );
    return { items: needed(answer.AlarmHistoryItems, "AlarmHistoryItems"), next: answer.NextToken };
  });
}

function placeOf({ cluster, service, database, groups }: Subject): AlarmPlace {
  const targetGroups = groups.map(({ targetGroup }) => targetGroup);
  return { cluster, service, database, targetGroups, loadBalancers: groups.map(({ loadBalancer }) => loadBalancer) };
}

function firing(alarm: AnyAlarm): TimedEvent[] {
  if (needed(alarm.StateValue, "StateValue") !== "ALARM") return [];
  return [{ name: nameOf(alarm), from: needed(alarm.StateUpdatedTimestamp, "StateUpdatedTimestamp").getTime() }];
}

/** Its summary says `Alarm updated from OK to ALARM`. */
function changed({ AlarmName, Timestamp, HistorySummary = "" }: Sdk.AlarmHistoryItem): TimedEvent {
  const at = needed(Timestamp, "Timestamp").getTime();
  const into = / to (ALARM|OK|INSUFFICIENT_DATA)\b/.exec(HistorySummary)?.[1];
  return { name: AlarmName ?? "", from: at, to: at + 1, ...(into !== undefined && { into }) };
}
