import { isTransient } from "../aws/errors.ts";
import type { ProtectedTask } from "../aws/read-ecs.ts";
import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../domain/action.ts";
import type { Values } from "../domain/field.ts";
import type { Finding } from "../domain/operation.ts";
import { fitInputs, fitOf, stillHeld, unfit } from "./down/image-fits.ts";
import { barredBy, liftLine, protectedWords } from "./protection/protected.ts";
import { inService, othersAlive, type Sight } from "./rollout/sight.ts";
import { lookFully, untilItStirs } from "./rollout/stirring.ts";
import type { Look, Wait, World } from "./world.ts";

const inputs = {
  desired: { type: "integer", minimum: 0, required: false, description: "Tasks to run; left out, nothing is changed." },
  still: {
    type: "integer",
    minimum: 0,
    required: false,
    description: "Only if it is set to this now: any other number is somebody else's, and stays.",
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
  inputs,
  outputs: { previous: { type: "integer", description: "how many it ran before" } },

  async observe(given, looking) {
    const { world, target, ahead } = looking;
    const service = await world.aws.ecs.service(target.cluster, target.service);
    if (ahead !== undefined && service.desired === given.desired) return { kind: "deferred", until: ahead };
    const { name, desired: now, taskDefinition } = service;
    const held = now < (given.desired ?? 0) ? await unfit(given, taskDefinition, looking) : undefined;
    const isLess = given.desired !== undefined && now > given.desired;
    const guarded = isLess ? await world.aws.ecs.protectedTasks(target.cluster, target.service).catch(() => []) : [];
    return { kind: "observed", value: { cluster: target.cluster, name, now, held, guarded } };
  },

  plan: (given, seen) => planScale(given, seen),
  verify: (given, attempt, waiting) => verifyScale(given, attempt, waiting),
  probe: (given, attempt, looking) => probeScale(given, attempt, looking),
});

/** More of them than may stay: it would be waited for until the last protection ends. */
function guardFindings({ desired = 0, keep }: Inputs, { cluster, guarded }: Seen): Finding[] {
  const others = guarded.filter(({ id }) => id !== keep);
  return others.length + (keep === undefined ? 0 : 1) > desired ? barredBy(others, cluster) : [];
}

function planScale(given: Inputs, seen: Seen): StepPlan {
  const { cluster, name, now, held } = seen;
  const { desired, still } = given;
  const nothing = { changes: [], findings: [], outputs: { previous: now } };
  if (desired === undefined) return { ...nothing, summary: "its size was never changed", outputs: {} };
  if (desired === now) return { ...nothing, summary: `${name} is set to ${tasks(now)} already` };
  if (still !== undefined && still !== now)
    return { ...nothing, summary: `${name}: somebody else has set it to ${tasks(now)}, which stays` };
  if (held !== undefined) return { ...nothing, summary: `${name} stays at ${tasks(now)}`, waitsFor: held };
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
      undo: { kind: "operation", operation: request(now), with: { desired: now, ...fitOf(given) } },
      basis: { desired: now },
      consequence: String(desired),
    },
  };
}

const tasks = (count: number): string => (count === 1 ? "1 task" : `${count} tasks`);

async function verifyScale(given: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  if (attempt.operation === undefined) return stillHeld(given, waiting);
  const { desired = 0 } = given;
  const { clock, deadline, signal, progress } = waiting;
  const begun = clock.now();
  for (;;) {
    const sight = await lookFully(waiting).catch((error: unknown) => {
      if (isTransient(error)) return undefined;
      throw error;
    });
    const isSettling = sight?.service.desired === attempt.basis?.desired && clock.now() - begun < SETTLE_MS;
    const judged = judge(desired, sight, isSettling);
    if (typeof judged !== "string") return judged;
    const guarded = await lingering(desired, sight, clock.now() - begun, waiting);
    const told = guarded.length === 0 ? judged : `${judged}; ECS does not stop them: ${protectedWords(guarded)}`;
    if (clock.now() >= deadline) return late(`${told}; ${tasks(desired)} wanted`, guarded, waiting);
    progress(told);
    const isBlind = sight === undefined || isSettling;
    await (isBlind ? clock.sleep(TROUBLE_MS, signal) : untilItStirs(desired, sight, waiting));
  }
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
function judge(desired: number, sight: Sight | undefined, isSettling: boolean): Verdict | string {
  if (sight === undefined) return "cannot see the tasks just now";
  const { service, stopped } = sight;
  if (service.desired !== desired && isSettling) return `ECS still shows ${tasks(service.desired)}`;
  if (service.desired !== desired) {
    const text = `somebody else set ${service.name} to ${tasks(service.desired)}; ${desired} was asked for`;
    return { kind: "false", failure: { reason: "foreign-change", text, evidence: [], next: ["vulcan-ops status"] } };
  }
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

async function probeScale({ desired }: Inputs, attempt: Attempt, { world, target }: Look): Promise<Probe> {
  const { desired: now } = await world.aws.ecs.service(target.cluster, target.service);
  if (now === desired) return { kind: "done", evidence: `the service is set to ${tasks(now)}` };
  const isUntouched = now === attempt.basis?.desired;
  return { kind: isUntouched ? "notDone" : "unknown", evidence: `the service is set to ${tasks(now)}` };
}
