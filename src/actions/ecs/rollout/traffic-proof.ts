import type { ActionVerifyContext } from "../../../domain/services.ts";
import { percent } from "../../../domain/status/traffic-text.ts";
import { withTimeLimit } from "../../../domain/time-limit.ts";
import { isNetwork } from "../../../domain/watch/metric.ts";
import { MINUTE, minuteOf } from "../../../domain/watch/series.ts";

/** Evidence for the outcome, not a part of the wait: it may be late. */
const LIMIT_MS = 5000;
/** Fewer requests say nothing: a release that fails them all would look well. */
const LEAST_REQUESTS = 10;

/** What the outcome says of users' requests since `since` (epoch ms): `5xx 0.1 %`, or that they were not measured. */
export async function trafficProof(since: number, context: ActionVerifyContext): Promise<string> {
  const share = await withTimeLimit(LIMIT_MS, failedPercent(since, context)).catch(() => undefined);
  return share === undefined ? "traffic not measured" : `5xx ${percent(share)}`;
}

async function failedPercent(
  since: number,
  { services: { aws }, target, clock }: ActionVerifyContext,
): Promise<number | undefined> {
  const span = { from: minuteOf(since) + MINUTE, to: minuteOf(clock.now()) };
  if (span.to <= span.from) return undefined;
  const { groups } = await aws.watch.subject(target, await aws.ecs.service(target.cluster, target.service));
  const counting = groups.filter((group) => !isNetwork(group));
  if (counting.length === 0) return undefined;
  const minutes = await aws.watch.traffic(counting, span);
  const sum = (of: "requests" | "failed") => minutes.reduce((total, minute) => total + minute[of], 0);
  return sum("requests") < LEAST_REQUESTS ? undefined : (100 * sum("failed")) / sum("requests");
}
