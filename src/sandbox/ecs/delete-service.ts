import { AwsError } from "../http/aws-error.ts";
import type { World } from "../world.ts";
import { isUnfinished, primaryOf, stopRecord, unsettle } from "./deployment.ts";
import type { Service } from "./model.ts";
import { wake } from "./schedule-reconcile.ts";
import { aliveTasks, tasksOf } from "./task-queries.ts";
import { scaledIn, stopTask } from "./task-stop.ts";

/**
 * The service is DRAINING from now on and keeps its name; its tasks stop as in any scale-in. Unless forced, it must
 * have been scaled to 0 before [D]. Deleting it again changes nothing [O].
 */
export function deleteService(world: World, service: Service, force: boolean): void {
  if (service.status !== "ACTIVE") return;
  if (service.desired > 0 && !force) {
    throw new AwsError("InvalidParameterException", "The service cannot be stopped while it is scaled above 0.");
  }
  service.status = "DRAINING";
  service.desired = 0;
  unsettle(service);
  const { record } = primaryOf(service);
  if (record !== undefined && isUnfinished(record)) stopRecord(world, record, "The service was deleted.");
  wake(world, service);
}

/** Stops what still runs of a deleted service, protected or not [I]; with the last one STOPPING it is INACTIVE. [D] */
export function windDown(world: World, service: Service): void {
  for (const task of aliveTasks(service)) stopTask(world, task, scaledIn(task));
  if (tasksOf(service).every(({ lastStatus }) => GONE.has(lastStatus))) service.status = "INACTIVE";
}

const GONE: ReadonlySet<string> = new Set(["STOPPING", "DEPROVISIONING", "STOPPED"]);
