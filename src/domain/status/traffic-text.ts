import { counted } from "../finding.ts";
import { roughDuration } from "../rough-duration.ts";
import { cameWithRelease, isSilent, type TrafficOverview, type TrafficSpan } from "./traffic.ts";

/** `0.1 %`, `33 %` */
export function percent(value: number | undefined): string {
  if (value === undefined) return "?";
  return `${value === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} %`;
}

/** `before 0.1 %` */
export const errorsText = ({ before }: TrafficOverview): string =>
  before.errorPercent === undefined ? "before: not measured" : `before ${percent(before.errorPercent)}`;

/** `Errors began 03:28Z, 4 min after :43's first task.`; undefined where nothing is known of when they began. */
export function sinceText(traffic: TrafficOverview, name: (taskDefinition: string) => string): string | undefined {
  const { errors = {}, release } = traffic;
  const after = errors.minutesAfterRelease;
  const began = errors.since === undefined ? "Errors began" : `Errors began ${errors.since.slice(11, 16)}Z,`;
  if (after === undefined || release === undefined)
    return errors.since === undefined ? undefined : `${began.replace(",", "")}.`;
  const full = name(release.taskDefinition);
  const revision = /\((:\d+)\)$/.exec(full)?.[1] ?? full;
  const distance = roughDuration(Math.abs(after) * 60);
  if (cameWithRelease(traffic))
    return `${began} ${after <= 0 ? "with" : `${distance} after`} ${revision}'s first task.`;
  const least = errors.since === undefined ? "more than " : "";
  return `${began} ${least}${distance} ${after < 0 ? "before" : "after"} ${revision}: a rollback is unlikely to help.`;
}

/** `5xx 33 %, p95 840 ms in 5 min; before 0.1 %, 84 ms` */
export function trafficText(traffic: TrafficOverview | null): string {
  if (traffic === null) return "not measured: no load balancer counts requests";
  const before = spanText(traffic.before, "");
  const usual = before === undefined ? "none before" : `before ${before}`;
  const { requests } = traffic.now;
  if (isSilent(traffic))
    return `${requests === 0 ? "no requests" : `only ${counted(requests, "request")}`} in 5 min; ${usual}`;
  return `${spanText(traffic.now, "5xx ")} in 5 min; ${usual}`;
}

function spanText({ errorPercent, p95 }: TrafficSpan, label: string): string | undefined {
  if (errorPercent === undefined) return undefined;
  const slow = p95 === undefined ? "" : `, ${label === "" ? "" : "p95 "}${Math.round(p95)} ms`;
  return `${label}${percent(errorPercent)}${slow}`;
}
