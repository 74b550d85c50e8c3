import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { ProtectedTask } from "../../domain/aws/reads.ts";
import { unmatchedText } from "../../domain/aws/targets.ts";
import { blockingProtection, liftLine, type Protected, protectedWords } from "../../domain/aws/task-protection.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { type Beginning, watchBeginning } from "../nothing-begun.ts";
import { unlessTransient } from "../poll.ts";
import { guardInputFields, guardInputs, verifyStillHeld, whyTasksMustNotStart } from "../task-start-guard.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { inService, matchGroups, otherTasksAlive, type RolloutSnapshot } from "./rollout/snapshot.ts";
import { readSnapshotPaced, waitForTaskChange } from "./rollout/wait-for-task-change.ts";

const inputs = {
  desired: { type: "integer", minimum: 0, required: false, description: "Tasks to run. Default is unchanged." },
  still: {
    type: "integer",
    minimum: 0,
    required: false,
    description: "Act only if the service is set to this now. Any other number stays.",
  },
  prove: {
    type: "boolean",
    required: false,
    description: "Wait until the tasks are healthy, even if nothing changes.",
  },
  keep: {
    type: "string",
    required: false,
    description: "Id of a task that an earlier step protects, and that stays.",
  },
  ...guardInputFields,
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly cluster: string;
  readonly name: string;
  readonly now: number;
  readonly held: string | undefined;
  /** The minimum of auto scaling, if auto scaling may change the number now. */
  readonly liveLeast?: number | undefined;
  /** Tasks that ECS does not stop when it scales in. */
  readonly guarded: Protected;
}

/** Pause while the tasks cannot be read. */
const TROUBLE_MS = 4000;

/** Changes how many tasks the service runs, in one UpdateService. The undo sends the old number. */
export const scaleService = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.scaleService",
  summary: "Scale the service to a number of tasks, and wait for them.",
  risk: "change",
  requests: ["ecs:UpdateService"],
  leaves: ({ after }) => (after === 0 ? "fence" : "size"),
  undoUnblocks: ["tasks-left"],
  usualSeconds: ({ still }) => (still === undefined ? USUAL_SECONDS.drain : USUAL_SECONDS.moreTasks),
  inputs,
  outputs: { previous: { type: "integer", description: "number of tasks before" } },

  async observe(given, context) {
    const { services, target, pendingStep } = context;
    const service = await services.aws.ecs.service(target.cluster, target.service);
    if (pendingStep !== undefined && service.desired === given.desired) return { kind: "deferred", until: pendingStep };
    const { name, desired: now, taskDefinition } = service;
    const held = now < (given.desired ?? 0) ? await whyTasksMustNotStart(given, taskDefinition, context) : undefined;
    const isMoving = pendingStep === undefined && given.desired !== undefined && given.desired !== now;
    const isLess = given.desired !== undefined && now > given.desired;
    const [liveLeast, guarded] = await Promise.all([
      isMoving ? minimumNow(context) : undefined,
      isLess ? services.aws.ecs.protectedTasks(target.cluster, target.service).catch((error: Error) => error) : [],
    ]);
    return { kind: "observed", value: { cluster: target.cluster, name, now, held, liveLeast, guarded } };
  },

  plan: (given, observation) => planScale(given, observation),
  verify: (given, attempt, context) => verifyScale(given, attempt, context),
  probe: (given, attempt, context) => probeScale(given, attempt, context),
});

/** The minimum of auto scaling; undefined if nothing scales the service, or if all scaling is suspended. */
export async function minimumNow({ services, target }: ActionReadContext): Promise<number | undefined> {
  const found = await services.aws.around.scalingTarget(target.cluster, target.service);
  if (found === undefined) return undefined;
  const isHeld = found.inSuspended && found.outSuspended && found.scheduledSuspended;
  return isHeld ? undefined : found.least;
}

/** Auto scaling does not accept a number below its minimum: its next evaluation scales up again. */
export function belowMinimum(
  desired: number,
  { name, now, liveLeast }: Pick<Observation, "name" | "now" | "liveLeast">,
): readonly Finding[] {
  if (liveLeast === undefined || desired >= liveLeast || desired >= now) return [];
  const text = `auto scaling acts on ${name} with a minimum of ${liveLeast}, and would undo ${tasks(desired)}`;
  return [block("scaling-live", text, ["vulcan-ops status"])];
}

