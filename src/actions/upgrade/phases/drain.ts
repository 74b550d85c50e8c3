import type { Task } from "../../../domain/aws/ecs.ts";
import { protectedWords } from "../../../domain/aws/task-protection.ts";
import { counted } from "../../../domain/finding.ts";
import type { PhaseProgress } from "../../../domain/upgrade/phase-progress.ts";
import { otherTargets } from "../../ecs/rollout/snapshot.ts";
import { latest, oldTasks, type PhaseFacts } from "./facts.ts";

/** DEACTIVATING: its target is drained. STOPPING: its containers have SIGTERM. [D: task lifecycle] */
const isDraining = ({ status, desired }: Task): boolean =>
  status === "DEACTIVATING" || (status === "RUNNING" && desired === "STOPPED");
const isServing = ({ status, desired }: Task): boolean => status === "RUNNING" && desired !== "STOPPED";

/** Phase 6: the old tasks finish the requests that they have begun. */
export function drain(facts: PhaseFacts): PhaseProgress {
  const { guarded = [], wanted, snapshot } = facts;
  const old = oldTasks(facts);
  const draining = old.filter(isDraining);
  const serving = old.filter(isServing);
  const stopping = old.filter(({ stoppingAt }) => stoppingAt !== undefined);
  const since = stopping.map(({ stoppingAt = "" }) => stoppingAt).sort()[0];
  if (old.length === 0) return { phase: 6, state: "done", sentence: "no old task", details: [] };
  const held = guarded.length === 0 ? {} : { action: "old tasks are protected" };
  const details = guarded.length === 0 ? [] : [`ECS does not stop them: ${protectedWords(guarded)}`];
  const left = `${counted(serving.length, "old task")} still ${serving.length === 1 ? "serves" : "serve"}`;
  if (since === undefined) {
    return { phase: 6, state: guarded.length > 0 ? "now" : "ahead", sentence: left, ...held, details };
  }
  const isOpen = otherTargets(wanted, snapshot)
    .flat()
    .some(({ state }) => state === "draining");
  if (!isOpen && draining.length + serving.length === 0)
    return { phase: 6, state: "done", since, sentence: `${counted(stopping.length, "old task")} drained`, details: [] };
  const drains = `${counted(draining.length, "old task")} ${draining.length === 1 ? "drains" : "drain"}`;
  const sentence = [drains, ...(serving.length === 0 ? [] : [left])].join("; ");
  return { phase: 6, state: "now", since, ...untilDrained(draining, facts), ...held, sentence, details };
}

function untilDrained(
  draining: readonly Task[],
  { setup: { drainSeconds } }: PhaseFacts,
): Pick<PhaseProgress, "until"> {
  const last = latest(draining.map(({ stoppingAt }) => stoppingAt));
  if (last === undefined || drainSeconds === undefined) return {};
  const at = new Date(Date.parse(last) + drainSeconds * 1000).toISOString();
  return { until: { at, what: "the deregistration delay ends" } };
}
