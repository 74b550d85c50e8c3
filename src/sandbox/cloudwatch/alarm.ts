import type { MetricName } from "./store.ts";

/** A metric alarm as configured; its state is worked out from the metric when somebody asks. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly metric: MetricName;
  readonly statistic: "Sum" | "Average" | "Minimum" | "Maximum";
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly threshold: number;
  readonly comparison:
    | "GreaterThanThreshold"
    | "LessThanThreshold"
    | "GreaterThanOrEqualToThreshold"
    | "LessThanOrEqualToThreshold";
  readonly createdAt: number;
}
