import type { Registry } from "../domain/action.ts";
import { checkExec } from "./ecs-check-exec.ts";
import { checkRevert } from "./ecs-check-revert.ts";
import { findRevision } from "./ecs-find-revision.ts";
import { stopTasks } from "./ecs-stop-tasks.ts";
import { updateService } from "./ecs-update-service.ts";
import { waitForRollout } from "./ecs-wait-for-rollout.ts";
import type { World } from "./world.ts";

/** The only list of actions. */
export const registry: Registry<World> = Object.fromEntries(
  [findRevision, checkRevert, updateService, waitForRollout, stopTasks, checkExec].map((action) => [
    action.name,
    action,
  ]),
);
