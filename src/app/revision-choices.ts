import { familyOf, revisionOf } from "../domain/aws/ecs.ts";
import { revisionText } from "../domain/aws/named-revision.ts";
import { rankRevisions } from "../domain/aws/revision-history.ts";
import { formatDuration } from "../domain/time.ts";
import type { OpenTarget } from "./open-target.ts";

/** How many revisions fit on a screen with their evidence. */
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
    // Without the history, only the list of task definitions is left, all of them unproven.
    reads.ecs.history(target.cluster, target.service).catch((): undefined => undefined),
    services.failedRevisions().catch(() => []),
  ]);
  const current = service.taskDefinition;
  const active = await reads.ecs.revisions(familyOf(current), revisionOf(current));
  const verdict = rankRevisions(history ?? [], current, clock.now(), marks);
  const { proven, rejected: passedOver } = verdict;
  const choiceOf = (name: string, evidence: string) => choice(revisionText(name, current), evidence);
  const why = history === undefined ? "the deployment history could not be read" : "no successful deployment on record";
  const good = proven.map(({ taskDefinition, ranSeconds, since }) =>
    choiceOf(taskDefinition, `proven good: ran ${formatDuration(ranSeconds)} since ${since}`),
  );
  const doubtful = passedOver.map((one) => choiceOf(one.taskDefinition, one.why));
  const named = new Set([current, ...[...proven, ...passedOver].map(({ taskDefinition }) => taskDefinition)]);
  const unproven = active
    .filter((name) => !named.has(name))
    .sort((a, b) => Number(isBelow(b, current)) - Number(isBelow(a, current)))
    .map((name) => choiceOf(name, `unproven: ${why}`));
  return { current, choices: [...good, ...doubtful, ...unproven].slice(0, MOST_SHOWN) };
}

const isBelow = (name: string, current: string): boolean => revisionOf(name) < revisionOf(current);

const choice = (value: string, evidence: string): RevisionChoice => ({ value, label: `${value}  ${evidence}` });
