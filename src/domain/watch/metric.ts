import type { Point } from "./series.ts";

/** What is watched. The first five are those of the documented procedure; the others are shown beside them. */
export const METRICS = {
  cpu: { title: "CPU %", isRequired: true },
  memory: { title: "Memory %", isRequired: true },
  healthy: { title: "Healthy hosts", isRequired: true },
  unhealthy: { title: "Unhealthy hosts", isRequired: true },
  connections: { title: "DB connections", isRequired: true },
  errors: { title: "5xx %", isRequired: false },
  requests: { title: "Requests/min", isRequired: false },
  latency: { title: "Response ms", isRequired: false },
} as const;

export type MetricId = keyof typeof METRICS;

export const METRIC_IDS = Object.keys(METRICS) as readonly MetricId[];

/**
 * One-minute points as CloudWatch has them: percent (cpu, memory), hosts, sessions, requests a minute, milliseconds;
 * `errors` is the count of the targets' 5xx answers, given only for minutes that had one.
 */
export type Measured = Readonly<Partial<Record<MetricId, readonly Point[]>>>;

/** What is watched, by its CloudWatch dimensions. */
export interface Subject {
  readonly cluster: string;
  readonly service: string;
  readonly database: string;
  /** `targetgroup/NAME/ID` behind `app/NAME/ID`; a group that no load balancer uses is left out. */
  readonly groups: readonly { readonly targetGroup: string; readonly loadBalancer: string }[];
}

/** Behind a network load balancer, which has metrics of its own and knows nothing of requests. */
export const isNetwork = ({ loadBalancer }: Subject["groups"][number]): boolean => loadBalancer.startsWith("net/");

export interface MetricAnswer {
  readonly measured: Measured;
  /** CloudWatch's messages about the answer, and the series that it could not give completely. */
  readonly remarks: readonly string[];
}

/** A statistic of CloudWatch by the minute, a percentile among them. */
export interface Statistic {
  readonly namespace: string;
  readonly name: string;
  readonly stat: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Factor for CloudWatch's unit; default 1. */
  readonly scale?: number;
}
