import {
  type Baseline,
  type BaselineChoice,
  type Candidate,
  candidates,
  type Happening,
  LEAST_POINTS,
  objection,
  openedAt,
} from "../../domain/watch/baseline.ts";
import type { Subject } from "../../domain/watch/metric.ts";
import { lengthOf, minutesOf, present } from "../../domain/watch/series.ts";
import { outlive } from "./retry-transient.ts";
import type { Note, Watching } from "./watch-options.ts";

/** The first of the candidates that nothing speaks against and that has data; its metrics are read in one call. */
export async function chooseBaseline(
  watching: Watching,
  subject: Subject,
  {
    start,
    deployments,
    note,
  }: { readonly start: number; readonly deployments: readonly Happening[]; readonly note: Note },
): Promise<BaselineChoice> {
  const dropped: (Candidate & { readonly why: string })[] = [];
  let sparse: Baseline | undefined;
  for (const candidate of candidates(openedAt(start, deployments))) {
    const why = await objectionTo(candidate, watching, subject, { deployments, note });
    if (why !== undefined) {
      dropped.push({ ...candidate, why });
      continue;
    }
    const { measured } = await outlive(watching, note, () => watching.world.aws.watch.metrics(subject, candidate.span));
    const baseline = { ...candidate, measured };
    const [least, most] = fullness(baseline);
    if (least >= LEAST_POINTS) return { baseline, dropped };
    if (most >= LEAST_POINTS) sparse ??= baseline;
    dropped.push({ ...candidate, why: `data for ${least} of ${lengthOf(candidate.span)} min` });
  }
  return { ...(sparse && { baseline: sparse }), dropped: dropped.filter(({ name }) => name !== sparse?.name) };
}

/** In how many minutes the metrics that are compared have data: the one with the fewest, and the one with the most. */
function fullness({ measured, span }: Baseline): readonly [number, number] {
  const counts = [measured.cpu, measured.memory, measured.connections].map(
    (points = []) => present(minutesOf(points, span)).length,
  );
  return [Math.min(...counts), Math.max(...counts)];
}

/** The alarms of a time are only asked for where its deployments leave it. */
async function objectionTo(
  candidate: Candidate,
  watching: Watching,
  subject: Subject,
  { deployments, note }: { readonly deployments: readonly Happening[]; readonly note: Note },
): Promise<string | undefined> {
  const why = objection(candidate, { deployments, alarms: [] });
  if (why !== undefined) return why;
  const { watch } = watching.world.aws;
  const alarms = await watch.alarmTimes(subject, candidate.span).catch((error: Error) => {
    note(`whether an alarm fired in ${candidate.name} is not known: ${error.message}`);
    return [];
  });
  return objection(candidate, { deployments: [], alarms });
}
