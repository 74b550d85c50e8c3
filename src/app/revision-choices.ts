import { familyOf, type HistoryRow, revisionOf } from "../domain/aws/ecs.ts";
import { judgeHistory } from "../domain/aws/revision-history.ts";
import { formatDuration } from "../domain/time.ts";
import type { OpenTarget } from "./open-target.ts";

/** So many revisions fit on a screen beside their evidence. */
const MOST_SHOWN = 12;

export interface RevisionChoice {
  readonly value: string;
  readonly label: string;
}

/** The revisions that the service can return to, the proven ones first, each with its evidence. */
export async function readRevisionChoices({
  reads,
  target,
  clock,
  services,
}: OpenTarget): Promise<{ readonly current: string; readonly choices: readonly RevisionChoice[] }> {
  const [service, history, marks] = await Promise.all([
    reads.ecs.service(target.cluster, target.service),
    // What cannot be read leaves the list of task definitions, each of them unproven.
    reads.ecs.history(target.cluster, target.service).catch((): HistoryRow[] => []),
    services.marks().catch(() => []),
  ]);
  const current = service.taskDefinition;
  const active = await reads.ecs.revisions(familyOf(current));
  const { proven, passedOver } = judgeHistory(history, current, clock.now(), marks);
  const good = proven.map(({ taskDefinition, ranSeconds, since }) =>
    choice(taskDefinition, `proven good: ran ${formatDuration(ranSeconds)} since ${since}`),
  );
  const doubtful = passedOver.map(({ taskDefinition, why }) => choice(taskDefinition, why));
  const named = new Set([current, ...[...proven, ...passedOver].map(({ taskDefinition }) => taskDefinition)]);
  const unproven = active
    .filter((name) => !named.has(name))
    .map((name) => choice(name, "unproven: no successful deployment on record here"));
  return { current, choices: [...good, ...doubtful, ...unproven].slice(0, MOST_SHOWN) };
}

const choice = (name: string, evidence: string): RevisionChoice => ({
  value: String(revisionOf(name)),
  label: `${revisionOf(name)}  ${evidence}`,
});
