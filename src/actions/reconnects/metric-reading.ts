import type { ProbeMetric } from "../../domain/reconnects/probe.ts";
import type { Reading } from "../../domain/reconnects/reading.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import { isNetwork } from "../../domain/watch/metric.ts";
import { MINUTE, minuteOf, type Point, type Span } from "../../domain/watch/series.ts";
import type { ReadingMoment } from "./reading-moment.ts";

type Context = Pick<ActionReadContext, "services" | "target">;

/** Minutes before the change, and how many of them need a value: one minute alone may be an exception. */
const BASELINE_MINUTES = 15;
const FEWEST = 3;

/** Before a change the usual value; after it that of the newest whole minute. */
export async function metricReading(metric: ProbeMetric, moment: ReadingMoment, context: Context): Promise<Reading> {
  const { namespace, name, stat } = metric;
  const dimensions = metric.dimensions ?? (await ofTheBalancer(context));
  if (typeof dimensions === "string") return { kind: "none", why: dimensions };
  const span = spanOf(moment);
  // CloudWatch refuses to be asked about no time at all.
  const asked =
    span.from < span.to ? context.services.aws.watch.series([{ namespace, name, stat, dimensions }], span) : [];
  const [points = []] = await asked;
  return moment.kind === "before" ? usual(points) : newestSince(points, moment);
}

/** A minute that has begun before the end of the old tasks may still count them. */
function spanOf(moment: ReadingMoment): Span {
  const to = minuteOf(moment.at);
  return { from: moment.kind === "before" ? to - BASELINE_MINUTES * MINUTE : minuteOf(moment.gone - 1) + MINUTE, to };
}

function usual(points: readonly Point[]): Reading {
  const values = points.map(({ value }) => value).toSorted((a, b) => a - b);
  const value = values[Math.floor(values.length / 2)];
  const from = points[0]?.at;
  if (value === undefined || from === undefined || values.length < FEWEST)
    return { kind: "none", why: `CloudWatch has ${values.length} of ${BASELINE_MINUTES} min` };
  return { kind: "number", value, from };
}

function newestSince(points: readonly Point[], { gone, at }: ReadingMoment & { readonly kind: "since" }): Reading {
  const whole = points.filter((point) => point.at >= gone && point.at + MINUTE <= at);
  const newest = whole.reduce<Point | undefined>((last, one) => (last && last.at > one.at ? last : one), undefined);
  if (newest === undefined) return { kind: "none", why: "CloudWatch has no minute since the old tasks stopped" };
  return { kind: "number", value: newest.value, from: newest.at };
}

/** The dimension of the service's one application load balancer, or why there is none. */
async function ofTheBalancer({
  services: { aws },
  target,
}: Context): Promise<Readonly<Record<string, string>> | string> {
  const { groups } = await aws.watch.subject(target, await aws.ecs.service(target.cluster, target.service));
  const balancers = [...new Set(groups.filter((one) => !isNetwork(one)).map(({ loadBalancer }) => loadBalancer))];
  const [LoadBalancer, ...others] = balancers;
  if (LoadBalancer === undefined) return "the service has no application load balancer";
  if (others.length > 0) return `the service has ${balancers.length} load balancers: name one in dimensions`;
  return { LoadBalancer };
}
