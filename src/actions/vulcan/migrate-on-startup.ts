import type { Action, Attempt, Failure, Verdict } from "../../domain/action.ts";
import type { Fields, Values } from "../../domain/field.ts";
import type { ActionServices, ActionVerifyContext } from "../../domain/services.ts";
import { awaitRollout } from "../ecs/rollout/monitor.ts";
import { updateService } from "../ecs/update-service.ts";
import { USUAL_SECONDS } from "../usual-durations.ts";
import { MigrationLog } from "./migration-log.ts";

const { taskDefinition, forceNewDeployment, expectTaskDefinition } = updateService.inputs;

/**
 * Migrates in the documented way: a task of the new image applies the migrations as it starts, and serves once they are
 * done. The request is that of `ecs.updateService`. The progress shows the task's own log.
 */
export const migrateOnStartup: Action<ActionServices> = {
  ...updateService,
  name: "vulcan.migrateOnStartup",
  formerly: "vulcan.migrateByStart",
  summary: "Start the new image, which migrates as it starts; follow its log until it serves.",
  mustNotBeDisturbed: true,
  usualSeconds: () => USUAL_SECONDS.rollout,
  inputs: { taskDefinition, forceNewDeployment, expectTaskDefinition } as Fields,
  outputs: {
    ...updateService.outputs,
    serving: { type: "taskDefinition", required: false, description: "the new revision, once it serves" },
  },
  plan: (given, observation, answers) => updateService.plan({ ...given, waitForRollout: true }, observation, answers),
  verify: (given, attempt, context) => verify(given, attempt, context),
};

async function verify(given: Values<Fields>, attempt: Attempt, context: ActionVerifyContext): Promise<Verdict> {
  const accepted = await updateService.verify?.({ ...given, waitForRollout: false }, attempt, context);
  if (accepted?.kind !== "true") return accepted ?? { kind: "true", text: "" };
  const wanted = String(given.taskDefinition);
  const over = new AbortController();
  const migrationLog = new MigrationLog(wanted, { ...context, signal: AbortSignal.any([context.signal, over.signal]) });
  const following = migrationLog.follow();
  const progress: ActionVerifyContext["progress"] = (text, data) =>
    context.progress([text, ...migrationLog.lines()].join("\n"), data);
  try {
    const earlier = attempt.confirmedAt === undefined ? (context.earlierAttempts ?? []) : [attempt];
    const verdict = await awaitRollout(wanted, { ...context, earlierAttempts: earlier, progress });
    if (verdict.kind === "true") return { ...verdict, outputs: { serving: wanted } };
    return { ...verdict, failure: describe(verdict.failure, await migrationLog.end()) };
  } finally {
    over.abort();
    await following;
  }
}

/** The migration's own error comes before the result that ECS reports. */
function describe(failure: Failure, migrationLog: readonly string[]): Failure {
  const evidence = [...migrationLog, ...failure.evidence.filter((line) => !migrationLog.includes(line))];
  const failed = evidence.flatMap((line) => FAILED.exec(line)?.[0] ?? [])[0];
  if (failed !== undefined)
    return { ...failure, reason: "migration-failed", evidence, text: `${failed}. ${failure.text}` };
  const waited = migrationLog.find((line) => line.includes(" waits for "));
  if (failure.reason !== "health-failing" || waited === undefined) return { ...failure, evidence };
  const text = `the migration was killed by the health check: ${waited}. ${failure.text}`;
  return { ...failure, reason: "migration-killed", evidence, text };
}

/** Vulcan's line, without what comes before it. */
const FAILED = /Migration failed version=.*/;
