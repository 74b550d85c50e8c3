import { isMeant, revisionText } from "../../domain/aws/named-revision.ts";
import { NOTHING_SENT, OpsError } from "../../domain/error.ts";
import type { Execution } from "../../domain/execution.ts";
import type { StepConfirmed } from "../../domain/execution-event.ts";
import { assertReplaces, currentDiffers } from "../../domain/expected-current.ts";
import { stateOf } from "../../domain/migrations/applied.ts";
import { blocks, firstReplacing, type PlannedStep } from "../../domain/plan.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { isLeftOut, mayWrite, valuesOf } from "../../engine/plan.ts";
import type { OpenTarget } from "../open-target.ts";

/** A value that `--expect-current` may name. `name`: the task definition that `text` shortens. */
interface Fact {
  readonly text: string;
  readonly name?: string;
}

type Planner = OpenTarget["planner"];

/**
 * `--expect-current` names what the first write replaces. Where no step replaces a value, it is compared all the same:
 * with the revision in service, the instance that the run is about, or the newest migration. Where all that would be
 * replaced is as wanted already, it may also name what was there before: the same command was run a second time.
 */
export async function assertExpectedFact(
  planner: Planner,
  steps: readonly PlannedStep[],
  expected: string | undefined,
): Promise<void> {
  if (expected === undefined || isComparedLater(planner, steps)) return;
  const actions = steps.filter(({ readiness }) => readiness !== "left-out").map(({ action }) => action);
  const facts = await present(planner, steps, actions);
  if (isOneOf(facts, expected) || (await wasReplaced(planner, steps, expected))) return;
  throw differs(expected, facts, NOTHING_SENT);
}

/** The same for a plan that is only shown: with what its first write replaces, too. */
export async function assertExpectedOfPlan(
  planner: Planner,
  steps: readonly PlannedStep[],
  expected: string | undefined,
): Promise<void> {
  assertReplaces(steps, expected);
  await assertExpectedFact(planner, steps, expected);
}

/**
 * The same where the plan ends with the error that the schema is as wanted already: the value has to name the newest
 * migration or a newer one, which a first run has taken back, or a revision that is in service or was before it.
 */
export async function assertExpectedOfNothing(planner: Planner, failure: unknown, expected: string | undefined) {
  if (expected === undefined || !(failure instanceof OpsError) || failure.detail.code !== NOTHING_TO_ROLL_BACK) return;
  const { applied } = await planner.services.schema.migrations();
  const newest = { text: String(stateOf(applied).newest) };
  const now = await inService(planner);
  if (isOneOf([newest, now], expected) || isNewerThan(newest, expected)) return;
  if (isOneOf(await revisionsBefore(planner, now.name), expected)) return;
  throw differs(expected, [newest, now], NOTHING_SENT);
}

const NOTHING_TO_ROLL_BACK = "nothing-to-roll-back";

/** What is left of an execution. */
interface Rest {
  readonly execution: Execution;
  readonly runbook: Runbook;
  /** Its remaining steps, as planned now. */
  ahead(): Promise<readonly PlannedStep[]>;
}

/** The same for the rest of an execution: it may also name what an earlier process of the execution has replaced. */
export async function assertExpectedOfRest(
  planner: Planner,
  { execution, runbook, ahead }: Rest,
  expected: string | undefined,
): Promise<void> {
  if (expected === undefined) return;
  const steps = await ahead();
  if (isComparedLater(planner, steps)) return;
  const own = runbook.steps.filter((step) => !isLeftOut(step, execution.started.inputs));
  const facts = await present(
    planner,
    steps,
    own.map(({ action }) => action),
  );
  if (isOneOf([...facts, ...replacedBy(execution)], expected)) return;
  if (await wasReplaced(planner, steps, expected)) return;
  throw differs(expected, facts, "Nothing was sent by this command; the execution stands where it stood.");
}

