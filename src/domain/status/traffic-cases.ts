import { roughlyAgo } from "../rough-duration.ts";
import {
  type Case,
  isYoung,
  primaryOf,
  type Sentence,
  type Situation,
  servingSentence,
  wayBack,
  wholeServing,
} from "./case.ts";
import { cameWithRelease, isSilent, type TrafficOverview } from "./traffic.ts";
import { errorsText, percent, sinceText } from "./traffic-text.ts";

const trafficOf = ({ status }: Case): TrafficOverview | null => (status.traffic.known ? status.traffic.value : null);

/** Tasks are healthy, and yet requests fail. */
export function failingTraffic(one: Case): Situation | undefined {
  const traffic = trafficOf(one);
  if (traffic?.errors === undefined) return undefined;
  const current = primaryOf(one.status)?.taskDefinition;
  const [kind, release] = current === undefined ? ["", "The service"] : ["Release ", one.name(current)];
  const state = `${release} answers ${percent(traffic.now.errorPercent)} of requests with 5xx`;
  const since = sinceText(traffic, one.name);
  const isOwn = cameWithRelease(traffic) !== false;
  const second: Sentence =
    since === undefined ? servingSentence(one) : { tone: isOwn ? "failing" : "unknown", text: since };
  return {
    code: "requests-fail",
    tone: "failing",
    sentences: [{ tone: "failing", text: `${kind}${state}, ${errorsText(traffic)}.` }, second],
    states: [state],
    below: [second],
    action: (isOwn ? wayBack(one) : undefined) ?? { do: "logs", why: "see why requests fail" },
  };
}

/** Healthy tasks of a new release that no request has tried: errors would not show. */
export function silentTraffic(one: Case): Situation | undefined {
  const traffic = trafficOf(one);
  const primary = primaryOf(one.status);
  if (traffic === null || primary === undefined || !isSilent(traffic) || !isYoung(one)) return undefined;
  const release = one.name(primary.taskDefinition);
  const when = roughlyAgo(primary.since, one.now);
  const text = `${release} came ${when}: too few requests to see errors.`;
  const serving = servingSentence(one);
  return {
    code: "requests-unmeasured",
    tone: "unknown",
    sentences: [serving, { tone: "unknown", text }],
    states: [`${release} came ${when}, too few requests to judge`, `${release} has too few requests to judge`],
    below: wholeServing(one) === undefined ? [serving] : [],
    action: { do: "watch", why: "see whether requests fail" },
  };
}
