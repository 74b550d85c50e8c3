import type { Action, Attempt, Failure, Verdict } from "../../domain/action.ts";
import type { Fields, Values } from "../../domain/field.ts";
import type { Wait, World } from "../../domain/services.ts";
import { awaitRollout } from "../ecs/rollout/monitor.ts";
import { updateService } from "../ecs/update-service.ts";
import { MigrationStory } from "./migration-log.ts";

const { taskDefinition, forceNewDeployment, expectTaskDefinition } = updateService.inputs;

/**
 * Migrations by the documented way: a task of the new image applies them as it starts, and serves once they are done.
 * The request is that of `ecs.updateService`; what is waited for is told in the words of the task's own log.
 */
export const migrateByStart: Action<World> = {
  ...updateService,
  name: "vulcan.migrateByStart",
  summary: "Start the new image, which migrates as it starts; follow its log until it serves.",
  keepsHold: true,
  inputs: { taskDefinition, forceNewDeployment, expectTaskDefinition } as Fields,
  outputs: {
    ...updateService.outputs,
    serving: { type: "taskDefinition", required: false, description: "the new revision, once it serves" },
  },
  plan: (given, seen, answers) => updateService.plan({ ...given, waitForRollout: true }, seen, answers),
  verify: (given, attempt, waiting) => verify(given, attempt, waiting),
};

async function verify(given: Values<Fields>, attempt: Attempt, waiting: Wait): Promise<Verdict> {
  const accepted = await updateService.verify?.({ ...given, waitForRollout: false }, attempt, waiting);
  if (accepted?.kind !== "true") return accepted ?? { kind: "true", text: "" };
  const wanted = String(given.taskDefinition);
  const over = new AbortController();
  const story = new MigrationStory(wanted, { ...waiting, signal: AbortSignal.any([waiting.signal, over.signal]) });
  const following = story.follow();
  const progress: Wait["progress"] = (text, data) => waiting.progress([text, ...story.lines()].join("\n"), data);
  try {
    const earlier = attempt.confirmedAt === undefined ? (waiting.earlier ?? []) : [attempt];
    const verdict = await awaitRollout(wanted, { ...waiting, earlier, progress });
    if (verdict.kind === "true") return { ...verdict, outputs: { serving: wanted } };
    return { ...verdict, failure: told(verdict.failure, await story.end()) };
  } finally {
    over.abort();
    await following;
  }
}

/** What the migration itself said of its end comes before what ECS made of it. */
function told(failure: Failure, story: readonly string[]): Failure {
  const evidence = [...story, ...failure.evidence.filter((line) => !story.includes(line))];
  const failed = evidence.flatMap((line) => FAILED.exec(line)?.[0] ?? [])[0];
  if (failed !== undefined)
    return { ...failure, reason: "migration-failed", evidence, text: `${failed}. ${failure.text}` };
  const waited = story.find((line) => line.includes(" waits for "));
  if (failure.reason !== "health-failing" || waited === undefined) return { ...failure, evidence };
  const text = `the migration was killed by the health check: ${waited}. ${failure.text}`;
  return { ...failure, reason: "migration-killed", evidence, text };
}

/** Vulcan's line, whatever stands before it. */
const FAILED = /Migration failed version=.*/;
