import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { instant, list, number, record, records, required, text, texts } from "../http/input.ts";
import { isPercentile } from "./aggregate.ts";
import { invalid, STATISTICS } from "./read-alarm.ts";

const badValue = (message: string): AwsError => new AwsError("InvalidParameterValueException", message);
const badCombination = (message: string): AwsError => new AwsError("InvalidParameterCombinationException", message);

/** Seconds: 1, 5, 10, 20, 30, or whole minutes. [D] */
const isPeriod = (period: number): boolean =>
  [1, 5, 10, 20, 30].includes(period) || (period >= 60 && period % 60 === 0);

/** Both ends of the window are required, and the start must be earlier. [D] */
function checkWindow(input: Input, refuse: (message: string) => AwsError): { from: number; to: number } {
  required(input, "StartTime");
  required(input, "EndTime");
  const [from, to] = [instant(input, "StartTime") ?? 0, instant(input, "EndTime") ?? 0];
  if (from >= to) throw refuse("The parameter StartTime must be less than the parameter EndTime.");
  return { from, to };
}

function checkPeriod(input: Input, refuse: (message: string) => AwsError): number {
  required(input, "Period");
  const period = number(input, "Period") ?? 0;
  if (isPeriod(period)) return period;
  throw refuse(`The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60, not ${period}.`);
}

const ID = /^[a-z][a-zA-Z0-9_]*$/;

/** A request can ask for at most 500 metrics. [D] */
const MOST_QUERIES = 500;

/** Refuses a wrong GetMetricData request; the texts are inferred. [codes D; texts I] */
export function checkData(input: Input): void {
  checkWindow(input, invalid);
  required(input, "MetricDataQueries");
  const queries = records(input, "MetricDataQueries");
  if (queries.length > MOST_QUERIES) throw invalid(`At most ${MOST_QUERIES} MetricDataQueries can be given.`);
  const ids = queries.map((query) => required(query, "Id"));
  const bad = ids.find((id) => !ID.test(id));
  if (bad !== undefined) throw invalid(`The value ${bad} for parameter Id does not match ${ID.source}.`);
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate !== undefined) throw invalid(`The values for parameter Id must be unique: ${duplicate}.`);
  for (const query of queries) checkQuery(query);
}

function checkQuery(query: Input): void {
  const stat = record(query, "MetricStat");
  if (stat === undefined) {
    if (query.Expression === undefined) throw invalid("Either MetricStat or Expression must be given.");
    return;
  }
  const metric = record(stat, "Metric");
  required(stat, "Stat");
  checkPeriod(stat, invalid);
  for (const name of ["Namespace", "MetricName"]) required(metric ?? {}, name);
}

/** Maximum number of datapoints in one answer of GetMetricStatistics. [D] */
const MOST_POINTS = 1440;

/** Refuses a wrong GetMetricStatistics request. [codes D; texts O] */
export function checkStatistics(input: Input): void {
  for (const name of ["Namespace", "MetricName"]) required(input, name);
  const { from, to } = checkWindow(input, badValue);
  const period = checkPeriod(input, badValue);
  const [plain, extended] = [texts(input, "Statistics"), texts(input, "ExtendedStatistics")];
  if (plain.length + extended.length === 0) {
    throw badCombination("At least one of the parameters Statistics and ExtendedStatistics must be specified.");
  }
  const unknown = plain.find((name) => !STATISTICS.includes(name));
  if (unknown !== undefined) throw badValue(`The parameter Statistics must be one of ${STATISTICS.join(", ")}.`);
  const other = extended.find((name) => !isPercentile(name));
  if (other !== undefined) {
    throw new AwsError("NotImplemented", `The sandbox does not simulate the statistic ${other}.`, 501);
  }
  const points = Math.ceil((to - from) / 1000 / period);
  if (points > MOST_POINTS) {
    throw badCombination(
      `You have requested up to ${points.toLocaleString("en")} datapoints, which exceeds the limit of 1,440. You may ` +
        "reduce the datapoints requested by increasing Period, or decreasing the time range.",
    );
  }
}

/** Refuses a wrong PutMetricData request. [codes D; texts I] */
export function checkPut(input: Input): void {
  if (required(input, "Namespace").startsWith("AWS/")) {
    throw badValue("The value AWS/ for parameter Namespace is invalid.");
  }
  required(input, "MetricData");
  const data = records(input, "MetricData");
  for (const [index, datum] of data.entries()) checkDatum(datum, `MetricData.member.${index + 1}`);
}

/** A datum has one value, a set of statistics, or values with their counts. [D] */
function checkDatum(datum: Input, where: string): void {
  if (text(datum, "MetricName") === undefined) {
    throw new AwsError(
      "MissingRequiredParameterException",
      `The request must contain the parameter ${where}.MetricName.`,
    );
  }
  const given = ["Value", "Values", "StatisticValues"].filter((name) => datum[name] !== undefined);
  if (given.length === 0) {
    throw new AwsError("MissingRequiredParameterException", `The request must contain a value for ${where}.`);
  }
  if (given.length > 1) {
    throw badCombination(`The parameters ${where}.${given[0]} and ${where}.${given[1]} are mutually exclusive.`);
  }
  const [values, counts] = [list(datum, "Values"), list(datum, "Counts")];
  const sums = record(datum, "StatisticValues");
  const parts = ["SampleCount", "Sum", "Minimum", "Maximum"].map((name) => [name, sums?.[name]] as const);
  if (sums !== undefined) {
    for (const [name, value] of parts) {
      const message = `The request must contain the parameter ${where}.StatisticValues.${name}.`;
      if (value === undefined) throw new AwsError("MissingRequiredParameterException", message);
    }
  }
  const numbers = [datum.Value, ...values, ...counts, ...parts.map(([, value]) => value)];
  const bad = numbers.find((value) => value !== undefined && !isNumeric(value));
  if (bad !== undefined) throw badValue(`The parameter ${where}.Value must be a number, not ${String(bad)}.`);
  if (counts.length > 0 && counts.length !== values.length) {
    throw badValue(`The parameters ${where}.Values and ${where}.Counts must be of the same size.`);
  }
}

const isNumeric = (value: unknown): boolean => String(value).trim() !== "" && Number.isFinite(Number(value));
