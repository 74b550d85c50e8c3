import { type Attempt, defineAction, type Proposal, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import type { Values } from "../../domain/field.ts";
import { block } from "../../domain/finding.ts";
import { newestOf, SOURCES } from "../../domain/migrations/signature.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { type OneOffPlan, planOneOff } from "../ecs/one-off-request.ts";
import { awaitTask, probeTask, type TaskEnd } from "../ecs/one-off-task.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { MigrationLog } from "./migration-log.ts";
import { migrateText, type PendingMigrations, readPending, schemaGap } from "./pending-migrations.ts";
import { readMigrationsPatiently } from "./read-migrations.ts";

const inputs = {
  taskDefinition: { type: "taskDefinition", description: "The revision whose image migrates." },
} as const;

type Inputs = Values<typeof inputs>;

interface Observation {
  readonly cluster: string;
  readonly service: Service;
  /** The name of the application's container, if it is given. */
  readonly named: string | undefined;
  readonly definition: TaskDefinition | undefined;
  readonly pending: PendingMigrations;
}

const WORDS = ["migrate", "up"];

/**
 * Runs `vulcan migrate up` as a one-off task, if the image has it. No health check counts, so it can take the time it
 * needs. Vulcan documents no such command. An image without it answers with its usage, and has done nothing.
 */
export const migrateUpInTask = defineAction<ActionServices, typeof inputs, Observation>({
  name: "vulcan.migrateUpInTask",
  summary: "Run the migrations in a separate task of the new image; follow its log.",
  risk: "change",
  requests: ["ecs:RunTask"],
  mustNotBeDisturbed: true,
  promptedBefore: true,
  usualSeconds: () => USUAL_SECONDS.ownTask,
  inputs,
  outputs: {},

  async observe({ taskDefinition }, context) {
    const { services, target } = context;
    const [service, definition] = await Promise.all([
      services.aws.ecs.service(target.cluster, target.service),
      services.aws.ecs.taskDefinition(taskDefinition),
    ]);
    const { cluster, container: named } = target;
    const pending = definition === undefined ? {} : await readPending(definition, service.balancers, context);
    return { kind: "observed", value: { cluster, service, named, definition, pending } };
  },

  plan: (given, observation) => planUp(given, observation),
  verify: (given, attempt, context) => follow(given, attempt, context),
  probe: ({ taskDefinition }, attempt, context) => probeTask(taskDefinition, attempt, context),
});

function planUp({ taskDefinition }: Inputs, { definition, ...observation }: Observation): StepPlan {
  const { service, pending } = observation;
  const { from, to = "the newest migration" } = pending;
  const run =
    definition?.status === "ACTIVE"
      ? planOneOff({ ...observation, definition, words: WORDS, instead: "start" })
      : absent(taskDefinition);
  return {
    summary: `vulcan migrate up in a separate task (${taskDefinition})`,
    deed: {
      verb: "migrate",
      past: "migrated",
      object: `the database of ${service.name}`,
      main: true,
      ...(from !== undefined && { from: `migration ${from}` }),
      to: String(to),
    },
    changes: [
      { subject: "database", property: "migrations", before: "as they are", after: `all of ${taskDefinition}` },
    ],
    findings: run.findings,
    outputs: {},
    ...(run.operation && { proposal: proposalOf(run.operation, service, pending) }),
  };
}

function absent(taskDefinition: string): OneOffPlan {
  return { findings: [block("revision-absent", `there is no ACTIVE task definition ${taskDefinition}`)] };
}

function proposalOf(operation: Operation, service: Service, pending: PendingMigrations): Proposal {
  const keeps = schemaGap(pending);
  return {
    operation,
    undo: {
      kind: "stays",
      reason: "`vulcan-ops migrate down` rolls a migration back and deletes its data",
      ...(keeps && { keeps }),
    },
    basis: { running: service.taskDefinition, deployment: primaryOf(service)?.id ?? "" },
    consequence: migrateText(pending),
  };
}

/** Follows the task to its own end. Reports its log, and the sessions that it waits for. */
async function follow({ taskDefinition }: Inputs, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const migrationLog = new MigrationLog(taskDefinition, { ...context, signal });
  const following = migrationLog.follow();
  const progress: ActionVerifyContext["progress"] = (text) =>
    context.progress([text, ...migrationLog.lines()].join("\n"));
  try {
    const ended = await awaitTask(taskDefinition, attempt, { ...context, progress });
    return await judge(ended, migrationLog, context);
  } finally {
    over.abort();
    await following;
  }
}

const USAGE_EXIT = 2;

async function judge(ended: TaskEnd, migrationLog: MigrationLog, context: ActionVerifyContext): Promise<Verdict> {
  if (ended.kind === "open") {
    const failure = { reason: "migration-still-going", text: ended.text, evidence: await migrationLog.end() };
    return { kind: "open", failure: { ...failure, next: ["vulcan-ops resume"] } };
  }
  const { code, lines, why } = ended;
  if (code === 0) {
    const migrations = await readMigrationsPatiently(context);
    const rows =
      "applied" in migrations
        ? `: migration ${newestOf(migrations.applied)} is the newest (${SOURCES[migrations.answeredBy]})`
        : "";
    return { kind: "true", text: `the migrations were applied${rows}` };
  }
  const how = code === undefined ? why : `it exited with ${code}`;
  const lacks = code === USAGE_EXIT ? "; if the image has no command `vulcan migrate up`, use --via start" : "";
  const failure = {
    reason: "migration-failed",
    text: `${how}${lacks}`,
    evidence: [...(await migrationLog.end()), ...lines],
  };
  return { kind: "false", failure: { ...failure, next: ["vulcan-ops migrate status"] } };
}
