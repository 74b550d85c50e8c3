/** One way to see whether something has reconnected after tasks were replaced. It reads one number or one time. */
export interface Probe {
  /** Unique among the probes of a target. */
  readonly name: string;
  readonly source: ProbeSource;
  readonly expect: Expectation;
  /** Seconds from the end of the last old task. */
  readonly within: number;
}

export type ProbeSource =
  /** One SELECT that gives one row of one column. Its text is the operator's, and is never printed. */
  | { readonly kind: "sql"; readonly statement: string }
  | ({ readonly kind: "metric" } & ProbeMetric)
  /** A filter pattern of CloudWatch Logs: how many lines of the application match, or when the newest was written. */
  | { readonly kind: "log"; readonly pattern: string };

/** A statistic of CloudWatch, one value a minute. */
export interface ProbeMetric {
  readonly namespace: string;
  readonly name: string;
  readonly stat: string;
  /** Absent: those of the service's load balancer. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

export type Expectation =
  /** So many percent of the number before the change, or more. */
  | { readonly kind: "back-to"; readonly percent: number }
  | { readonly kind: "at-least"; readonly count: number }
  /** A time after the end of the last old task. */
  | { readonly kind: "newer-than-change" };

/** As it is written in the configuration: `back-to 90%`. */
export function expectationText(expect: Expectation): string {
  if (expect.kind === "back-to") return `back-to ${expect.percent}%`;
  return expect.kind === "at-least" ? `at-least ${expect.count}` : expect.kind;
}

/** `back-to 90%`, `at-least 3`, `newer-than-change`; undefined for any other text. */
export function parseExpectation(text: string): Expectation | undefined {
  if (text === "newer-than-change") return { kind: "newer-than-change" };
  const percent = /^back-to ([1-9]\d?|100) ?%$/.exec(text)?.[1];
  if (percent !== undefined) return { kind: "back-to", percent: Number(percent) };
  const count = /^at-least ([1-9]\d{0,8})$/.exec(text)?.[1];
  return count === undefined ? undefined : { kind: "at-least", count: Number(count) };
}

/** A name is shown on screens and kept in the journal. */
export const PROBE_NAME = /^[a-z][a-z0-9-]{0,29}$/;
export const MOST_PROBES = 20;
export const DEFAULT_WITHIN = 600;
/** Seconds. CloudWatch needs two minutes for a metric of AWS; for more than an hour use an alarm. */
export const LEAST_WITHIN = 60;
export const MOST_WITHIN = 3600;
