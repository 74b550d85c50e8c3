import { text } from "../http/input.ts";
import { isUsableByTasks } from "../iam/roles.ts";
import type { World } from "../world.ts";
import { announce } from "./events.ts";
import type { Service, TaskDefinition } from "./model.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";

/** Interval between two attempts (virtual ms). [I] */
const RETRY_INTERVAL = 60_000;

/** What ECS says where it cannot use a role of the revision, of which it then starts no task. [D; text O] */
export function roleProblem(world: World, { registered }: TaskDefinition): string | undefined {
  const roles = [text(registered, "taskRoleArn"), text(registered, "executionRoleArn")];
  const bad = roles.find((role) => role !== undefined && role !== "" && !isUsableByTasks(world, role));
  if (bad === undefined) return undefined;
  return (
    `ECS was unable to assume the role '${bad}' that was provided for this task. Please verify that the role being ` +
    "passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role."
  );
}

/** Announced once, until another event comes; the attempt is made again. */
export function announceRoleProblem(world: World, service: Service, problem: string): void {
  const message = `failed to launch a task with (error ${problem})`;
  if (service.events[0]?.message.endsWith(message) !== true) announce(world, service, message);
  scheduleReconcile(world, service, RETRY_INTERVAL);
}