/** More protected tasks than may stay: the step would wait until the last protection ends. */
function guardFindings({ desired = 0, keep }: Inputs, { cluster, guarded }: Observation): Finding[] {
  if (guarded instanceof Error) return blockingProtection(guarded, cluster);
  const others = guarded.filter(({ id }) => id !== keep);
  return others.length + (keep === undefined ? 0 : 1) > desired ? blockingProtection(others, cluster) : [];
}

function planScale(given: Inputs, observation: Observation): StepPlan {
  const { cluster, name, now, held, liveLeast } = observation;
  const { desired, still, prove } = given;
  const nothing = { changes: [], findings: [], outputs: { previous: now } };
  if (desired === undefined) return { ...nothing, summary: "the task count was never changed", outputs: {} };
  const already = { ...nothing, summary: `${name} is already set to ${tasks(now)}` };
  // The number says what is wanted. A step that only checks whether to restore a value does not wait for tasks.
  if (desired === now)
    return still === undefined || prove === true
      ? { ...already, waitsFor: `${tasks(now)} of ${name} healthy` }
      : already;
  if (still !== undefined && still !== now)
    return {
      ...nothing,
      summary: `${name}: ${byWhom(liveLeast !== undefined)} has set it to ${tasks(now)}, which stays`,
    };
  if (held !== undefined) return { ...nothing, summary: `${name} stays at ${tasks(now)}`, waitsFor: held };
  const blocked = belowMinimum(desired, observation);
  if (blocked.length > 0) return { ...nothing, summary: `${name} stays at ${tasks(now)}`, findings: blocked };
  const request = (desiredCount: number) => ({
    service: "ecs",
    name: "UpdateService",
    input: { cluster, service: name, desiredCount },
  });
  return {
    ...nothing,
    findings: guardFindings(given, observation),
    summary: `${name}: ${now} → ${tasks(desired)}`,
    deed: { verb: "scale", past: "scaled", object: name, from: String(now), to: tasks(desired) },
    changes: [{ subject: `service ${name}`, property: "desired tasks", before: now, after: desired }],
    proposal: {
      operation: request(desired),
      undo: {
        kind: "operation",
        operation: request(now),
        with: { desired: now, still: desired, prove: true, ...guardInputs(given) },
      },
      basis: { desired: now },
      consequence: String(desired),
    },
  };
}

/** If auto scaling is active, the change may be its own. */
const byWhom = (isScaled: boolean): string => (isScaled ? "auto scaling or another operator" : "another operator");

const tasks = (count: number): string => (count === 1 ? "1 task" : `${count} tasks`);

async function verifyScale(given: Inputs, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const { desired = 0 } = given;
  if (attempt.operation === undefined && !(await isSetTo(desired, context))) return verifyStillHeld(given, context);
  const { clock, deadline, signal, progress } = context;
  const begun = clock.now();
  let isTaken = false;
  const watch = watchBeginning({ service: "ECS", since: Date.parse(attempt.confirmedAt ?? "") }, clock);
  for (;;) {
    const snapshot = await readSnapshotPaced(context).catch(unlessTransient);
    isTaken ||= snapshot?.service.desired === desired;
    const isSettling = snapshot !== undefined && snapshot.service.desired === attempt.basis?.desired && !isTaken;
    const isMoved = snapshot !== undefined && snapshot.service.desired !== desired && !isSettling;
    const unbegun = watch(beginningOf(snapshot?.service, isSettling));
    if (unbegun !== undefined) return unbegun;
    if (isMoved) return movedBy(await minimumNow(context), desired, snapshot.service);
    const judged = judge(desired, snapshot);
    if (typeof judged !== "string") return judged;
    const guarded = await lingering(desired, snapshot, clock.now() - begun, context);
    const progressText =
      guarded.length === 0 ? judged : `${judged}; ECS does not stop them: ${protectedWords(guarded)}`;
    if (clock.now() >= deadline) return late(`${progressText}; ${tasks(desired)} wanted`, guarded, context);
    progress(progressText);
    const isBlind = snapshot === undefined || isSettling;
    await (isBlind ? clock.sleep(TROUBLE_MS, signal) : waitForTaskChange(desired, snapshot, context));
  }
}

