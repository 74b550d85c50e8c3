import { isOwnImage } from "../container/programs-by-image.ts";
import { records, text } from "../http/input.ts";
import { awslogsOptions, driverGroup } from "../logs/driver.ts";
import type { World } from "../world.ts";
import { imageOf, pullRef } from "./image-of.ts";
import type { Task } from "./model.ts";
import type { TaskContainer } from "./task-container.ts";

/** The error of the container agent when the registry has no such image. [O] */
export const cannotPull = (task: Task, container: TaskContainer): string => {
  const ref = pullRef(task, container);
  return `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${ref}: ${ref}: not found`;
};

/** The secrets that a container needs, by ARN. */
const secretsOf = ({ definition }: TaskContainer): string[] =>
  records(definition.registered, "secrets").map((secret) => text(secret, "valueFrom") ?? "");

const secretError = (arn: string): string =>
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
  "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret " +
  `${arn} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`;

/** The error of the agent when the container's last secret does not exist. */
export const cannotReadSecret = (_task: Task, container: TaskContainer): string =>
  secretError(secretsOf(container).at(-1) ?? "");

/** Why a container cannot be made, and the task not start, whichever container it is. */
export interface PullProblem {
  readonly container: TaskContainer;
  readonly reason: string;
}

/**
 * What keeps the task from becoming ACTIVATING: a secret or the log group of any container, or an image. A container that is not essential
 * and has no image ends alone. [I]
 */
export function pullProblem(world: World, task: Task): PullProblem | undefined {
  const known = new Set(
    [...world.secrets.values()].filter(({ deletedAt }) => deletedAt === undefined).map(({ arn }) => arn),
  );
  for (const container of task.containers) {
    const missing = secretsOf(container).find((arn) => arn.includes(":secretsmanager:") && !known.has(arn));
    if (missing !== undefined) return { container, reason: secretError(missing) };
  }
  const mute = task.containers.find((container) => lacksGroup(world, container));
  if (mute !== undefined) return { container: mute, reason: NO_GROUP };
  for (const container of task.containers) {
    const reason = imageProblem(world, task, container);
    if (reason === undefined) continue;
    if (container.definition.essential) return { container, reason };
    container.stopped = true;
    container.reason = reason;
  }
  return undefined;
}

/** [O] */
const NO_GROUP =
  "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to " +
  "create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1";

function lacksGroup(world: World, { definition }: TaskContainer): boolean {
  const options = awslogsOptions(definition.registered);
  return options !== undefined && driverGroup(world, options) === undefined;
}

/** Why the container's image cannot be pulled. [D: troubleshooting, CannotPullContainer] */
function imageProblem(world: World, task: Task, container: TaskContainer): string | undefined {
  if (!isOwnImage(container.definition.image)) return undefined;
  const image = imageOf(world, task, container);
  if (image === undefined) return cannotPull(task, container);
  const { cannotPull: why } = image.traits ?? {};
  return why && PULL_ERRORS[why];
}

const PULL_ERRORS = {
  platform:
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): " +
    "image Manifest does not contain descriptor matching platform 'linux/amd64'",
  network:
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref: failed to do " +
    "request: dial tcp 10.0.10.7:443: i/o timeout",
} as const;
