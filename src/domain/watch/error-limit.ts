import { counted, type Evidence } from "./evidence.ts";
import type { Limit } from "./limit.ts";
import type { View } from "./metric-minutes.ts";
import { lengthOf, type Minutes, minutesOf, newest, twoOfThree } from "./series.ts";
import { isSurelyAbove, median } from "./statistics.ts";

/** Percentage points of failing requests above what was usual. */
const ERROR_RISE = 5;
/** Percent of failing requests that is never fine, however usual it is. */
const NEVER_FINE = 50;
/** Shares from which it is told what is usual: a single one may be an accident. */
const LEAST_SHARES = 3;
/** In a minute with fewer requests, one failure weighs too much. */
const LEAST_REQUESTS = 10;
/** Of the usual requests, the share below which the others may fail before they reach the targets. */
const ARRIVES = 0.1;
/** Lengths in minutes over which minutes with too few requests are summed, besides the whole watch. */
const WINDOWS = [3, 10];

interface Count {
  readonly requests: number;
  readonly failed: number;
}

/**
 * The limit lies above the usual share of failures: a release that has always failed some requests is not worse for it.
 * Minutes with enough requests are judged one by one. The others are summed, because each alone says nothing.
 */
export function errorLimit(evidence: Evidence, view: View, before?: View): Limit {
  const counts = countsOf(view);
  const most = ERROR_RISE + (before === undefined ? 0 : usualShare(countsOf(before)));
  const ceiling = Math.min(most, NEVER_FINE);
  const shown = `${Math.round(ceiling)}`;
  const broken = brokenBy(counts, most, shown);
  if (broken !== undefined) return { shown, broken };
  const unknown = unknownOf(evidence, counts, view, before);
  if (unknown !== undefined) return { shown, unknown };
  const total = sumOf(counts);
  if (shareOf(total) > ceiling) return { shown, beyond: `ABOVE ${shown} %: ${textOf(total)}` };
  return (newest(view.errors) ?? 0) > ceiling ? { shown, beyond: `ABOVE ${shown} %, newest min` } : { shown };
}

function brokenBy(counts: readonly Count[], most: number, shown: string): string | undefined {
  const over = counts.map((count) => (count.requests >= LEAST_REQUESTS ? shareOf(count) > most : undefined));
  if (twoOfThree(over)) return `above ${shown} % in ${over.filter(Boolean).length} min`;
  const few = counts.map((count) => (count.requests >= LEAST_REQUESTS ? NONE : count));
  for (const width of [...WINDOWS, counts.length]) {
    const bad = windowsOf(few, width).find((window) => isBad(window, most));
    if (bad !== undefined) return `above ${shown} %: ${textOf(sumOf(bad))} in ${width} min`;
  }
  return undefined;
}

/** Failures in one minute alone are not enough. */
function isBad(window: readonly Count[], most: number): boolean {
  const { requests, failed } = sumOf(window);
  const minutes = window.filter((count) => count.failed > 0).length;
  return minutes > 1 && requests >= LEAST_REQUESTS && isSurelyAbove(failed, requests, most / 100);
}

/** Why it is not known whether requests fail. */
function unknownOf(evidence: Evidence, counts: readonly Count[], view: View, before?: View): string | undefined {
  const errors = minutesOf(evidence.measured.errors ?? [], counted(evidence));
  const blind = errors.reduce<number>((sum, count = 0, index) => sum + (view.requests[index] ? 0 : count), 0);
  if (blind > 0) return `${blind} failed, of an unknown number of requests`;
  const total = sumOf(counts);
  if (total.requests > 0 && total.requests < LEAST_REQUESTS) return `too few requests: ${textOf(total)}`;
  const usual = before === undefined ? 0 : sumOf(countsOf(before)).requests / before.requests.length;
  const expected = Math.round(usual * lengthOf(counted(evidence)));
  if (expected < LEAST_REQUESTS || total.requests > expected * ARRIVES) return undefined;
  const came = total.requests === 0 ? "no requests" : `${Math.round(total.requests)} requests`;
  return `${came}, about ${expected} in as many minutes before`;
}

/**
 * 5xx answers of the balancer itself, above what was usual. They may be of another target group, so that they make no
 * release WORSE; but with them none is STABLE.
 */
export function refusedLimit(view: View, before?: View): Limit {
  const usual = before === undefined ? 0 : shareOf(sumOf(refusalsOf(before)));
  const most = Math.min(ERROR_RISE + usual, NEVER_FINE);
  const shown = `${Math.round(most)} %`;
  const counts = refusalsOf(view);
  const bad = [...WINDOWS, counts.length]
    .flatMap((width) => windowsOf(counts, width))
    .map(sumOf)
    .find((sum) => sum.requests >= LEAST_REQUESTS && shareOf(sum) > most);
  if (bad === undefined) return { shown };
  return { shown, unknown: `${bad.failed} of ${Math.round(bad.requests)} answered 5xx by the balancer itself` };
}

/** The balancer counts no request that it refused before it chose a target. [D: RequestCount] */
const refusalsOf = ({ requests, refused }: View): Count[] =>
  refused.map((failed = 0, index) => ({ requests: failed + (requests[index] ?? 0), failed }));

const NONE: Count = { requests: 0, failed: 0 };

const shareOf = ({ requests, failed }: Count): number => (requests === 0 ? 0 : (100 * failed) / requests);

const textOf = ({ requests, failed }: Count): string => `${failed} of ${Math.round(requests)} failed`;

function countsOf({ requests, errors }: { readonly requests: Minutes; readonly errors: Minutes }): Count[] {
  return requests.map((count = 0, index) => ({
    requests: count,
    failed: Math.round((count * (errors[index] ?? 0)) / 100),
  }));
}

const sumOf = (counts: readonly Count[]): Count =>
  counts.reduce(
    (sum, { requests, failed }) => ({ requests: sum.requests + requests, failed: sum.failed + failed }),
    NONE,
  );

function windowsOf(counts: readonly Count[], width: number): Count[][] {
  const starts = counts.slice(0, Math.max(0, counts.length - width + 1));
  return starts.map((_, index) => counts.slice(index, index + width));
}

/** The median of the shares of failures. Each share covers as many minutes as are needed for enough requests. */
function usualShare(counts: readonly Count[]): number {
  const shares: number[] = [];
  let sum = NONE;
  for (const count of counts) {
    sum = sumOf([sum, count]);
    if (sum.requests < LEAST_REQUESTS) continue;
    shares.push(shareOf(sum));
    sum = NONE;
  }
  return shares.length < LEAST_SHARES ? 0 : median(shares);
}
