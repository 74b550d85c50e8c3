import type { Task } from "../../../domain/aws/ecs.ts";
import type { ProtectedTask } from "../../../domain/aws/reads.ts";
import type { Pushed } from "../../../domain/upgrade/pipeline.ts";
import type { RolloutSnapshot } from "../../ecs/rollout/snapshot.ts";
import { stoppedTasksOf } from "../../ecs/rollout/stopped-tasks.ts";
import type { DeploymentSetup } from "./deployment-setup.ts";
import type { MigrationFacts } from "./migration-facts.ts";

/** Everything that is known of an upgrade at one moment. */
export interface PhaseFacts {
  /** The new revision. */
  readonly wanted: string;
  /** RFC 3339: when its deployment began. */
  readonly began: string;
  /** Epoch ms. */
  readonly now: number;
  readonly snapshot: RolloutSnapshot;
  readonly setup: DeploymentSetup;
  readonly migration: MigrationFacts;
  /** Phases 1 and 2; absent where they belong to the caller. */
  readonly pushed?: Pushed;
  /** The first whole minute in which requests reached the new tasks alone. */
  readonly requests?: FirstRequests;
  /** Old tasks that ECS does not stop. */
  readonly guarded?: readonly ProtectedTask[];
}

export interface FirstRequests {
  /** RFC 3339 */
  readonly minute: string;
  readonly count: number;
}

/** The new deployment's tasks that ECS wants to run. */
export function newTasks({ wanted, snapshot }: Pick<PhaseFacts, "wanted" | "snapshot">): readonly Task[] {
  return snapshot.running.filter((task) => isNew(task, wanted, snapshot));
}

/** Where the same revision is deployed again, only the id of the deployment tells its tasks from the old ones. */
function isNew({ taskDefinition, startedBy }: Task, wanted: string, { service }: RolloutSnapshot): boolean {
  if (taskDefinition !== wanted) return false;
  const own = service.deployments.find(({ status, taskDefinition: name }) => status === "PRIMARY" && name === wanted);
  return own === undefined || startedBy === undefined || startedBy === own.id;
}

/** The tasks that the deployment replaces, in any state; those that stopped before it do not count. */
export function oldTasks({ wanted, began, snapshot }: PhaseFacts): readonly Task[] {
  const failed = new Set(stoppedTasksOf(wanted, snapshot));
  const { running, stopped } = snapshot;
  return [...running, ...stopped].filter(
    (task) =>
      !isNew(task, wanted, snapshot) &&
      !failed.has(task) &&
      (task.status !== "STOPPED" || (task.stoppedAt ?? "") >= began),
  );
}

/** What helps where tasks of the new release fail. */
export const WAY_BACK = "way back: vulcan-ops rollback";

export const isGone = ({ status }: Task): boolean => status === "STOPPED";

/** Whole seconds between two RFC 3339 times; undefined where one is not known. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}

/** The latest of these RFC 3339 times. */
export const latest = (times: readonly (string | undefined)[]): string | undefined =>
  times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
