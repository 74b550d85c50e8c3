import type { Measured } from "./metric.ts";
import { MINUTE, minuteOf, type Span } from "./series.ts";

/** A named event; without `to`, it continues. Epoch ms. */
export interface TimedEvent {
  readonly name: string;
  readonly from: number;
  readonly to?: number;
  /** Of an alarm: the state that it changed to, where its history says it. */
  readonly into?: string;
}

/** A time span to compare with. */
export interface Candidate {
  /** `the hour before`, `the same hour a day before` … */
  readonly name: string;
  readonly span: Span;
}

export interface Baseline extends Candidate {
  readonly measured: Measured;
}

/** The chosen baseline, if any, and the dropped candidates, each with its reason. */
export interface BaselineChoice {
  readonly baseline?: Baseline;
  readonly dropped: readonly (Candidate & { readonly why: string })[];
}

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The minutes of the hour that a baseline needs. Fewer minutes say too little about what is usual. */
export const LEAST_POINTS = 30;

/**
 * When the baseline ends: at the watch's start. Where the service was deployed within the hour before that, it ends at
 * the first of the deployments that led up to the start.
 */
export function openedAt(start: number, deployments: readonly TimedEvent[]): number {
  const earlier = deployments
    .filter(({ from, to = Number.POSITIVE_INFINITY }) => from < start && to > start - HOUR)
    .map(({ from }) => from);
  return earlier.length === 0 ? minuteOf(start) : openedAt(minuteOf(Math.min(...earlier)), deployments);
}

/** The hour before, then the same hour a day and a week before: CloudWatch keeps one-minute data for 15 days. */
export function candidates(opened: number): readonly Candidate[] {
  const span = { from: opened - HOUR, to: opened };
  const back = (ms: number): Span => ({ from: span.from - ms, to: span.to - ms });
  return [
    { name: "the hour before", span },
    { name: "the same hour a day before", span: back(DAY) },
    { name: "the same hour a week before", span: back(7 * DAY) },
  ];
}

/** Why a span says nothing about what is usual: a deployment or an alarm lies in it. */
export function objection(
  { span }: Candidate,
  { deployments, alarms }: { readonly deployments: readonly TimedEvent[]; readonly alarms: readonly TimedEvent[] },
): string | undefined {
  const within = ({ from, to = Number.POSITIVE_INFINITY }: TimedEvent) => from < span.to && to > span.from;
  const deployment = deployments.find(within);
  if (deployment !== undefined) return `${deployment.name} was being deployed`;
  const alarm = alarms.find(within);
  return alarm === undefined ? undefined : `alarm ${alarm.name} was firing`;
}
