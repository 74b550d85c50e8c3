import { type Attempt, type Consequence, defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import { usageError } from "../../domain/error.ts";
import type { Values } from "../../domain/field.ts";
import { block, counted, ok, warn } from "../../domain/finding.ts";
import type { Operation } from "../../domain/operation.ts";
import type { Look, Wait, World } from "../../domain/services.ts";
import { gotSince } from "../database/rows-since.ts";
import { primaryOf, tasksAlive } from "./rollout/snapshot.ts";
import { liveLeastOf, scaleService, tooFew } from "./scale-service.ts";
import { updateService } from "./update-service.ts";

const inputs = {
  taskDefinition: {
    type: "taskDefinition",
    required: false,
    description: "What the service shall run; left out: what it runs, started anew.",
  },
  tasks: { type: "integer", minimum: 0, description: "How many tasks; 0 stops them all." },
  left: { type: "string", description: "The database that it leaves." },
  taken: { type: "string", description: "The database that it goes to." },
  since: {
    type: "time",
    required: false,
    description: "Since when it used the one that it leaves; its writes are counted.",
  },
  doubt: { type: "string", required: false, description: "What could not be proven before; shown as a warning." },
} as const;

type Inputs = Values<typeof inputs>;

/** The database: a revision says nothing to people, and has no number before it is registered. */
const consequence: Consequence<typeof inputs> = { of: ["taken"], text: ({ taken }) => taken };

interface Seen {
  readonly cluster: string;
  readonly service: Service;
  readonly wanted: TaskDefinition;
  /** Tasks of the service that exist still. */
  readonly alive: number;
  /** The database that it goes to still gets its blocks from the backup. */
  readonly isCold: boolean;
  /** What the database got that it leaves, where that is to be told. */
  readonly got: string | undefined;
  /** RFC 3339 */
  readonly now: string;
  /** The fewest tasks that auto scaling keeps, where it acts. */
  readonly liveLeast?: number | undefined;
}

/**
 * Takes the service from one database to another in one UpdateService: from no task to all of them, or, to undo it, from
 * all to none. A rolling deployment would let tasks of both sides write at once.
 */
export const cutOver = defineAction<World, typeof inputs, Seen>({
  name: "ecs.cutOver",
  summary: "Start the service on another database once no task of it is left; undone by stopping them all.",
  risk: "change",
  inputs,
  outputs: {},
  consequence,
  async observe(given, looking) {
    const { world, target, clock, ahead } = looking;
    const service = await world.aws.ecs.service(target.cluster, target.service);
    const name = given.taskDefinition ?? service.taskDefinition;
    const wanted = await world.aws.ecs.taskDefinition(name);
    if (wanted === undefined) throw usageError("revision-absent", `there is no task definition ${name}`);
    const alive = ahead === undefined ? await tasksAlive(looking) : 0;
    const { storage } = (ahead === undefined ? await world.aws.rds.instance(given.taken) : undefined) ?? {};
    const isCold = storage?.status === "Initializing";
    const got = given.since === undefined ? undefined : await told(given.left, given.since, looking);
    const now = new Date(clock.now()).toISOString();
    const liveLeast = ahead === undefined && given.tasks < service.desired ? await liveLeastOf(looking) : undefined;
    const { cluster } = target;
    return { kind: "observed", value: { cluster, service, wanted, alive, isCold, got, now, liveLeast } };
  },
  plan: (given, seen) => planCutOver(given, seen),
  verify: (given, attempt, waiting) => follow(given, attempt, waiting),
  async probe(_given, attempt, looking) {
    const probed = await updateService.probe?.({ taskDefinition: asked(attempt) }, attempt, looking);
    return probed ?? { kind: "unknown", evidence: "nothing tells" };
  },
});

const told = async (name: string, since: string, { world }: Look): Promise<string> =>
  gotSince(world, await world.aws.rds.instance(name), since);

const asked = ({ operation }: Attempt): string => String(operation?.input.taskDefinition);

function planCutOver(given: Inputs, seen: Seen): StepPlan {
  const { tasks, left, taken } = given;
  const { service, wanted, now } = seen;
  const previous = service.taskDefinition;
  const subject = `service ${service.name}`;
  return {
    summary: `${service.name}: ${left} → ${taken}, ${counted(tasks, "task")} of ${wanted.name}`,
    changes: [
      { subject, property: "database", before: left, after: taken },
      ...(previous === wanted.name
        ? []
        : [{ subject, property: "task definition", before: previous, after: wanted.name }]),
      { subject, property: "desired tasks", before: service.desired, after: tasks },
    ],
    findings: findings(given, seen),
    outputs: {},
    proposal: {
      operation: request(seen, wanted.name, tasks),
      undo: {
        kind: "operation",
        operation: request(seen, previous, 0),
        with: { taskDefinition: previous, tasks: 0, left: taken, taken: left, since: now },
      },
      basis: { taskDefinition: previous, primary: primaryOf(service)?.id ?? "", desired: service.desired },
      consequence: consequence.text(given),
    },
  };
}

function request({ cluster, service }: Seen, taskDefinition: string, desiredCount: number): Operation {
  const input = { cluster, service: service.name, taskDefinition, desiredCount, forceNewDeployment: true };
  return { service: "ecs", name: "UpdateService", input };
}

function findings({ tasks, left, taken, doubt }: Inputs, { service, wanted, alive, isCold, got, liveLeast }: Seen) {
  const found = [
    wanted.status !== "ACTIVE" &&
      block("revision-inactive", `${wanted.name} is ${wanted.status}: ECS does not start tasks of it`),
    service.status !== "ACTIVE" && block("service-not-active", `${service.name} is ${service.status}`),
    tasks > 0 &&
      alive > 0 &&
      block(
        "tasks-left",
        `${counted(alive, "task")} of the service ${alive === 1 ? "is" : "are"} there, and it goes to ${taken} from none at all: otherwise rows may be written to ${left} as well`,
        ["vulcan-ops undo"],
      ),
    doubt !== undefined && warn("doubt", doubt),
    isCold && warn("storage-cold", `${taken} still gets its blocks from the backup: the first read of each is slow`),
    got !== undefined && warn("left-behind", `${got}. It stays there, and is not in ${taken}`),
    tasks === 0 && ok("fenced", `all tasks stop first: at no moment does the service write to both`),
  ];
  const { name, desired } = service;
  return [...found.filter((finding) => finding !== false), ...tooFew(tasks, { name, now: desired, liveLeast })];
}

async function follow(given: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const { tasks, left, taken, since } = given;
  const rollout = { taskDefinition: asked(attempt), waitForRollout: tasks > 0 };
  const started = (await updateService.verify?.(rollout, attempt, waiting)) as Verdict;
  if (started.kind !== "true") return started;
  if (tasks > 0) {
    // The revision may be the one of before: only the number of tasks tells this start from what was there.
    const grown = (await scaleService.verify?.({ desired: tasks }, attempt, waiting)) as Verdict;
    return grown.kind === "true" ? { ...started, text: `${started.text}, on ${taken}` } : grown;
  }
  const gone = (await scaleService.verify?.({ desired: 0 }, attempt, waiting)) as Verdict;
  if (gone.kind !== "true" || since === undefined) return gone;
  return { ...gone, text: `no task is left; ${await told(left, since, waiting)}: that stays there` };
}
