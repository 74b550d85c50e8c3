import { AwsError } from "../http/aws-error.ts";
import type { World } from "../world.ts";
import { isUnfinished, markUnstable, primaryOf, stopRecord } from "./deployment.ts";
import type { Service } from "./model.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";
import { aliveTasks, tasksOf } from "./task-queries.ts";
import { scaledIn, stopTask } from "./task-stop.ts";

/**
 * The service becomes DRAINING and keeps its name. Its tasks stop as in any scale-in. Without `force`, it must have
 * been scaled to 0 before [D]. A second delete changes nothing [O].
 */
export function deleteService(world: World, service: Service, force: boolean): void {
  if (service.status !== "ACTIVE") return;
  if (service.desired > 0 && !force) {
    throw new AwsError("InvalidParameterException", "The service cannot be stopped while it is scaled above 0.");
  }
  service.status = "DRAINING";
  service.desired = 0;
  markUnstable(service);
  const { record } = primaryOf(service);
  if (record !== undefined && isUnfinished(record)) stopRecord(world, record, "The service was deleted.");
  scheduleReconcile(world, service);
}

/**
 * Stops the remaining tasks of a deleted service, protected or not [I]. Once all are STOPPING, the service is INACTIVE.
 * [D]
 */
export function finishDeletion(world: World, service: Service): void {
  for (const task of aliveTasks(service)) stopTask(world, task, scaledIn(task));
  if (tasksOf(service).every(({ lastStatus }) => STOPPING_OR_STOPPED.has(lastStatus))) service.status = "INACTIVE";
}

const STOPPING_OR_STOPPED: ReadonlySet<string> = new Set(["STOPPING", "DEPROVISIONING", "STOPPED"]);
