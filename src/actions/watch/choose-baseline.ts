import {
  type Baseline,
  type BaselineChoice,
  type Candidate,
  candidates,
  LEAST_POINTS,
  objection,
  openedAt,
  type TimedEvent,
} from "../../domain/watch/baseline.ts";
import type { Subject } from "../../domain/watch/metric.ts";
import { lengthOf, minutesOf, present } from "../../domain/watch/series.ts";
import { retryTransient } from "./retry-transient.ts";
import type { ReportNote, WatchOptions } from "./watch-options.ts";

/** The first candidate without an objection and with data. Its metrics are read in one call. */
export async function chooseBaseline(
  watching: WatchOptions,
  subject: Subject,
  {
    start,
    deployments,
    note,
  }: { readonly start: number; readonly deployments: readonly TimedEvent[]; readonly note: ReportNote },
): Promise<BaselineChoice> {
  const dropped: (Candidate & { readonly why: string })[] = [];
  let sparse: Baseline | undefined;
  for (const candidate of candidates(openedAt(start, deployments))) {
    const why = await objectionTo(candidate, watching, subject, { deployments, note });
    if (why !== undefined) {
      dropped.push({ ...candidate, why });
      continue;
    }
    const { measured } = await retryTransient(watching, note, () =>
      watching.services.aws.watch.metrics(subject, candidate.span),
    );
    const baseline = { ...candidate, measured };
    const [least, most] = fullness(baseline);
    if (least >= LEAST_POINTS) return { baseline, dropped };
    if (most >= LEAST_POINTS) sparse ??= baseline;
    dropped.push({ ...candidate, why: `data for ${least} of ${lengthOf(candidate.span)} min` });
  }
  return { ...(sparse && { baseline: sparse }), dropped: dropped.filter(({ name }) => name !== sparse?.name) };
}

/** In how many minutes the compared metrics have data: the metric with the fewest, and the one with the most. */
function fullness({ measured, span }: Baseline): readonly [number, number] {
  const counts = [measured.cpu, measured.memory, measured.connections].map(
    (points = []) => present(minutesOf(points, span)).length,
  );
  return [Math.min(...counts), Math.max(...counts)];
}

/** Reads the alarms of a candidate only if the deployments do not exclude it. */
async function objectionTo(
  candidate: Candidate,
  watching: WatchOptions,
  subject: Subject,
  { deployments, note }: { readonly deployments: readonly TimedEvent[]; readonly note: ReportNote },
): Promise<string | undefined> {
  const why = objection(candidate, { deployments, alarms: [] });
  if (why !== undefined) return why;
  const { watch } = watching.services.aws;
  const alarms = await watch.alarmTimes(subject, candidate.span).catch((error: Error) => {
    note(`whether an alarm fired in ${candidate.name} is not known: ${error.message}`);
    return [];
  });
  return objection(candidate, { deployments: [], alarms });
}
