import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { flag, number, required, text, texts } from "../http/input.ts";
import { isPercentile } from "./aggregate.ts";
import type { AlarmRule } from "./alarm.ts";
import { COMPARE } from "./alarm-verdict.ts";
import { metricOf } from "./metric-name.ts";

export const STATISTICS: readonly string[] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
const MISSING: readonly string[] = ["breaching", "notBreaching", "ignore", "missing"];

/** All periods of one alarm together: a week at most, in seconds. [D] */
const MAX_SECONDS = 7 * 24 * 3600;

export const invalid = (message: string): AwsError => new AwsError("ValidationError", message);

/** Reads a member that allows only some values. Services that validate by their model word the error like this. [O] */
export function oneOf(input: Input, name: string, allowed: readonly string[]): string | undefined {
  const value = text(input, name);
  if (value === undefined || allowed.includes(value)) return value;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to ` +
      `satisfy constraint: Member must satisfy enum value set: [${allowed.join(", ")}]`,
  );
}

/** Seconds: 10, 20, 30, or whole minutes. [D] */
function periodOf(input: Input): number {
  required(input, "Period");
  const period = number(input, "Period") ?? 0;
  if ([10, 20, 30].includes(period) || (period >= 60 && period % 60 === 0)) return period;
  throw invalid(`Invalid metric period ${period}: valid periods are 10, 20, 30, and any multiple of 60.`);
}

function countOf(input: Input, name: string): number | undefined {
  const count = number(input, name);
  if (count === undefined || (Number.isInteger(count) && count >= 1)) return count;
  throw invalid(`${name} must be a whole number of at least 1, not ${count}.`);
}

function periodsOf(input: Input): Pick<AlarmRule, "periodSeconds" | "evaluationPeriods" | "datapointsToAlarm"> {
  const periodSeconds = periodOf(input);
  required(input, "EvaluationPeriods");
  const evaluationPeriods = countOf(input, "EvaluationPeriods") ?? 1;
  const datapointsToAlarm = countOf(input, "DatapointsToAlarm");
  if (datapointsToAlarm !== undefined && datapointsToAlarm > evaluationPeriods) {
    throw invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
  }
  if (periodSeconds * evaluationPeriods > MAX_SECONDS) {
    throw invalid("Metrics cannot be checked across more than seven days (EvaluationPeriods * Period).");
  }
  return { periodSeconds, evaluationPeriods, datapointsToAlarm };
}

/** One statistic, or one percentile. [D; texts I] */
function statisticIn(input: Input): string {
  const [plain, extended] = [oneOf(input, "Statistic", STATISTICS), text(input, "ExtendedStatistic")];
  if (plain !== undefined && extended !== undefined) {
    throw invalid("Statistic and ExtendedStatistic are mutually exclusive.");
  }
  if (extended === undefined) return plain ?? required(input, "Statistic");
  if (isPercentile(extended)) return extended;
  throw new AwsError("NotImplemented", `The sandbox does not simulate the statistic ${extended}.`, 501);
}

/** Reads and checks a PutMetricAlarm request on one metric. The texts are inferred. [codes D; texts I] */
export function readAlarm(input: Input): AlarmRule {
  const unsimulated = ["Metrics", "EvaluationCriteria"].find((name) => input[name] !== undefined);
  if (unsimulated !== undefined) {
    throw new AwsError("NotImplemented", `The sandbox does not simulate alarms with ${unsimulated}.`, 501);
  }
  required(input, "ComparisonOperator");
  const statistic = statisticIn(input);
  required(input, "Threshold");
  return {
    name: required(input, "AlarmName"),
    description: text(input, "AlarmDescription"),
    metric: { ...metricOf(input), namespace: required(input, "Namespace"), name: required(input, "MetricName") },
    statistic,
    ...periodsOf(input),
    threshold: number(input, "Threshold") ?? 0,
    comparison: oneOf(input, "ComparisonOperator", Object.keys(COMPARE)) ?? "",
    treatMissing: oneOf(input, "TreatMissingData", MISSING),
    actions: {
      OK: texts(input, "OKActions"),
      ALARM: texts(input, "AlarmActions"),
      INSUFFICIENT_DATA: texts(input, "InsufficientDataActions"),
    },
    actionsEnabled: flag(input, "ActionsEnabled"),
  };
}
