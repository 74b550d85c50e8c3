import { isTransient } from "../aws/errors.ts";
import { familyOf, type Service, startedBy, type Task, type TaskDefinition } from "../aws/shapes.ts";
import { type Attempt, defineAction, type Probe, type Verdict } from "../domain/action.ts";
import type { Values } from "../domain/field.ts";
import { block } from "../domain/finding.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Finding } from "../domain/operation.ts";
import { type DownScene, downCommand, downInputs, lookAtDown, planDown } from "./down/plan.ts";
import { type DownEnd, judgeDown } from "./down/verdict.ts";
import { primaryOf } from "./rollout/sight.ts";
import { tally } from "./rollout/words.ts";
import type { Look, Wait, World } from "./world.ts";

const inputs = {
  ...downInputs,
  image: { type: "taskDefinition", description: "The revision whose image holds the Down code." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen extends DownScene {
  readonly cluster: string;
  readonly service: Service;
  readonly definition: TaskDefinition | undefined;
  /** Tasks of that revision that exist, whoever started them; undefined while earlier steps are still to be sent. */
  readonly others: readonly Task[] | undefined;
}

const POLL_MS = 4000;
const LOG_LINES = 20;

/** `vulcan migrate down N` as a task of its own: a true exit code, no session to lose, and no image that serves on. */
export const migrateDownInTask = defineAction<World, typeof inputs, Seen>({
  name: "vulcan.migrateDownInTask",
  summary: "Take migrations back in a one-off task of the image that holds their Down; proven by the table.",
  risk: "destructive",
  keepsHold: true,
  inputs,
  outputs: {},

  async observe({ image }, looking) {
    const { world, target, ahead } = looking;
    const { cluster, service: name } = target;
    const [scene, service, definition, family] = await Promise.all([
      lookAtDown(looking),
      world.aws.ecs.service(cluster, name),
      world.aws.ecs.taskDefinition(image),
      ahead === undefined ? world.aws.ecs.familyTasks(cluster, familyOf(image)) : undefined,
    ]);
    const others = family?.filter((task) => task.taskDefinition === image && task.status !== "STOPPED");
    return { kind: "observed", value: { ...scene, cluster, service, definition, others } };
  },

  plan(given, seen) {
    const { service } = seen;
    const operation = { service: "ecs", name: "RunTask", input: request(given, seen) };
    const where = `a task of its own (${given.image})`;
    const basis = { running: service.taskDefinition, deployment: primaryOf(service)?.id ?? "" };
    return planDown(given, seen, { operation, where, basis }, inTheWay(given, seen));
  },

  verify: (given, attempt, waiting) => follow(given, attempt, waiting),
  probe: (given, attempt, looking) => probe(given, attempt, looking),
});

function request({ image, count }: Inputs, { cluster, service, definition }: Seen): JsonObject {
  const container = mainContainer(service, definition);
  const command = [...program(container?.command), ...downCommand(count).slice(1)];
  return {
    cluster,
    taskDefinition: image,
    count: 1,
    ...service.placement,
    overrides: { containerOverrides: [{ name: container?.name ?? "", command }] },
  };
}

function mainContainer({ balancers }: Service, definition: TaskDefinition | undefined) {
  const containers = definition?.containers ?? [];
  return containers.find(({ name }) => name === balancers[0]?.container) ?? containers[0];
}

/** Where the definition starts it as `serve` alone, the image's entry point is `vulcan` already. */
function program(command: readonly string[] | undefined): readonly string[] {
  const [first = "vulcan"] = command ?? [];
  return first === "serve" ? [] : [first];
}

/** A task of the image that holds the migrations applies them again when it starts: none may be left, nor come. */
function inTheWay({ image }: Inputs, { service, definition, others }: Seen): Finding[] {
  const found: (Finding | false)[] = [
    definition === undefined && block("revision-absent", `there is no task definition ${image}`),
    definition !== undefined &&
      definition.status !== "ACTIVE" &&
      block("revision-inactive", `${image} is ${definition.status}: ECS does not start tasks of it`),
    others !== undefined &&
      service.taskDefinition === image &&
      block("image-serves", `${service.name} still runs ${image}, which would apply the migrations again`),
    others !== undefined &&
      others.length > 0 &&
      block(
        "image-alive",
        `${tally(others)} of ${image} not stopped yet: each applies the migrations again if it starts`,
      ),
  ];
  return found.filter((finding) => finding !== false);
}

/** ListTasks finds stopped tasks by their family, and not by who started them. [D] */
async function find({ image }: Inputs, { key = "" }: Attempt, { world, target }: Look): Promise<Task | undefined> {
  const tasks = await world.aws.ecs.familyTasks(target.cluster, familyOf(image));
  return tasks.find((task) => task.startedBy === startedBy(key));
}

/** How long a list of tasks may still lack one that has just been started. */
const SETTLE_MS = 30_000;

async function probe(given: Inputs, attempt: Attempt, looking: Look): Promise<Probe> {
  const settled = Date.parse(attempt.confirmedAt ?? "") + SETTLE_MS;
  for (;;) {
    const task = await find(given, attempt, looking);
    if (task !== undefined) return { kind: "inProgress", evidence: `task ${task.id} is ${task.status}` };
    if (looking.clock.now() >= settled)
      return { kind: "notDone", evidence: "ECS knows no task that was started for it" };
    await looking.clock.sleep(POLL_MS);
  }
}

/** To the task's own end and exit code; then the table. */
async function follow(given: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const { clock, deadline, signal, progress } = waiting;
  for (;;) {
    const task = await find(given, attempt, waiting).catch(unlessTransient);
    if (task?.status === "STOPPED") return judgeDown(given, await endOf(given, task, waiting), waiting);
    if (clock.now() >= deadline) {
      const text = task === undefined ? "the task cannot be seen" : `task ${task.id} is still ${task.status}`;
      return { kind: "open", failure: { reason: "down-still-going", text, evidence: [], next: ["vulcan-ops resume"] } };
    }
    progress(task === undefined ? "the task is not to be seen yet" : `task ${task.id} is ${task.status}`);
    await clock.sleep(POLL_MS, signal);
  }
}

function unlessTransient(error: unknown): undefined {
  if (isTransient(error)) return undefined;
  throw error;
}

async function endOf({ image }: Inputs, task: Task, looking: Look): Promise<DownEnd> {
  const lines = await log(image, task, looking).catch(() => []);
  const code = task.ended?.find(({ exitCode }) => exitCode !== undefined)?.exitCode;
  if (code !== undefined) return { kind: "exited", code, lines };
  return { kind: "unknown", why: task.stoppedReason ?? "the task stopped without an exit code", lines, isOver: true };
}

async function log(image: string, task: Task, { world, target }: Look): Promise<readonly string[]> {
  const [service, definition] = await Promise.all([
    world.aws.ecs.service(target.cluster, target.service),
    world.aws.ecs.taskDefinition(image),
  ]);
  const { logs, name } = mainContainer(service, definition) ?? {};
  if (logs === undefined || name === undefined) return [];
  const tail = await world.aws.around.logTail(logs.group, `${logs.prefix}/${name}/${task.id}`, LOG_LINES);
  return tail.map(({ text }) => text);
}
