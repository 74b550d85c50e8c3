import type { Tag } from "../http/tags.ts";
import type { MetricName } from "./store.ts";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** An alarm's configuration. */
export interface AlarmRule {
  readonly name: string;
  readonly description?: string | undefined;
  readonly metric: MetricName;
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  /** How many of the periods must breach; all of them by default. */
  readonly datapointsToAlarm?: number | undefined;
  readonly threshold: number;
  readonly comparison: string;
  readonly treatMissing?: string | undefined;
  /** The ARNs of the actions for each state. */
  readonly actions?: Readonly<Partial<Record<AlarmState, readonly string[]>>>;
  readonly actionsEnabled?: boolean | undefined;
}

interface HistoryItem {
  readonly at: number;
  readonly type: "ConfigurationUpdate" | "StateUpdate" | "Action";
  readonly summary: string;
  readonly data: object;
}

/** A metric alarm, evaluated each minute. */
export interface Alarm {
  rule: AlarmRule;
  readonly arn: string;
  configuredAt: number;
  actionsEnabled: boolean;
  state: AlarmState;
  reason: string;
  updatedAt: number;
  /** The state whose actions a mute rule holds back. */
  heldBack: AlarmState | undefined;
  tags: readonly Tag[];
  /** Newest last. */
  readonly history: HistoryItem[];
}
