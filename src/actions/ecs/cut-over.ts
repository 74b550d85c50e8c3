import { type Attempt, type Consequence, defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import type { Deed } from "../../domain/deed.ts";
import { usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { block, counted, ok, warn } from "../../domain/finding.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionReadContext, ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { rowsWrittenSince } from "../database/rows-since.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { primaryOf, tasksAlive } from "./rollout/snapshot.ts";
import { belowMinimum, minimumNow, scaleService } from "./scale-service.ts";
import { updateService } from "./update-service.ts";

const inputs = {
  taskDefinition: {
    type: "taskDefinition",
    required: false,
    description: "Revision to start. Default is the current one.",
  },
  tasks: { type: "integer", minimum: 0, description: "How many tasks. 0 stops all." },
  left: { type: "string", description: "Database that the service leaves." },
  taken: { type: "string", description: "Database that the service moves to." },
  formerName: { type: "string", required: false, description: "What that database was called before a rename." },
  since: {
    type: "time",
    required: false,
    description: "Since when it used the database that it leaves. Newer rows are counted.",
  },
  doubt: { type: "string", required: false, description: "What was not proven before. Shown as a warning." },
} as const;

type Inputs = Values<typeof inputs>;

/** Confirm the database: a revision tells people little, and has no number before it is registered. */
const consequence: Consequence<typeof inputs> = { of: ["taken"], text: ({ taken }) => taken };

interface Observation {
  readonly cluster: string;
  readonly service: Service;
  readonly wanted: TaskDefinition;
  /** Tasks of the service that still exist. */
  readonly alive: number;
  /** The new database still gets its blocks from the backup. */
  readonly isCold: boolean;
  /** What the old database got, if that has to be reported. */
  readonly got: string | undefined;
  /** RFC 3339 */
  readonly now: string;
  /** The minimum of auto scaling, if auto scaling is active. */
  readonly liveLeast?: number | undefined;
}

/**
 * Moves the service from one database to another in one UpdateService: from no task to all of them. The undo goes from
 * all to none. A rolling deployment would let tasks of both sides write at once.
 */
export const cutOver = defineAction<ActionServices, typeof inputs, Observation>({
  name: "ecs.cutOver",
  summary: "Start the service on another database once all its tasks have stopped.",
  risk: "change",
  requests: ["ecs:UpdateService"],
  afterwards: ["vulcan-ops watch --for 30m"],
  usualSeconds: () => USUAL_SECONDS.rollout,
  inputs,
  outputs: {},
  consequence,
  async observe(given, context) {
    const { services, target, clock, pendingStep } = context;
    const service = await services.aws.ecs.service(target.cluster, target.service);
    const name = given.taskDefinition ?? service.taskDefinition;
    const wanted = await services.aws.ecs.taskDefinition(name);
    if (wanted === undefined) throw usageError("revision-absent", `there is no task definition ${name}`);
    const alive = pendingStep === undefined ? await tasksAlive(context) : 0;
    const { storage } = (pendingStep === undefined ? await services.aws.rds.instance(given.taken) : undefined) ?? {};
    const isCold = storage?.status === "Initializing";
    const got = given.since === undefined ? undefined : await describe(given.left, given.since, context);
    const now = new Date(clock.now()).toISOString();
    const liveLeast =
      pendingStep === undefined && given.tasks < service.desired ? await minimumNow(context) : undefined;
    const { cluster } = target;
    return { kind: "observed", value: { cluster, service, wanted, alive, isCold, got, now, liveLeast } };
  },
  plan: (given, observation) => planCutOver(given, observation),
  verify: (given, attempt, context) => follow(given, attempt, context),
  async probe(_given, attempt, context) {
    const probed = await updateService.probe?.({ taskDefinition: sentTaskDefinition(attempt) }, attempt, context);
    return probed ?? { kind: "unknown", evidence: "nothing tells" };
  },
});

const describe = async (name: string, since: string, { services }: ActionReadContext): Promise<string> =>
  rowsWrittenSince(services, await services.aws.rds.instance(name), since);

const sentTaskDefinition = ({ operation }: Attempt): string => String(operation?.input.taskDefinition);

function planCutOver(given: Inputs, observation: Observation): StepPlan {
  const { tasks, left, taken } = given;
  const { service, wanted, now } = observation;
  const previous = service.taskDefinition;
  const subject = `service ${service.name}`;
  return {
    summary: `${service.name}: ${left} → ${taken}, ${counted(tasks, "task")} of ${wanted.name}`,
    deed: deedOf(given, service),
    changes: [
      { subject, property: "database", before: left, after: taken },
      ...(previous === wanted.name
        ? []
        : [{ subject, property: "task definition", before: previous, after: wanted.name }]),
      { subject, property: "desired tasks", before: service.desired, after: tasks },
    ],
    findings: findings(given, observation),
    outputs: {},
    proposal: {
      operation: request(observation, wanted.name, tasks),
      undo: {
        kind: "operation",
        operation: request(observation, previous, 0),
        with: { taskDefinition: previous, tasks: 0, left: taken, taken: left, since: now },
      },
      basis: { taskDefinition: previous, primary: primaryOf(service)?.id ?? "", desired: service.desired },
      consequence: consequence.text(given),
    },
  };
}

/** A rename gives the new database the name of the old one: its former name tells the two apart. */
function deedOf({ left, taken, formerName = taken }: Inputs, { name }: Service): Deed {
  const to = formerName === taken ? taken : `${formerName}, renamed ${taken}`;
  return { verb: "switch", past: "switched", object: `the database of ${name}`, from: left, to, shortTo: taken };
}

function request({ cluster, service }: Observation, taskDefinition: string, desiredCount: number): Operation {
  const input = { cluster, service: service.name, taskDefinition, desiredCount, forceNewDeployment: true };
  return { service: "ecs", name: "UpdateService", input };
}

function findings(
  { tasks, left, taken, doubt }: Inputs,
  { service, wanted, alive, isCold, got, liveLeast }: Observation,
) {
  const found = [
    wanted.status !== "ACTIVE" &&
      block("revision-inactive", `${wanted.name} is ${wanted.status}: ECS does not start its tasks`),
    service.status !== "ACTIVE" && block("service-not-active", `${service.name} is ${service.status}`),
    tasks > 0 &&
      alive > 0 &&
      block(
        "tasks-left",
        `${counted(alive, "task")} of the service ${alive === 1 ? "is" : "are"} running, but a cutover to ${taken} starts from 0: otherwise rows may be written to ${left} as well`,
        ["vulcan-ops undo"],
      ),
    doubt !== undefined && warn("doubt", doubt),
    isCold && warn("storage-cold", `${taken} still loads from the backup: the first reads are slow`),
    got !== undefined && warn("left-behind", `${got}; not in ${taken}`),
    tasks === 0 && ok("fenced", `all tasks stop first: the service never writes to both`),
  ];
  const { name, desired } = service;
  return [...found.filter((finding) => finding !== false), ...belowMinimum(tasks, { name, now: desired, liveLeast })];
}

async function follow(given: Inputs, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const { tasks, left, taken, since } = given;
  const rollout = { taskDefinition: sentTaskDefinition(attempt), waitForRollout: tasks > 0 };
  const started = (await updateService.verify?.(rollout, attempt, context)) as Verdict;
  if (started.kind !== "true") return started;
  if (tasks > 0) {
    // The revision may be unchanged. Then only the number of tasks shows that this start has happened.
    const grown = (await scaleService.verify?.({ desired: tasks }, attempt, context)) as Verdict;
    if (grown.kind !== "true") return grown;
    return { ...grown, text: `${started.text}, on ${taken}` };
  }
  const gone = (await scaleService.verify?.({ desired: 0 }, attempt, context)) as Verdict;
  if (gone.kind !== "true" || since === undefined) return gone;
  return { ...gone, text: `no task is left; ${await describe(left, since, context)}: not in the new database` };
}