/** A step will compare it: it replaces a value, or is planned later and may. A blocked plan is refused for its block. */
function isComparedLater(planner: Planner, steps: readonly PlannedStep[]): boolean {
  const mayReplace = ({ readiness, action }: PlannedStep) =>
    readiness === "deferred" && planner.registry[action]?.replaces !== undefined;
  return firstReplacing(steps) !== undefined || steps.some((step) => mayReplace(step) || blocks(step).length > 0);
}

const isOneOf = (facts: readonly Fact[], expected: string): boolean =>
  facts.some(({ text, name }) => isMeant(expected, text, name));

async function present(
  planner: Planner,
  steps: readonly PlannedStep[],
  actions: readonly string[],
): Promise<readonly Fact[]> {
  const isOfInstance = actions.some((action) => action.startsWith("rds."));
  return [
    await inService(planner),
    ...(isOfInstance ? [{ text: planner.target.database }] : []),
    ...(await Promise.all(steps.map((step) => replacedNow(planner, step)))).flatMap((fact) => fact ?? []),
  ];
}

async function inService({ target, services }: Planner) {
  const { taskDefinition } = await services.aws.ecs.service(target.cluster, target.service);
  return factOf(taskDefinition, taskDefinition);
}

const factOf = (name: string, current: string) => ({ text: revisionText(name, current), name });

/** What a step would replace, had it anything to do. */
async function replacedNow(planner: Planner, { action, readiness, inputs }: PlannedStep): Promise<Fact | undefined> {
  if (readiness === "left-out") return undefined;
  return planner.registry[action]?.replaces?.(valuesOf(inputs) as never, planner);
}

/** Whether all that the run would replace is as wanted, and the expected value was there before that. */
async function wasReplaced(planner: Planner, steps: readonly PlannedStep[], expected: string): Promise<boolean> {
  const settled = settledFirst(planner, steps);
  const now = settled && (await replacedNow(planner, settled));
  if (now === undefined) return false;
  // The rows of the migrations that a Down took back are gone: what is left says that they were newer.
  if (now.name === undefined) return isNewerThan(now, expected);
  return isOneOf(await revisionsBefore(planner, now.name), expected);
}

const isNewerThan = ({ text }: Fact, expected: string): boolean =>
  /^\d+$/.test(expected) && Number(expected) > Number(text);

/** The step that would replace a value first, where it finds that value as wanted and no step before it may write. */
function settledFirst(planner: Planner, steps: readonly PlannedStep[]): PlannedStep | undefined {
  const first = steps.find(
    (step) =>
      step.readiness !== "left-out" && (mayWrite(step) || planner.registry[step.action]?.replaces !== undefined),
  );
  return first === undefined || mayWrite(first) ? undefined : first;
}

/** The revision before the current one, by the deployment history; none where no other was deployed. */
async function revisionsBefore({ target, services }: Planner, current: string): Promise<readonly Fact[]> {
  const rows = await services.aws.ecs.history(target.cluster, target.service);
  const others = rows.filter(({ taskDefinition }) => taskDefinition !== "" && taskDefinition !== current);
  return others.slice(0, 1).map(({ taskDefinition }) => factOf(taskDefinition, current));
}

/** What the confirmed steps of the execution and their undos replaced, as each would be named. */
function replacedBy({ steps }: Execution): readonly Fact[] {
  return Object.values(steps)
    .flatMap(({ confirmed, undoing, undoSent }) => [confirmed, undoing?.confirmed, undoSent?.confirmed])
    .flatMap((attempt) => (attempt === undefined ? [] : factsOf(attempt)));
}

function factsOf({ basis: { taskDefinition }, inputs: { from } }: StepConfirmed): readonly Fact[] {
  return [
    ...(typeof taskDefinition === "string" ? [factOf(taskDefinition, taskDefinition)] : []),
    ...(typeof from === "number" ? [{ text: String(from) }] : []),
  ];
}

function differs(expected: string, facts: readonly Fact[], unchanged: string): OpsError {
  const current = [...new Set(facts.map(({ text }) => text))];
  const verb = current.length === 1 ? "is" : "are";
  return currentDiffers(
    `--expect-current says ${expected}, but ${current.join(" and ")} ${verb} current`,
    current[0],
    unchanged,
  );
}
