import type { Given } from "../../cli/options.ts";
import { asksPeople, openScreen } from "../../cli/output.ts";
import type { Context } from "../../cli/process-context.ts";
import { familyOf, revisionOf } from "../../domain/aws/ecs.ts";
import { judgeHistory } from "../../domain/aws/revision-history.ts";
import { usageError } from "../../domain/error.ts";
import { formatDuration } from "../../domain/time.ts";
import type { Site } from "../target/open.ts";

/** So many revisions fit on a screen beside their evidence. */
const MOST_SHOWN = 12;
const NONE = "none";

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Asks which revision to return to, the proven ones first, each with its evidence. Undefined: none of them. */
export async function chooseRevision(site: Site, given: Given, context: Context): Promise<string | undefined> {
  if (!asksPeople(given, context)) {
    throw usageError("choose-unattended", "nobody is at a terminal to choose a revision", [
      "vulcan-ops rollback --to REV",
    ]);
  }
  const { current, choices } = await readChoices(site);
  const screen = openScreen(given, context, { yes: false, sandbox: false }, site.clock);
  try {
    const { value } = await screen.ask({
      kind: "choice",
      id: "revision",
      message: `The service runs ${current}. Return to which revision?`,
      detail: [],
      choices: [{ value: NONE, label: "none of them: stop here" }, ...choices],
      fallback: NONE,
    });
    return value === NONE ? undefined : value;
  } finally {
    screen.close();
  }
}

async function readChoices({ reads, target, clock, planner }: Site): Promise<{ current: string; choices: Choice[] }> {
  const [service, history, marks] = await Promise.all([
    reads.ecs.service(target.cluster, target.service),
    // What cannot be read leaves the list of task definitions, each of them unproven.
    reads.ecs.history(target.cluster, target.service).catch((): undefined => undefined),
    planner.world.marks().catch(() => []),
  ]);
  const current = service.taskDefinition;
  const active = await reads.ecs.revisions(familyOf(current), revisionOf(current));
  const verdict = judgeHistory(history ?? [], current, clock.now(), marks);
  // A choice is a number: of another family it would name another revision.
  const [proven, passedOver] = [verdict.proven.filter(isOf(current)), verdict.passedOver.filter(isOf(current))];
  const why = history === undefined ? "the deployment history could not be read" : "no successful deployment on record";
  const good = proven.map(({ taskDefinition, ranSeconds, since }) =>
    choice(taskDefinition, `proven good: ran ${formatDuration(ranSeconds)} since ${since}`),
  );
  const doubtful = passedOver.map(({ taskDefinition, why }) => choice(taskDefinition, why));
  const named = new Set([current, ...[...proven, ...passedOver].map(({ taskDefinition }) => taskDefinition)]);
  const unproven = active
    .filter((name) => !named.has(name))
    .sort((a, b) => Number(isBelow(b, current)) - Number(isBelow(a, current)))
    .map((name) => choice(name, `unproven: ${why}`));
  return { current, choices: [...good, ...doubtful, ...unproven].slice(0, MOST_SHOWN) };
}

const isOf =
  (current: string) =>
  ({ taskDefinition }: { readonly taskDefinition: string }): boolean =>
    familyOf(taskDefinition) === familyOf(current);

const isBelow = (name: string, current: string): boolean => revisionOf(name) < revisionOf(current);

const choice = (name: string, evidence: string): Choice => ({
  value: String(revisionOf(name)),
  label: `${revisionOf(name)}  ${evidence}`,
});
