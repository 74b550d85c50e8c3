import { type Attempt, defineAction, type Verdict } from "../../domain/action.ts";
import { familyOf, type Service, type Task, type TaskDefinition } from "../../domain/aws/ecs.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { planOneOff } from "../ecs/one-off-request.ts";
import { awaitTask, probeTask, type TaskEnd } from "../ecs/one-off-task.ts";
import { countTasks } from "../ecs/rollout/progress-text.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";
import {
  type DownState,
  downCommand,
  downConsequence,
  downInputs,
  downReplaces,
  planDown,
  readDownState,
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

interface Observation extends DownState {
  readonly cluster: string;
  readonly service: Service;
  /** The name of the application's container, if it is given. */
  readonly named: string | undefined;
  readonly definition: TaskDefinition | undefined;
  /** Tasks of that revision that exist, whatever started them; undefined while earlier steps are still to be sent. */
  readonly others: readonly Task[] | undefined;
}

/** Runs `vulcan migrate down N` as a one-off task: a true exit code, no session to lose, no image that still serves. */
export const migrateDownInTask = defineAction<ActionServices, typeof inputs, Observation>({
  name: "vulcan.migrateDownInTask",
  summary: "Roll back migrations in a separate task of the image with the Down.",
  risk: "destructive",
  requests: ["ecs:RunTask"],
  irreversible: true,
  mustNotBeDisturbed: true,
  inputs,
  outputs: {},
  consequence: downConsequence,
  replaces: downReplaces,

  async observe({ image, container }, context) {
    const { services, target, pendingStep } = context;
    const { cluster, service: name } = target;
    const [state, service, definition, family] = await Promise.all([
      readDownState(context),
      services.aws.ecs.service(cluster, name),
      services.aws.ecs.taskDefinition(image),
      pendingStep === undefined ? services.aws.ecs.familyTasks(cluster, familyOf(image)) : undefined,
    ]);
    const others = family?.filter((task) => task.taskDefinition === image && task.status !== "STOPPED");
    const named = container ?? target.container;
    return { kind: "observed", value: { ...state, cluster, service, named, definition, others } };
  },

  plan(given, observation) {
    const { service, definition } = observation;
    const words = downCommand(given.count).slice(1);
    const run = definition && planOneOff({ ...observation, definition, words, instead: "exec" });
    const where = `a separate task (${given.image})`;
    const basis = { running: service.taskDefinition, deployment: primaryOf(service)?.id ?? "" };
    const how = { operation: run?.operation, where, basis };
    return planDown(given, observation, how, [...otherTaskFindings(given, observation), ...(run?.findings ?? [])]);
  },

  verify: (given, attempt, context) => follow(given, attempt, context),
  probe: ({ image }, attempt, context) => probeTask(image, attempt, context),
});

/** A task of the image with the migrations applies them again when it starts. None may be left, and none may come. */
function otherTaskFindings({ image }: Inputs, { service, definition, others }: Observation): Finding[] {
  const found: (Finding | false)[] = [
    definition === undefined && block("revision-absent", `there is no task definition ${image}`),
    definition !== undefined &&
      definition.status !== "ACTIVE" &&
      block("revision-inactive", `${image} is ${definition.status}: ECS does not start its tasks`),
    others !== undefined &&
      service.taskDefinition === image &&
      block("image-serves", `${service.name} still runs ${image}, which would apply the migrations again`),
    others !== undefined &&
      others.length > 0 &&
      block(
        "image-alive",
        `${countTasks(others)} of ${image} not stopped yet: each applies the migrations again if it starts`,
      ),
  ];
  return found.filter((finding) => finding !== false);
}

/** Waits for the task's own end and exit code. Then the table decides. */
async function follow(given: Inputs, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const ended = await awaitTask(given.image, attempt, context);
  if (ended.kind === "stopped") return judgeDown(given, endOf(ended), context);
  const { text } = ended;
  return { kind: "open", failure: { reason: "down-still-going", text, evidence: [], next: ["vulcan-ops resume"] } };
}

function endOf({ code, why, lines }: TaskEnd & { kind: "stopped" }): DownEnd {
  if (code !== undefined) return { kind: "exited", code, lines };
  return { kind: "unknown", why, lines, isOver: true };
}
