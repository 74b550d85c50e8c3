import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { ProtectedTask } from "../../domain/aws/reads.ts";
import { barredBy, liftLine, protectedWords } from "../../domain/aws/task-protection.ts";
import { isTransient } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { fitInputs, fitOf, stillHeld, unfit } from "../task-start-guard.ts";
import { inService, othersAlive, type Sight } from "./rollout/snapshot.ts";
import { lookFully, untilItStirs } from "./rollout/wait-for-task-change.ts";

const inputs = {
  desired: { type: "integer", minimum: 0, required: false, description: "Tasks to run; left out, nothing is changed." },
  still: {
    type: "integer",
    minimum: 0,
    required: false,
    description: "Only if it is set to this now: any other number is somebody else's, and stays.",
  },
  prove: {
    type: "boolean",
    required: false,
    description: "Wait until they serve, also where nothing has to be changed and another number would stay.",
  },
  keep: {
    type: "string",
    required: false,
    description: "Id of a task that is protected by an earlier step, and stays.",
  },
  ...fitInputs,
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly cluster: string;
  readonly name: string;
  readonly now: number;
  readonly held: string | undefined;
  /** The fewest tasks that auto scaling keeps, where it may change the number now. */
  readonly liveLeast?: number | undefined;
  /** Tasks that ECS does not stop for scaling in. */
  readonly guarded: readonly ProtectedTask[];
}

/** Where the tasks cannot be seen. */
const TROUBLE_MS = 4000;
/** ECS may show what was before its own answer for some seconds: eventual consistency, which it names without a limit. */
const SETTLE_MS = 30_000;

/** Changes how many tasks the service runs: one UpdateService, undone by one that names the old number. */
export const scaleService = defineAction<World, typeof inputs, Seen>({
  name: "ecs.scaleService",
  summary: "Run so many tasks of the service, and wait until it does.",
  risk: "change",
  clears: ["tasks-left"],
  inputs,
  outputs: { previous: { type: "integer", description: "how many it ran before" } },

  async observe(given, looking) {
    const { world, target, ahead } = looking;
    const service = await world.aws.ecs.service(target.cluster, target.service);
    if (ahead !== undefined && service.desired === given.desired) return { kind: "deferred", until: ahead };
    const { name, desired: now, taskDefinition } = service;
    const held = now < (given.desired ?? 0) ? await unfit(given, taskDefinition, looking) : undefined;
    const isMoving = ahead === undefined && given.desired !== undefined && given.desired !== now;
    const isLess = given.desired !== undefined && now > given.desired;
    const [liveLeast, guarded] = await Promise.all([
      isMoving ? liveLeastOf(looking) : undefined,
      isLess ? world.aws.ecs.protectedTasks(target.cluster, target.service).catch(() => []) : [],
    ]);
    return { kind: "observed", value: { cluster: target.cluster, name, now, held, liveLeast, guarded } };
  },

  plan: (given, seen) => planScale(given, seen),
  verify: (given, attempt, waiting) => verifyScale(given, attempt, waiting),
  probe: (given, attempt, looking) => probeScale(given, attempt, looking),
});

/** The fewest tasks that auto scaling keeps; undefined where nothing scales the service, or all of that is suspended. */
export async function liveLeastOf({ world, target }: Look): Promise<number | undefined> {
  const found = await world.aws.around.scalingTarget(target.cluster, target.service);
  if (found === undefined) return undefined;
  const isHeld = found.inSuspended && found.outSuspended && found.scheduledSuspended;
  return isHeld ? undefined : found.least;
}

/** Below the minimum of auto scaling no number stays: its next look lifts it again. */
export function tooFew(
  desired: number,
  { name, now, liveLeast }: Pick<Seen, "name" | "now" | "liveLeast">,
): readonly Finding[] {
  if (liveLeast === undefined || desired >= liveLeast || desired >= now) return [];
  const text = `auto scaling acts on ${name} with a minimum of ${liveLeast}, and would take back ${tasks(desired)}`;
  return [block("scaling-live", text, ["vulcan-ops status"])];
}

/** More of them than may stay: it would be waited for until the last protection ends. */
function guardFindings({ desired = 0, keep }: Inputs, { cluster, guarded }: Seen): Finding[] {
  const others = guarded.filter(({ id }) => id !== keep);
  return others.length + (keep === undefined ? 0 : 1) > desired ? barredBy(others, cluster) : [];
}

function planScale(given: Inputs, seen: Seen): StepPlan {
  const { cluster, name, now, held, liveLeast } = seen;
  const { desired, still, prove } = given;
  const nothing = { changes: [], findings: [], outputs: { previous: now } };
  if (desired === undefined) return { ...nothing, summary: "its size was never changed", outputs: {} };
  const already = { ...nothing, summary: `${name} is set to ${tasks(now)} already` };
  // The number says what is wanted. Whoever only looks whether a value has to be put back does not wait for tasks.
  if (desired === now)
    return still === undefined || prove === true ? { ...already, waitsFor: `${tasks(now)} of ${name} serve` } : already;
  if (still !== undefined && still !== now)
    return {
      ...nothing,
      summary: `${name}: ${byWhom(liveLeast !== undefined)} has set it to ${tasks(now)}, which stays`,
    };
  if (held !== undefined) return { ...nothing, summary: `${name} stays at ${tasks(now)}`, waitsFor: held };
  const blocked = tooFew(desired, seen);
  if (blocked.length > 0) return { ...nothing, summary: `${name} stays at ${tasks(now)}`, findings: blocked };
  const request = (desiredCount: number) => ({
    service: "ecs",
    name: "UpdateService",
    input: { cluster, service: name, desiredCount },
  });
  return {
    ...nothing,
    findings: guardFindings(given, seen),
    summary: `${name}: ${now} → ${tasks(desired)}`,
    changes: [{ subject: `service ${name}`, property: "desired tasks", before: now, after: desired }],
    proposal: {
      operation: request(desired),
      undo: {
        kind: "operation",
        operation: request(now),
        with: { desired: now, still: desired, prove: true, ...fitOf(given) },
      },
      basis: { desired: now },
      consequence: String(desired),
    },
  };
}

