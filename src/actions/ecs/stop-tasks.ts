import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Task } from "../../domain/aws/ecs.ts";
import type { ProtectedTask } from "../../domain/aws/reads.ts";
import { slowedBy } from "../../domain/aws/task-protection.ts";
import { isTransient } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { tally } from "./rollout/progress-text.ts";
import { inService, othersAlive, type Sight } from "./rollout/snapshot.ts";

const inputs = {
  keep: { type: "taskDefinition", description: "The revision whose tasks stay." },
  when: {
    type: "boolean",
    required: false,
    description: "Whether to do it at all; otherwise ECS drains the others by itself.",
  },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly cluster: string;
  readonly sight?: Sight;
  readonly guarded?: readonly ProtectedTask[];
}

const POLL_MS = 4000;

/** Stops what is left of other revisions at once: a release that harms data goes on doing so while it is drained. */
export const stopTasks = defineAction<World, typeof inputs, Seen>({
  name: "ecs.stopTasks",
  summary: "Stop the tasks of every other revision now, instead of waiting until the load balancer has drained them.",
  risk: "change",
  irreversible: true,
  inputs,
  outputs: {},

  async observe({ when }, looking) {
    const { cluster } = looking.target;
    if (when !== true) return { kind: "observed", value: { cluster } };
    if (looking.ahead !== undefined) return { kind: "deferred", until: looking.ahead };
    const { service } = looking.target;
    const [sight, guarded] = await Promise.all([
      look(looking),
      looking.world.aws.ecs.protectedTasks(cluster, service).catch(() => []),
    ]);
    return { kind: "observed", value: { cluster, sight, guarded } };
  },

  plan: (given, seen) => planStop(given, seen),
  verify: (given, attempt, waiting) => verifyStop(given, attempt, waiting),
  probe: (given, attempt, looking) => probeStop(given, attempt, looking),
});

async function look({ world, target }: Look): Promise<Sight> {
  const service = await world.aws.ecs.service(target.cluster, target.service);
  const [tasks, targets] = await Promise.all([
    world.aws.ecs.allTasks(target.cluster, target.service),
    Promise.all(service.targetGroups.map((group) => world.aws.targetHealth(group))),
  ]);
  return { service, ...tasks, targets };
}

function planStop({ keep }: Inputs, { cluster, sight, guarded = [] }: Seen): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (sight === undefined) return { summary: "not asked for: ECS drains the others by itself", ...nothing };
  const bad = [...othersAlive(keep, sight)].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (bad.length === 0) return { summary: `no task of another revision than ${keep} is left`, ...nothing };
  const tasks = bad.map(({ id }) => id);
  const reason = `vulcan-ops: replaced by ${keep}`;
  const healthy = inService(sight).filter(({ taskDefinition }) => taskDefinition === keep).length;
  return {
    ...nothing,
    summary: `stop ${tally(bad)}`,
    changes: bad.map(({ id, taskDefinition, status }) => ({
      subject: `task ${id} of ${taskDefinition}`,
      property: "state",
      before: status,
      after: "STOPPED",
    })),
    findings: [
      { level: "warn", code: "requests-cut", text: "requests that these tasks are still answering are cut off" },
      ...slowedBy(
        guarded.filter(({ id }) => tasks.includes(id)),
        "what protected tasks are doing is cut off: being stopped by hand is no scaling in",
      ),
      ...(healthy < sight.service.desired ? [notHealthy(keep, healthy, sight.service.desired)] : []),
    ],
    proposal: {
      operation: { service: "ecs", name: "StopTasks", input: { cluster, tasks, reason } },
      undo: { kind: "irreversible", reason: "a stopped task does not come back; its replacement serves already" },
      basis: {},
      consequence: `stop ${tasks.length}`,
    },
  };
}

function notHealthy(keep: string, healthy: number, desired: number) {
  const text = `only ${healthy} of ${desired} tasks of ${keep} serve: stopping the others would take capacity away`;
  return { level: "block", code: "replacements-not-healthy", text } as const;
}

function asked({ operation }: Attempt): readonly string[] {
  return (operation?.input.tasks ?? []) as readonly string[];
}

/** ECS answers at once, and the containers have their own time to end: 30 s, unless the task definition says more. */
async function verifyStop(_given: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const { clock, deadline, signal, progress } = waiting;
  for (;;) {
    const left = await remaining(attempt, waiting).catch((error: unknown) => {
      if (isTransient(error)) return undefined;
      throw error;
    });
    if (left?.length === 0) return { kind: "true", text: `${asked(attempt).length} tasks have stopped` };
    if (clock.now() >= deadline) return { kind: "false", failure: lingering(left ?? [], attempt) };
    progress(left === undefined ? "cannot see the tasks just now" : `${tally(left)} still stopping`);
    await clock.sleep(POLL_MS, signal);
  }
}

async function remaining(attempt: Attempt, { world, target }: Look): Promise<readonly Task[]> {
  const { running, stopped } = await world.aws.ecs.allTasks(target.cluster, target.service);
  const ids = new Set(asked(attempt));
  return [...running, ...stopped].filter(({ id, status }) => ids.has(id) && status !== "STOPPED");
}

function lingering(left: readonly Task[], attempt: Attempt) {
  const refused = (attempt.receipt?.answer.refused ?? []) as readonly string[];
  return {
    reason: "tasks-linger",
    text: `ECS took the request, yet ${left.length === 0 ? "the tasks cannot be seen" : `${tally(left)} not stopped yet`}; they go on being drained`,
    evidence: [...refused, ...left.map(({ id, status }) => `task ${id}: ${status}`)],
    next: ["vulcan-ops"],
  };
}

/** A task that somebody asked to stop says so itself; asking twice is harmless. */
async function probeStop(_given: Inputs, attempt: Attempt, looking: Look): Promise<Probe> {
  const left = await remaining(attempt, looking);
  const untouched = left.filter(({ stopCode }) => stopCode !== "UserInitiated");
  return untouched.length === 0
    ? { kind: "done", evidence: `${asked(attempt).length} tasks have stopped or were asked to` }
    : { kind: "notDone", evidence: `${tally(untouched)} were not asked to stop` };
}
