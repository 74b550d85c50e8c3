import { records, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { imageOf, pullRef } from "./image-of.ts";
import type { Task } from "./model.ts";

/** The error of the container agent when the registry has no such image. [O] */
export const cannotPull = (task: Task): string => {
  const ref = pullRef(task);
  return `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${ref}: ${ref}: not found`;
};

/** The secrets that a task's containers need, by ARN. */
const secretsOf = (task: Task): string[] =>
  records(task.deployment.revision.taskDefinition.registered, "containerDefinitions")
    .flatMap((container) => records(container, "secrets"))
    .map((secret) => text(secret, "valueFrom") ?? "");

const secretError = (arn: string): string =>
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
  "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret " +
  `${arn} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`;

/** The error of the agent when the task's last secret does not exist. */
export const cannotReadSecret = (task: Task): string => secretError(secretsOf(task).at(-1) ?? "");

/** Why the task cannot become ACTIVATING: a missing secret or image. Undefined if it can. */
export function pullProblem(world: World, task: Task): string | undefined {
  const known = new Set(
    [...world.secrets.values()].filter(({ deletedAt }) => deletedAt === undefined).map(({ arn }) => arn),
  );
  const missing = secretsOf(task).find((arn) => arn.includes(":secretsmanager:") && !known.has(arn));
  if (missing !== undefined) return secretError(missing);
  return imageOf(world, task) === undefined ? cannotPull(task) : undefined;
}
