import { type Attempt, defineAction, type Proposal, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import { newestOf, SOURCES } from "../../domain/migrations/signature.ts";
import type { Operation } from "../../domain/operation.ts";
import type { Wait, World } from "../../domain/services.ts";
import { type OneOffPlan, planOneOff } from "../ecs/one-off-request.ts";
import { awaitTask, probeTask, type TaskEnd } from "../ecs/one-off-task.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";
import { MigrationStory } from "./migration-log.ts";
import { readPatiently } from "./read-migrations.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "The revision whose image migrates." },
} as const;

type Inputs = Values<typeof inputs>;

interface Seen {
  readonly cluster: string;
  readonly service: Service;
  /** What the application's container is called, where that is said. */
  readonly named: string | undefined;
  readonly definition: TaskDefinition | undefined;
}

const WORDS = ["migrate", "up"];

/**
 * `vulcan migrate up` as a task of its own, where the image has it: no health check counts, so that it takes the time it
 * needs. Vulcan documents no such command; an image without it answers with its usage, and has done nothing.
 */
export const migrateUpInTask = defineAction<World, typeof inputs, Seen>({
  name: "vulcan.migrateUpInTask",
  summary: "Apply migrations in a one-off task of the new image, if it has the command; follow its log to its end.",
  risk: "change",
  keepsHold: true,
  inputs,
  outputs: {},

  async observe({ taskDefinition }, { world, target }) {
    const [service, definition] = await Promise.all([
      world.aws.ecs.service(target.cluster, target.service),
      world.aws.ecs.taskDefinition(taskDefinition),
    ]);
    const { cluster, container: named } = target;
    return { kind: "observed", value: { cluster, service, named, definition } };
  },

  plan: (given, seen) => planUp(given, seen),
  verify: (given, attempt, waiting) => follow(given, attempt, waiting),
  probe: ({ taskDefinition }, attempt, looking) => probeTask(taskDefinition, attempt, looking),
});

function planUp({ taskDefinition }: Inputs, { definition, ...seen }: Seen): StepPlan {
  const { service } = seen;
  const run =
    definition?.status === "ACTIVE"
      ? planOneOff({ ...seen, definition, words: WORDS, instead: "start" })
      : absent(taskDefinition);
  return {
    summary: `vulcan migrate up in a task of its own (${taskDefinition})`,
    changes: [
      { subject: "database", property: "migrations", before: "as they are", after: `all of ${taskDefinition}` },
    ],
    findings: run.findings,
    outputs: {},
    ...(run.operation && { proposal: proposalOf(run.operation, service) }),
  };
}

function absent(taskDefinition: string): OneOffPlan {
  return { findings: [block("revision-absent", `there is no ACTIVE task definition ${taskDefinition}`)] };
}

const proposalOf = (operation: Operation, service: Service): Proposal => ({
  operation,
  undo: {
    kind: "stays",
    reason: "a migration is taken back by `vulcan-ops migrate down`, which destroys what it brought",
  },
  basis: { running: service.taskDefinition, deployment: primaryOf(service)?.id ?? "" },
  consequence: "migrate",
});

/** To the task's own end, told by its log and by who keeps it waiting. */
async function follow({ taskDefinition }: Inputs, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const over = new AbortController();
  const signal = AbortSignal.any([waiting.signal, over.signal]);
  const story = new MigrationStory(taskDefinition, { ...waiting, signal });
  const following = story.follow();
  const progress: Wait["progress"] = (text) => waiting.progress([text, ...story.lines()].join("\n"));
  try {
    const ended = await awaitTask(taskDefinition, attempt, { ...waiting, progress });
    return await judge(ended, story, waiting);
  } finally {
    over.abort();
    await following;
  }
}

const USAGE_EXIT = 2;

async function judge(ended: TaskEnd, story: MigrationStory, waiting: Wait): Promise<Verdict> {
  if (ended.kind === "open") {
    const failure = { reason: "migration-still-going", text: ended.text, evidence: await story.end() };
    return { kind: "open", failure: { ...failure, next: ["vulcan-ops resume"] } };
  }
  const { code, lines, why } = ended;
  if (code === 0) {
    const told = await readPatiently(waiting);
    const rows =
      "applied" in told ? `: migration ${newestOf(told.applied)} is the newest (${SOURCES[told.answeredBy]})` : "";
    return { kind: "true", text: `the migrations were applied${rows}` };
  }
  const how = code === undefined ? why : `it exited with ${code}`;
  const lacks = code === USAGE_EXIT ? "; has this image no command `vulcan migrate up`? Then take --via start" : "";
  const failure = { reason: "migration-failed", text: `${how}${lacks}`, evidence: [...(await story.end()), ...lines] };
  return { kind: "false", failure: { ...failure, next: ["vulcan-ops migrate status"] } };
}
