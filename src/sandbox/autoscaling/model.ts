/** What Application Auto Scaling may do to one service. */
export interface ScalableTarget {
  readonly resourceId: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly roleArn: string;
  least: number;
  most: number;
  suspended: { in: boolean; out: boolean; scheduled: boolean };
  tags: Readonly<Record<string, string>>;
}

/** A target-tracking policy. Its two own alarms keep a metric near a value. */
export interface ScalingPolicy {
  readonly name: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly createdAt: number;
  /** As given; returned unchanged. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly value: number;
  readonly disableScaleIn: boolean;
  /** ms */
  readonly cooldown: { readonly out: number; readonly in: number };
  readonly alarms: { readonly high: string; readonly low: string };
  lastMove: number | undefined;
}

/** New bounds of a target at set times. */
export interface ScheduledAction {
  readonly name: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly schedule: string;
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly createdAt: number;
}

interface Activity {
  readonly id: string;
  readonly resourceId: string;
  readonly cause: string;
  readonly description: string;
  readonly at: number;
}

export interface Scaling {
  /** By resource id. */
  readonly targets: Map<string, ScalableTarget>;
  /** By ARN. */
  readonly policies: Map<string, ScalingPolicy>;
  /** By resource id and name. */
  readonly scheduled: Map<string, ScheduledAction>;
  /** Newest last. */
  readonly activities: Activity[];
}
