import { MINUTE, minuteOf, type Span } from "../watch/series.ts";
import { isSurelyAbove, median } from "../watch/statistics.ts";

/** One minute of what the targets answered. `p95` in milliseconds; absent where nothing was answered. */
export interface TrafficMinute {
  readonly at: number;
  readonly requests: number;
  readonly failed: number;
  readonly p95?: number;
}

/** What happened to requests in a span of minutes. */
export interface TrafficSpan {
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly failed: number;
  /** Share of 5xx answers. Absent where no request was counted. */
  readonly errorPercent?: number;
  /** Milliseconds: the median of the minutes' 95th percentiles. */
  readonly p95?: number;
}

/** The release whose tasks answer, and when it came. */
export interface ReleaseStart {
  readonly taskDefinition: string;
  /** RFC 3339: when its first task started, or else when its deployment began. */
  readonly at: string;
}

/** The last five minutes beside the time before, and since when requests fail. */
export interface TrafficOverview {
  readonly now: TrafficSpan;
  readonly before: TrafficSpan;
  /** Present where more requests fail now than did before. */
  readonly errors?: {
    /** RFC 3339: the first minute of the run of failing minutes. Absent where it began before what was read. */
    readonly since?: string;
    /** Minutes from the start of the release to `since`; negative where the errors came first. */
    readonly minutesAfterRelease?: number;
  };
  readonly release?: ReleaseStart;
}

/** Minutes that count as now. */
const NOW_MINUTES = 5;
/** Minutes before a release that it is compared with. */
const BEFORE_MINUTES = 30;
/** What is compared with where no release came lately. */
const USUAL_MINUTES = 60;
const MOST_MINUTES = 180;
/** Percent of 5xx answers that no service should give, whatever it gave before. */
const MOST_ERRORS = 5;
const LEAST_FAILED = 3;
/** A release's first minute may hold errors that are its own: points are whole minutes. */
const SAME_MINUTE = 1;
/** Errors that begin so long after a release have another cause, as far as one can tell. */
const LATE_MINUTES = 24 * 60;

/** The minutes to read, in one call. */
export function trafficSpan(now: number, releaseAt: number | undefined): Span {
  const usual = (NOW_MINUTES + USUAL_MINUTES) * MINUTE;
  const wanted = releaseAt === undefined ? 0 : now - releaseAt + BEFORE_MINUTES * MINUTE;
  const back = wanted > MOST_MINUTES * MINUTE ? usual : Math.max(usual, wanted);
  return { from: minuteOf(now - back), to: minuteOf(now) + MINUTE };
}

/** Compares the last five minutes with the time before, and finds since when requests fail. */
export function judgeTraffic(
  minutes: readonly TrafficMinute[],
  now: number,
  release: ReleaseStart | undefined,
): TrafficOverview {
  const read = trafficSpan(now, release && Date.parse(release.at));
  const lately = { from: minuteOf(now) - NOW_MINUTES * MINUTE, to: read.to };
  const start = release === undefined ? Number.NaN : minuteOf(Date.parse(release.at));
  const isNew = start > read.from && start < lately.to;
  const earlier = { from: read.from, to: isNew ? Math.min(start, lately.from) : lately.from };
  const [nowSpan, before] = [spanOf(minutes, lately), spanOf(minutes, earlier)];
  const isBad = nowSpan.failed >= LEAST_FAILED && isSurelyAbove(nowSpan.failed, nowSpan.requests, MOST_ERRORS / 100);
  const overview = { now: nowSpan, before, ...(release && { release }) };
  return isBad ? { ...overview, errors: onset(minutes, read.from, start) } : overview;
}

/** Fewer requests say nothing: our own reads of Vulcan's migrations are among them. */
const LEAST_REQUESTS = 10;

/** Whether too few requests were counted lately: a release that fails them all would look well. */
export const isSilent = ({ now }: TrafficOverview): boolean => now.requests < LEAST_REQUESTS;

/** Whether the errors came with the release, so that going back from it may end them; undefined where it is not known. */
export function cameWithRelease({ errors }: TrafficOverview): boolean | undefined {
  const after = errors?.minutesAfterRelease;
  return after === undefined ? undefined : after >= -SAME_MINUTE && after <= LATE_MINUTES;
}

function spanOf(minutes: readonly TrafficMinute[], { from, to }: Span): TrafficSpan {
  const own = minutes.filter(({ at }) => at >= from && at < to);
  const [requests, failed] = [
    own.reduce((sum, one) => sum + one.requests, 0),
    own.reduce((sum, one) => sum + one.failed, 0),
  ];
  const p95s = own.flatMap(({ p95 }) => p95 ?? []);
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    requests,
    failed,
    ...(requests > 0 && { errorPercent: (100 * failed) / requests }),
    ...(p95s.length > 0 && { p95: median(p95s) }),
  };
}

/** Goes back from the newest minute while minutes fail; one good minute between them does not end the run. */
function onset(
  minutes: readonly TrafficMinute[],
  readFrom: number,
  start: number,
): NonNullable<TrafficOverview["errors"]> {
  const known = minutes.filter(({ requests, failed }) => requests > 0 || failed > 0).toSorted((a, b) => a.at - b.at);
  const isOver = ({ requests, failed }: TrafficMinute): boolean =>
    failed > 0 && (100 * failed) / Math.max(requests, failed) > MOST_ERRORS;
  let first: TrafficMinute | undefined;
  let good = 0;
  for (const minute of known.toReversed()) {
    if (isOver(minute)) {
      first = minute;
      good = 0;
    } else if (++good > 1) break;
  }
  if (first === undefined) return {};
  const isOlder = first.at <= readFrom;
  const after = Math.round((first.at - start) / MINUTE);
  return {
    ...(!isOlder && { since: new Date(first.at).toISOString() }),
    ...(!Number.isNaN(start) && !(isOlder && after > 0) && { minutesAfterRelease: after }),
  };
}
