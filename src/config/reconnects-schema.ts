import type { JsonObject } from "../domain/json.ts";
import { MOST_PROBES, PROBE_NAME } from "../domain/reconnects/probe.ts";
import { LOG_PATTERN, METRIC_NAME, OF_THE_BALANCER, STAT } from "./reconnects.ts";

const text = (description: string, pattern?: RegExp): JsonObject => ({
  type: "string",
  description,
  ...(pattern && { pattern: pattern.source }),
});

const METRIC: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["namespace", "name", "stat"],
  properties: {
    namespace: text("A namespace of CloudWatch.", METRIC_NAME),
    name: text("A metric.", METRIC_NAME),
    stat: text("Sum, Average, Minimum, Maximum, SampleCount or a percentile, as p99.", STAT),
    dimensions: {
      type: "object",
      minProperties: 1,
      maxProperties: 30,
      additionalProperties: { type: "string" },
      description: `May be left out for ${OF_THE_BALANCER} alone.`,
    },
  },
};

/** The probes of `reconnects`, for editors. The checker also reads the text of a statement and of an expectation. */
export const PROBES_SCHEMA: JsonObject = {
  type: "array",
  minItems: 1,
  maxItems: MOST_PROBES,
  items: {
    type: "object",
    additionalProperties: false,
    required: ["name", "expect"],
    oneOf: ["sql", "metric", "log"].map((source) => ({ required: [source] })),
    properties: {
      name: text("Unique among the probes.", PROBE_NAME),
      sql: text("One SELECT that gives one row of one column, without a semicolon."),
      metric: METRIC,
      log: text("A filter pattern of CloudWatch Logs.", LOG_PATTERN),
      expect: text("back-to 90%, at-least 3 or newer-than-change."),
      within: text("1m to 60m after the last old task has stopped; 10m by default."),
    },
  },
};
