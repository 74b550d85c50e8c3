import { roughlyAgo } from "../rough-duration.ts";
import { type Case, primaryOf, type Situation, servingSentence, wayBack } from "./case.ts";
import { cameWithRelease, isSilent, type TrafficOverview } from "./traffic.ts";
import { errorsText, percent, sinceText } from "./traffic-text.ts";

const trafficOf = ({ status }: Case): TrafficOverview | null => (status.traffic.known ? status.traffic.value : null);

/** Tasks are healthy, and yet requests fail. */
export function failingTraffic(one: Case): Situation | undefined {
  const traffic = trafficOf(one);
  if (traffic?.errors === undefined) return undefined;
  const current = primaryOf(one.status)?.taskDefinition;
  const release = current === undefined ? "The service" : `Release ${one.name(current)}`;
  const text = `${release} answers ${percent(traffic.now.errorPercent)} of requests with 5xx, ${errorsText(traffic)}.`;
  const since = sinceText(traffic, one.name);
  const isOwn = cameWithRelease(traffic) !== false;
  return {
    code: "requests-fail",
    tone: "failing",
    sentences: [
      { tone: "failing", text },
      since === undefined ? servingSentence(one) : { tone: isOwn ? "failing" : "unknown", text: since },
    ],
    action: (isOwn ? wayBack(one) : undefined) ?? { do: "logs", why: "see why requests fail" },
  };
}

/** A release as young as this is not known to be good while no request is counted. */
const YOUNG_S = 24 * 3600;

/** Healthy tasks of a new release that no request has tried: errors would not show. */
export function silentTraffic(one: Case): Situation | undefined {
  const traffic = trafficOf(one);
  const primary = primaryOf(one.status);
  if (traffic === null || primary === undefined || !isSilent(traffic)) return undefined;
  if ((one.now - Date.parse(primary.since)) / 1000 > YOUNG_S) return undefined;
  const release = one.name(primary.taskDefinition);
  const when = roughlyAgo(primary.since, one.now);
  return {
    code: "requests-unmeasured",
    tone: "unknown",
    sentences: [
      servingSentence(one),
      {
        tone: "unknown",
        text: `${release} came ${when}; too few requests in 5 min: errors would not show.`,
      },
    ],
    action: { do: "watch", why: "see whether requests fail" },
  };
}