/** Where auto scaling acts, nobody can be blamed. */
const byWhom = (isScaled: boolean): string => (isScaled ? "auto scaling or somebody else" : "somebody else");

const tasks = (count: number): string => (count === 1 ? "1 task" : `${count} tasks`);

async function verifyScale(given: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const { desired = 0 } = given;
  if (attempt.operation === undefined && !(await isSetTo(desired, waiting))) return stillHeld(given, waiting);
  const { clock, deadline, signal, progress } = waiting;
  const begun = clock.now();
  for (;;) {
    const sight = await lookFully(waiting).catch((error: unknown) => {
      if (isTransient(error)) return undefined;
      throw error;
    });
    const isSettling = sight?.service.desired === attempt.basis?.desired && clock.now() - begun < SETTLE_MS;
    const isMoved = sight !== undefined && sight.service.desired !== desired && !isSettling;
    if (isMoved) return movedBy(await liveLeastOf(waiting), desired, sight.service);
    const judged = judge(desired, sight);
    if (typeof judged !== "string") return judged;
    const guarded = await lingering(desired, sight, clock.now() - begun, waiting);
    const told = guarded.length === 0 ? judged : `${judged}; ECS does not stop them: ${protectedWords(guarded)}`;
    if (clock.now() >= deadline) return late(`${told}; ${tasks(desired)} wanted`, guarded, waiting);
    progress(told);
    const isBlind = sight === undefined || isSettling;
    await (isBlind ? clock.sleep(TROUBLE_MS, signal) : untilItStirs(desired, sight, waiting));
  }
}

/** A read that fails for a passing reason tells nothing else: the wait itself bears it. */
async function isSetTo(desired: number, { world, target }: Look): Promise<boolean> {
  const service = await world.aws.ecs.service(target.cluster, target.service).catch((error: unknown) => {
    if (isTransient(error)) return undefined;
    throw error;
  });
  return service === undefined || service.desired === desired;
}

/** Stopping begins at once: what has not begun to stop after a minute may be protected. */
const PATIENCE_MS = 60_000;

async function lingering(
  desired: number,
  sight: Sight | undefined,
  passed: number,
  { world, target }: Wait,
): Promise<readonly ProtectedTask[]> {
  if (sight === undefined || sight.running.length <= desired || passed < PATIENCE_MS) return [];
  return world.aws.ecs.protectedTasks(target.cluster, target.service).catch(() => []);
}

function late(text: string, guarded: readonly ProtectedTask[], { target }: Wait): Verdict {
  const isGuarded = guarded.length > 0;
  const next = [...(isGuarded ? [liftLine(target.cluster, guarded)] : []), "vulcan-ops status"];
  const reason = isGuarded ? "tasks-protected" : "scaling-slow";
  return { kind: "open", failure: { reason, text, evidence: [], next } };
}

/** In words where it goes on. Those that leave still answer what they have begun until they have stopped. */
function judge(desired: number, sight: Sight | undefined): Verdict | string {
  if (sight === undefined) return "cannot see the tasks just now";
  const { service, stopped } = sight;
  if (service.desired !== desired) return `ECS still shows ${tasks(service.desired)}`;
  const serving = inService(sight).filter((task) => task.taskDefinition === service.taskDefinition).length;
  const leaving = stopped.filter(({ status }) => status !== "STOPPED").length;
  const others = othersAlive(service.taskDefinition, { ...sight, stopped: [] }).length;
  if (serving === desired && sight.running.length === desired && leaving + others === 0)
    return {
      kind: "true",
      text:
        desired === 0
          ? "no task is left"
          : `${tasks(desired)} of ${service.taskDefinition} ${desired === 1 ? "serves" : "serve"}`,
    };
  const toGo = `${leaving + Math.max(0, sight.running.length - desired)} to go`;
  return desired === 0 ? `no task wanted, ${toGo}` : `${serving} of ${tasks(desired)} serve, ${toGo}`;
}

function movedBy(liveLeast: number | undefined, desired: number, { name, desired: now }: Service): Verdict {
  const text = `${byWhom(liveLeast !== undefined)} set ${name} to ${tasks(now)}; ${desired} was asked for`;
  return { kind: "false", failure: { reason: "foreign-change", text, evidence: [], next: ["vulcan-ops status"] } };
}

async function probeScale({ desired }: Inputs, attempt: Attempt, { world, target }: Look): Promise<Probe> {
  const { desired: now } = await world.aws.ecs.service(target.cluster, target.service);
  if (now === desired) return { kind: "done", evidence: `the service is set to ${tasks(now)}` };
  const isUntouched = now === attempt.basis?.desired;
  return { kind: isUntouched ? "notDone" : "unknown", evidence: `the service is set to ${tasks(now)}` };
}