function beginningOf(service: Service | undefined, isAsBefore: boolean): Beginning {
  if (service === undefined) return "unread";
  return isAsBefore ? { asBefore: `${service.name} is still set to ${tasks(service.desired)}` } : "begun";
}

/** A read that fails transiently proves nothing. The wait itself handles it. */
async function isSetTo(desired: number, { services, target }: ActionReadContext): Promise<boolean> {
  const service = await services.aws.ecs.service(target.cluster, target.service).catch(unlessTransient);
  return service === undefined || service.desired === desired;
}

/** Tasks begin to stop at once. One that has not begun after a minute may be protected. */
const PATIENCE_MS = 60_000;

async function lingering(
  desired: number,
  snapshot: RolloutSnapshot | undefined,
  passed: number,
  { services, target }: ActionVerifyContext,
): Promise<readonly ProtectedTask[]> {
  if (snapshot === undefined || snapshot.running.length <= desired || passed < PATIENCE_MS) return [];
  return services.aws.ecs.protectedTasks(target.cluster, target.service).catch(() => []);
}

function late(text: string, guarded: readonly ProtectedTask[], { target }: ActionVerifyContext): Verdict {
  const isGuarded = guarded.length > 0;
  const next = [...(isGuarded ? [liftLine(target.cluster, guarded)] : []), "vulcan-ops status"];
  const reason = isGuarded ? "tasks-protected" : "scaling-slow";
  return { kind: "open", failure: { reason, text, evidence: [], next } };
}

/** A verdict, or words while it continues. Tasks that are stopping still answer requests that they have begun. */
function judge(desired: number, snapshot: RolloutSnapshot | undefined): Verdict | string {
  if (snapshot === undefined) return "cannot see the tasks just now";
  const { service, stopped } = snapshot;
  if (service.desired !== desired) return `ECS still shows ${tasks(service.desired)}`;
  const serving = inService(snapshot).filter((task) => task.taskDefinition === service.taskDefinition).length;
  const leaving = stopped.filter(({ status }) => status !== "STOPPED").length;
  const others = otherTasksAlive(service.taskDefinition, { ...snapshot, stopped: [] }).length;
  if (serving === desired && snapshot.running.length === desired && leaving + others === 0)
    return desired === 0
      ? { kind: "true", text: "no task is left" }
      : { kind: "true", text: serveText(snapshot), proof: `${serving}/${desired} healthy` };
  const toGo = `${leaving + Math.max(0, snapshot.running.length - desired)} to go`;
  return desired === 0 ? `no task wanted, ${toGo}` : `${serving} of ${tasks(desired)} serve, ${toGo}`;
}

function serveText(snapshot: RolloutSnapshot): string {
  const { desired, taskDefinition } = snapshot.service;
  const unmatched = unmatchedText(matchGroups(snapshot).unmatched.map(({ name }) => name));
  const text = `${tasks(desired)} of ${taskDefinition} ${desired === 1 ? "serves" : "serve"}`;
  return unmatched === "" ? text : `${text}; ${unmatched}`;
}

function movedBy(liveLeast: number | undefined, desired: number, { name, desired: now }: Service): Verdict {
  const text = `${byWhom(liveLeast !== undefined)} set ${name} to ${tasks(now)}; ${desired} was asked for`;
  return { kind: "false", failure: { reason: "foreign-change", text, evidence: [], next: ["vulcan-ops status"] } };
}

async function probeScale(
  { desired }: Inputs,
  attempt: Attempt,
  { services, target }: ActionReadContext,
): Promise<Probe> {
  const { desired: now } = await services.aws.ecs.service(target.cluster, target.service);
  if (now === desired) return { kind: "done", evidence: `the service is set to ${tasks(now)}` };
  const isUntouched = now === attempt.basis?.desired;
  return { kind: isUntouched ? "notDone" : "unknown", evidence: `the service is set to ${tasks(now)}` };
}
