import { isTransient } from "../aws/errors.ts";
import { isReady } from "../aws/shapes.ts";
import type { Failure, Verdict } from "../domain/action.ts";
import { type Judgement, judge, type Sight } from "./rollout-judge.ts";
import type { Wait } from "./world.ts";

const POLL_MS = 4000;
/** An end is looked at once more after this: one lucky moment is no success, and one stale read no failure. */
const CONFIRM_MS = 3000;

/** Follows the rollout of `wanted` to a verdict. A read that fails for a passing reason does not end the wait. */
export async function awaitRollout(wanted: string, waiting: Wait): Promise<Verdict> {
  const { clock } = waiting;
  let before: Judgement["kind"] = "going";
  for (;;) {
    const sight = await look(waiting);
    if (sight !== undefined) {
      const judgement = judge(wanted, sight);
      waiting.progress(describe(wanted, sight, judgement), counts(wanted, sight));
      if (judgement.kind === before && before !== "going") return verdict(judgement, wanted, sight);
      before = judgement.kind;
    }
    if (clock.now() >= waiting.deadline) return { kind: "open", failure: outOfTime(wanted, sight) };
    await clock.sleep(before === "going" ? POLL_MS : CONFIRM_MS, waiting.signal);
  }
}

function verdict(judgement: Judgement, wanted: string, sight: Sight): Verdict {
  return judgement.kind === "failed"
    ? { kind: "false", failure: failure(judgement, wanted, sight) }
    : { kind: "true", text: served(wanted, sight) };
}

async function look(waiting: Wait): Promise<Sight | undefined> {
  const { world, target } = waiting;
  const { cluster, service: name } = target;
  try {
    const [service, running, stopped] = await Promise.all([
      world.aws.ecs.service(cluster, name),
      world.aws.ecs.tasks(cluster, name, "RUNNING"),
      world.aws.ecs.tasks(cluster, name, "STOPPED"),
    ]);
    const targets = await Promise.all(service.targetGroups.map((group) => world.aws.targetHealth(group)));
    return { service, running, stopped, targets };
  } catch (error) {
    if (!isTransient(error)) throw error;
    waiting.progress(`cannot see the service just now: ${(error as Error).message}`);
    return undefined;
  }
}

function describe(wanted: string, { service, running }: Sight, judgement: Judgement): string {
  const others = running.filter((task) => task.taskDefinition !== wanted);
  const event = service.events[0];
  return [
    judgement.kind === "going" ? judgement.why : `all ${service.desired} tasks of ${wanted} are healthy`,
    ...(others.length === 0 ? [] : [`${others.length} tasks of other revisions still running or draining`]),
    ...(event === undefined ? [] : [`ECS: ${event.text}`]),
  ].join("\n");
}

function counts(wanted: string, { service, running }: Sight) {
  const own = running.filter((task) => task.taskDefinition === wanted);
  return {
    wanted,
    desired: service.desired,
    running: own.filter((task) => task.status === "RUNNING").length,
    healthy: own.filter((task) => task.health === "HEALTHY").length,
    others: running.length - own.length,
  };
}

function served(wanted: string, { service, running }: Sight): string {
  const draining = running.filter((task) => task.taskDefinition !== wanted).length;
  const rest = draining === 0 ? "" : `; ${draining} tasks of other revisions are still draining`;
  return `${wanted} serves on all ${service.desired} tasks and targets${rest}`;
}

function failure(judgement: Judgement & { kind: "failed" }, wanted: string, sight: Sight): Failure {
  return {
    reason: judgement.reason,
    text: `${judgement.text}. ${servingNow(sight)}`,
    evidence: [...stopReasons(wanted, sight), ...sight.service.events.slice(0, 3).map((event) => event.text)],
    next: ["vulcan-ops rollback --dry-run", "vulcan-ops undo"],
  };
}

/** One line for the question that comes first: what do users get right now? */
function servingNow({ running, service }: Sight): string {
  const healthy = running.filter(isReady);
  const names = [...new Set(healthy.map((task) => task.taskDefinition))].join(", ");
  return healthy.length === 0
    ? `No healthy task of ${service.name} is left`
    : `Traffic is served by ${healthy.length} healthy tasks of ${names}`;
}

function stopReasons(wanted: string, { stopped }: Sight): string[] {
  const reasons = new Map<string, number>();
  for (const task of stopped.filter((candidate) => candidate.taskDefinition === wanted)) {
    const codes = task.exitCodes.length === 0 ? "" : ` (exit ${task.exitCodes.join(", ")})`;
    const reason = `${task.stoppedReason ?? "stopped without a reason"}${codes}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [...reasons].map(([reason, count]) => `${count} × ${reason}`);
}

function outOfTime(wanted: string, sight: Sight | undefined): Failure {
  const judgement = sight === undefined ? undefined : judge(wanted, sight);
  const state = judgement?.kind === "going" ? judgement.why : "its state could not be read";
  return {
    reason: "still-in-progress",
    text: `the time limit passed with the rollout of ${wanted} still going on: ${state}. AWS continues it`,
    evidence: sight === undefined ? [] : stopReasons(wanted, sight),
    next: ["vulcan-ops resume", "vulcan-ops undo"],
  };
}
