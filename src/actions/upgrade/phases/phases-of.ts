import type { PhaseProgress } from "../../../domain/upgrade/phase-progress.ts";
import type { Phase } from "../../../domain/upgrade/phases.ts";
import { drain } from "./drain.ts";
import type { PhaseFacts } from "./facts.ts";
import { healthCheck } from "./health-check.ts";
import { migrations } from "./migrations.ts";
import { oldTasksStop } from "./old-tasks-stop.ts";
import { image, push } from "./push-and-image.ts";
import { taskStart } from "./task-start.ts";

/** The seven phases at one moment, pure. `failed`: the phase in which the verdict found the failure. */
export function phasesOf(facts: PhaseFacts, failed?: Phase): readonly PhaseProgress[] {
  const migrating = migrations(facts);
  const phases = [
    push(facts.pushed),
    image(facts.pushed),
    taskStart(facts),
    migrating,
    afterMigrations(healthCheck(facts), migrating),
    drain(facts),
    oldTasksStop(facts),
  ];
  return failed === undefined ? phases : phases.map((one) => afterFailure(one, failed));
}

/** While it migrates, no check can pass: that is no news. A task that was stopped for it is. */
function afterMigrations(health: PhaseProgress, { state }: PhaseProgress): PhaseProgress {
  if (state !== "now" || health.state !== "now") return health;
  const { since: _, ...rest } = health;
  if (health.action !== undefined) return { ...rest, details: [] };
  return { ...rest, state: "ahead", details: [] };
}

/** A task that fails in a phase has passed those before it. What comes after does not happen by itself. */
function afterFailure(one: PhaseProgress, failed: Phase): PhaseProgress {
  const { until: _, action: __, ...rest } = one;
  if (one.phase === failed) return { ...rest, state: "failed" };
  if (one.phase < failed) return one.state === "now" ? { ...rest, state: "done" } : rest;
  return one.state !== "done" ? { ...rest, state: "ahead" } : rest;
}
