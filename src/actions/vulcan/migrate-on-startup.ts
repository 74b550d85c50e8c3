import type { Action, Attempt, Failure, StepPlan, Verdict } from "../../domain/action.ts";
import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import type { Fields, Values } from "../../domain/field.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { awaitRollout, type RolloutContext, type RolloutObserver } from "../ecs/rollout/monitor.ts";
import { updateService } from "../ecs/update-service.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { MigrationLog } from "./migration-log.ts";
import { migrateText, type PendingMigrations, readPending, schemaGap } from "./pending-migrations.ts";

/** The text to type names the migration, which is known only once the image is. */
const { consequence: _, ...update } = updateService;

const { taskDefinition, forceNewDeployment, expectTaskDefinition } = updateService.inputs;

/**
 * Migrates in the documented way: a task of the new image applies the migrations as it starts, and serves once they are
 * done. The request is that of `ecs.updateService`. The progress shows the task's own log.
 */
export const migrateOnStartup: Action<ActionServices> = {
  ...update,
  name: "vulcan.migrateOnStartup",
  formerly: "vulcan.migrateByStart",
  summary: "Deploy the new image, which migrates as it starts, and follow its log.",
  mustNotBeDisturbed: true,
  promptedBefore: true,
  usualSeconds: () => USUAL_SECONDS.rollout,
  inputs: { taskDefinition, forceNewDeployment, expectTaskDefinition } as Fields,
  outputs: {
    ...updateService.outputs,
    serving: { type: "taskDefinition", required: false, description: "the new revision, once it is healthy" },
  },
  async observe(given, context) {
    const update = await updateService.observe(given as UpdateInputs, context);
    if (update.kind === "deferred" || context.isUndo === true) return update;
    const seen = update.value as { readonly service: Service; readonly wanted: TaskDefinition };
    const pending = await readPending(seen.wanted, seen.service.balancers, context);
    return { kind: "observed", value: { ...seen, pending } };
  },
  plan: (given, observation, answers) => {
    const plan = updateService.plan({ ...given, waitForRollout: true } as UpdateInputs, observation, answers);
    const { pending } = observation as { readonly pending?: PendingMigrations };
    return pending === undefined ? plan : asMigration(plan, pending);
  },
  verify: (given, attempt, context) => verifyMigration(given, attempt, context),
};

type UpdateInputs = Parameters<typeof updateService.observe>[0];

/** The request is an update's. What it does, and what its undo leaves, is more. */
function asMigration(plan: StepPlan, pending: PendingMigrations): StepPlan {
  const { proposal, deed } = plan;
  if (proposal === undefined || proposal.undo.kind !== "operation") return plan;
  const gap = schemaGap(pending);
  const { from, to } = pending;
  const image = deed?.to === undefined ? "" : ` with ${deed.to}`;
  return {
    ...plan,
    deed: {
      verb: "migrate",
      past: "migrated",
      object: deed?.object ?? "the database",
      main: true,
      ...(from !== undefined && { from: `migration ${from}` }),
      to: `${to ?? "the newest migration"}${image}`,
      shortTo: String(to ?? "the newest migration"),
    },
    proposal: {
      ...proposal,
      consequence: migrateText(pending),
      undo: gap === undefined ? proposal.undo : { ...proposal.undo, keeps: gap },
    },
  };
}

/** Waits until a task of the new image serves, or until what it came to instead is known. */
export async function verifyMigration(
  given: Values<Fields>,
  attempt: Attempt,
  context: ActionVerifyContext,
): Promise<Verdict> {
  const { verdict, migrationLog } = await awaitMigration(given, attempt, context);
  // How many tasks serve says the step that scales up: here it is one, by intent.
  if (verdict.kind === "true") return { kind: "true", text: verdict.text, outputs: { ...verdict.outputs } };
  return { ...verdict, failure: describeMigration(verdict.failure, migrationLog) };
}

/** The verdict on the rollout, and the last lines of the migration where it is not true. */
export interface AwaitedMigration {
  readonly verdict: Verdict;
  readonly migrationLog: readonly string[];
}

/** Waits for the rollout of `taskDefinition`, and shows the log of the task that migrates. */
export async function awaitMigration(
  given: Values<Fields>,
  attempt: Attempt,
  context: RolloutContext,
): Promise<AwaitedMigration> {
  const accepted = await updateService.verify?.({ ...given, waitForRollout: false }, attempt, context);
  if (accepted?.kind !== "true") return { verdict: accepted ?? { kind: "true", text: "" }, migrationLog: [] };
  const wanted = String(given.taskDefinition);
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const migrationLog = new MigrationLog(wanted, { ...context, signal }, true);
  const following = migrationLog.follow();
  const progress: ActionVerifyContext["progress"] = (text, data) =>
    context.progress([text, ...migrationLog.lines()].join("\n"), data);
  const observer: RolloutObserver = {
    ...context.observer,
    polled: (snapshot, guarded) => {
      migrationLog.note(snapshot);
      context.observer?.polled(snapshot, guarded);
    },
  };
  try {
    const earlier = attempt.confirmedAt === undefined ? (context.earlierAttempts ?? []) : [attempt];
    const verdict = await awaitRollout(wanted, { ...context, observer, earlierAttempts: earlier, progress });
    return verdict.kind === "true"
      ? { verdict: { ...verdict, outputs: { serving: wanted } }, migrationLog: [] }
      : { verdict, migrationLog: await migrationLog.end() };
  } finally {
    over.abort();
    await following;
  }
}

/** The migration's own error comes before the result that ECS reports. */
export function describeMigration(failure: Failure, migrationLog: readonly string[]): Failure {
  // Who holds it up comes first; a log may have any length, and comes last.
  const waited = migrationLog.find((line) => line.includes(" waits for "));
  const first = waited === undefined ? [] : [waited];
  const evidence = [...new Set([...first, ...failure.evidence, ...migrationLog])];
  const failed = evidence.flatMap((line) => FAILED.exec(line)?.[0] ?? [])[0];
  if (failed !== undefined)
    return { ...failure, reason: "migration-failed", evidence, text: `${failed}. ${failure.text}` };
  if (failure.reason !== "health-failing" || waited === undefined) return { ...failure, evidence };
  const text = `the health check stopped the migration: ${waited}. ${failure.text}`;
  return { ...failure, reason: "migration-killed", evidence, text };
}

/** Vulcan's line, without what comes before it. */
const FAILED = /Migration failed version=.*/;
