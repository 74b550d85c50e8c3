import type { Input } from "../http/input.ts";
import { records, text } from "../http/input.ts";
import type { Dimension, MetricName } from "./store.ts";

export const dimensionsOf = (input: Input): Dimension[] =>
  records(input, "Dimensions").map((one) => ({ Name: text(one, "Name") ?? "", Value: text(one, "Value") ?? "" }));

/** The metric that `Namespace`, `MetricName` and `Dimensions` name. */
export const metricOf = (input: Input): MetricName => ({
  namespace: text(input, "Namespace") ?? "",
  name: text(input, "MetricName") ?? "",
  dimensions: dimensionsOf(input),
});
