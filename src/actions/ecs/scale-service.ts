import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import { isTransient } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
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
  ...fitInputs,
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly cluster: string;
  readonly name: string;
  readonly now: number;
  readonly held: string | undefined;
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
    return { kind: "observed", value: { cluster: target.cluster, name, now, held } };
  },

  plan: (given, seen) => planScale(given, seen),
  verify: (given, attempt, waiting) => verifyScale(given, attempt, waiting),
  probe: (given, attempt, looking) => probeScale(given, attempt, looking),
});

function planScale(given: Inputs, { cluster, name, now, held }: Seen): StepPlan {
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
    if (clock.now() >= deadline) {
      const text = `${judged}; ${tasks(desired)} wanted`;
      return { kind: "open", failure: { reason: "scaling-slow", text, evidence: [], next: ["vulcan-ops status"] } };
    }
    progress(judged);
    const isBlind = sight === undefined || isSettling;
    await (isBlind ? clock.sleep(TROUBLE_MS, signal) : untilItStirs(desired, sight, waiting));
  }
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
