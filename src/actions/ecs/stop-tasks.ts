import { type Attempt, defineAction, type Probe, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Task } from "../../domain/aws/ecs.ts";
import { type Protected, slowingProtection } from "../../domain/aws/task-protection.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { type Beginning, watchBeginning } from "../nothing-begun.ts";
import { poll, unlessTransient } from "../poll.ts";
import { countTasks } from "./rollout/progress-text.ts";
import { inService, otherTasksAlive, type RolloutSnapshot } from "./rollout/snapshot.ts";

const inputs = {
  keep: { type: "taskDefinition", description: "The revision whose tasks stay." },
  when: {
    type: "boolean",
    required: false,
    description: "Whether to stop them. Otherwise ECS drains them.",
  },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly cluster: string;
  readonly snapshot?: RolloutSnapshot;
  readonly guarded?: Protected;
}

const POLL_MS = 4000;

/** Stops the remaining tasks of other revisions at once. While a release drains, it continues to harm data. */
export const stopTasks = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.stopTasks",
  summary: "Stop the tasks of every other revision immediately, instead of draining them.",
  risk: "change",
  requests: ["ecs:StopTasks"],
  isRescue: true,
  irreversible: true,
  inputs,
  outputs: {},

  async observe({ when }, context) {
    const { cluster } = context.target;
    if (when !== true) return { kind: "observed", value: { cluster } };
    if (context.pendingStep !== undefined) return { kind: "deferred", until: context.pendingStep };
    const { service } = context.target;
    const [snapshot, guarded] = await Promise.all([
      readState(context),
      context.services.aws.ecs.protectedTasks(cluster, service).catch((error: Error) => error),
    ]);
    return { kind: "observed", value: { cluster, snapshot, guarded } };
  },

  plan: (given, observation) => planStop(given, observation),
  verify: (given, attempt, context) => verifyStop(given, attempt, context),
  probe: (given, attempt, context) => probeStop(given, attempt, context),
});

async function readState({ services, target }: ActionReadContext): Promise<RolloutSnapshot> {
  const service = await services.aws.ecs.service(target.cluster, target.service);
  const [tasks, targets] = await Promise.all([
    services.aws.ecs.allTasks(target.cluster, target.service),
    Promise.all(service.targetGroups.map((group) => services.aws.targetHealth(group))),
  ]);
  return { service, ...tasks, targets };
}

function planStop({ keep }: Inputs, { cluster, snapshot, guarded = [] }: Observation): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (snapshot === undefined) return { summary: "not requested: ECS drains the old tasks", ...nothing };
  const bad = [...otherTasksAlive(keep, snapshot)].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (bad.length === 0) return { summary: `no task of another revision than ${keep} is left`, ...nothing };
  const tasks = bad.map(({ id }) => id);
  const reason = `vulcan-ops: replaced by ${keep}`;
  const healthy = inService(snapshot).filter(({ taskDefinition }) => taskDefinition === keep).length;
  return {
    ...nothing,
    summary: `stop ${countTasks(bad)}`,
    deed: { verb: "stop", past: "stopped", object: `${countTasks(bad)} now` },
    changes: bad.map(({ id, taskDefinition, status }) => ({
      subject: `task ${id} of ${taskDefinition}`,
      property: "state",
      before: status,
      after: "STOPPED",
    })),
    findings: [
      { level: "warn", code: "requests-cut", text: "open requests of these tasks are cut off" },
      ...slowingProtection(
        guarded instanceof Error ? guarded : guarded.filter(({ id }) => tasks.includes(id)),
        "protected tasks are stopped too: protection covers scale-in only",
      ),
      ...(healthy < snapshot.service.desired ? [notHealthy(keep, healthy, snapshot.service.desired)] : []),
    ],
    proposal: {
      operation: { service: "ecs", name: "StopTasks", input: { cluster, tasks, reason } },
      undo: { kind: "irreversible", reason: "a stopped task does not come back; its replacement is healthy" },
      basis: {},
      consequence: `stop ${tasks.length}`,
    },
  };
}

function notHealthy(keep: string, healthy: number, desired: number) {
  const text = `${healthy} of ${desired} tasks of ${keep} healthy: stopping the others would reduce capacity`;
  return { level: "block", code: "replacements-not-healthy", text } as const;
}

function requestedTasks({ operation }: Attempt): readonly string[] {
  return (operation?.input.tasks ?? []) as readonly string[];
}

/** ECS answers at once, but the containers have their own time to end: 30 s, unless the task definition says more. */
function verifyStop(_given: Inputs, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const watch = watchBeginning({ service: "ECS", since: Date.parse(attempt.confirmedAt ?? "") }, context.clock);
  return poll<Verdict>(context, POLL_MS, async () => {
    const left = await remaining(attempt, context).catch(unlessTransient);
    if (left?.length === 0)
      return { end: { kind: "true", text: `${requestedTasks(attempt).length} tasks have stopped` } };
    const unbegun = watch(beginningOf(left, attempt));
    if (unbegun !== undefined) return { end: unbegun };
    const text = left === undefined ? "cannot read the tasks" : `${countTasks(left)} still stopping`;
    return { late: { kind: "false", failure: lingering(left ?? [], attempt) }, text };
  });
}

function beginningOf(left: readonly Task[] | undefined, attempt: Attempt): Beginning {
  if (left === undefined) return "unread";
  const untouched = left.filter(isUntouched);
  if (refusedTasks(attempt).length > 0 || untouched.length < requestedTasks(attempt).length) return "begun";
  return { asBefore: `${countTasks(untouched)} still ${untouched.length === 1 ? "runs" : "run"}, not asked to stop` };
}

/** The stop code of a task shows that it was asked to stop. */
const isUntouched = ({ stopCode }: Task): boolean => stopCode !== "UserInitiated";

async function remaining(attempt: Attempt, { services, target }: ActionReadContext): Promise<readonly Task[]> {
  const { running, stopped } = await services.aws.ecs.allTasks(target.cluster, target.service);
  const ids = new Set(requestedTasks(attempt));
  return [...running, ...stopped].filter(({ id, status }) => ids.has(id) && status !== "STOPPED");
}

const refusedTasks = ({ receipt }: Attempt) => (receipt?.answer.refused ?? []) as readonly string[];

function lingering(left: readonly Task[], attempt: Attempt) {
  const refused = refusedTasks(attempt);
  return {
    reason: "tasks-linger",
    text: `ECS accepted the request, but ${left.length === 0 ? "the tasks cannot be seen" : `${countTasks(left)} not stopped yet`}; ECS keeps draining them`,
    evidence: [...refused, ...left.map(({ id, status }) => `task ${id}: ${status}`)],
    next: ["vulcan-ops"],
  };
}

/** Asking twice is harmless. */
async function probeStop(_given: Inputs, attempt: Attempt, context: ActionReadContext): Promise<Probe> {
  const left = await remaining(attempt, context);
  const untouched = left.filter(isUntouched);
  return untouched.length === 0
    ? { kind: "done", evidence: `${requestedTasks(attempt).length} tasks have stopped or were asked to` }
    : { kind: "notDone", evidence: `${countTasks(untouched)} were not asked to stop` };
}
