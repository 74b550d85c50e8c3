import { type Attempt, defineAction, type Verdict } from "../../domain/action.ts";
import { familyOf, type Service, type Task, type TaskDefinition } from "../../domain/aws/ecs.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Wait, World } from "../../domain/services.ts";
import { planOneOff } from "../ecs/one-off-request.ts";
import { awaitTask, probeTask, type TaskEnd } from "../ecs/one-off-task.ts";
import { tally } from "../ecs/rollout/progress-text.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";
import {
  type DownScene,
  downCommand,
  downConsequence,
  downInputs,
  downReplaces,
  lookAtDown,
  planDown,
} from "./down/plan.ts";
import { type DownEnd, judgeDown } from "./down/verify.ts";

const inputs = {
  ...downInputs,
  image: { type: "taskDefinition", description: "The revision whose image holds the Down code." },
  container: {
    type: "string",
    required: false,
    description: "The application's container. Left out, the one that is certain to be.",
  },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen extends DownScene {
  readonly cluster: string;
  readonly service: Service;
  /** What the application's container is called, where that is said. */
  readonly named: string | undefined;
  readonly definition: TaskDefinition | undefined;
  /** Tasks of that revision that exist, whoever started them; undefined while earlier steps are still to be sent. */
  readonly others: readonly Task[] | undefined;
}

/** `vulcan migrate down N` as a task of its own: a true exit code, no session to lose, and no image that serves on. */
export const migrateDownInTask = defineAction<World, typeof inputs, Seen>({
  name: "vulcan.migrateDownInTask",
  summary: "Take migrations back in a one-off task of the image that holds their Down; proven by the table.",
  risk: "destructive",
  irreversible: true,
  keepsHold: true,
  inputs,
  outputs: {},
  consequence: downConsequence,
  replaces: downReplaces,

  async observe({ image, container }, looking) {
    const { world, target, ahead } = looking;
    const { cluster, service: name } = target;
    const [scene, service, definition, family] = await Promise.all([
      lookAtDown(looking),
      world.aws.ecs.service(cluster, name),
      world.aws.ecs.taskDefinition(image),
      ahead === undefined ? world.aws.ecs.familyTasks(cluster, familyOf(image)) : undefined,
    ]);
    const others = family?.filter((task) => task.taskDefinition === image && task.status !== "STOPPED");
    const named = container ?? target.container;
    return { kind: "observed", value: { ...scene, cluster, service, named, definition, others } };
  },

  plan(given, seen) {
    const { service, definition } = seen;
    const words = downCommand(given.count).slice(1);
    const run = definition && planOneOff({ ...seen, definition, words, instead: "exec" });
    const where = `a task of its own (${given.image})`;
    const basis = { running: service.taskDefinition, deployment: primaryOf(service)?.id ?? "" };
    const how = { operation: run?.operation, where, basis };
    return planDown(given, seen, how, [...inTheWay(given, seen), ...(run?.findings ?? [])]);
  },

  verify: (given, attempt, waiting) => follow(given, attempt, waiting),
  probe: ({ image }, attempt, looking) => probeTask(image, attempt, looking),
});

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

/** To the task's own end and exit code; then the table. */
async function follow(given: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const ended = await awaitTask(given.image, attempt, waiting);
  if (ended.kind === "stopped") return judgeDown(given, endOf(ended), waiting);
  const { text } = ended;
  return { kind: "open", failure: { reason: "down-still-going", text, evidence: [], next: ["vulcan-ops resume"] } };
}

function endOf({ code, why, lines }: TaskEnd & { kind: "stopped" }): DownEnd {
  if (code !== undefined) return { kind: "exited", code, lines };
  return { kind: "unknown", why, lines, isOver: true };
}
