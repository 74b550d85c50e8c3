import { certainContainerName, chooseContainer } from "../../domain/aws/application-container.ts";
import type { Container, Service, Task } from "../../domain/aws/ecs.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import type { LastLog, PastOverview, TargetStatus } from "../../domain/status/target-status.ts";
import type { Target } from "../../domain/target.ts";
import { newestFirst } from "../../domain/time.ts";

/** The application's image of each revision that a status names. One that cannot be read is left out. */
export async function readImages(
  reads: AwsReads,
  service: Promise<Service>,
  past: Promise<PastOverview>,
  target: Target,
): Promise<TargetStatus["images"]> {
  const found = await service;
  const current = imagesOf(reads, found, target, namesIn(found));
  const earlier = past.then(
    ({ lastGood, attempt }) =>
      imagesOf(
        reads,
        found,
        target,
        [lastGood?.taskDefinition, attempt?.taskDefinition, attempt?.back?.to].flatMap((name) => name || []),
      ),
    () => ({}),
  );
  const [now, then] = await Promise.all([current, earlier]);
  return { ...then, ...now };
}

const namesIn = ({ deployments }: Service): readonly string[] => deployments.map((one) => one.taskDefinition);

async function imagesOf(reads: AwsReads, service: Service, target: Target, names: readonly string[]) {
  const read = [...new Set(names)].map(async (name): Promise<[string, string][]> => {
    const image = (await applicationOf(reads, service, target, name).catch(() => undefined))?.image;
    return image === undefined ? [] : [[name, image]];
  });
  return Object.fromEntries((await Promise.all(read)).flat());
}

/** The application's container of a revision, where it is certain which one that is. */
export async function applicationOf(
  reads: Pick<AwsReads, "ecs">,
  { balancers }: Pick<Service, "balancers">,
  { container: named }: Target,
  taskDefinition: string,
): Promise<Container | undefined> {
  const containers = (await reads.ecs.taskDefinition(taskDefinition))?.containers ?? [];
  const name = certainContainerName(chooseContainer({ named, balancers, containers }));
  return containers.find((one) => one.name === name);
}

const LOG_LINES = 5;

/** The last lines of the newest task that stopped with an error; undefined where no task did, or where it left none. */
export async function readLastLog(
  reads: AwsReads,
  service: Promise<Service>,
  tasks: Promise<readonly (readonly Task[])[]>,
  target: Target,
): Promise<LastLog | undefined> {
  // Why tasks cannot be read is said where they are shown.
  const [found, all] = await Promise.all([service, tasks.catch(() => [])]);
  const [task] = all
    .flat()
    .filter(hasFailed)
    .sort((a, b) => newestFirst(a.stoppedAt ?? "", b.stoppedAt ?? ""));
  if (task === undefined) return undefined;
  const container = await applicationOf(reads, found, target, task.taskDefinition);
  if (container?.logs === undefined) return undefined;
  const { group, prefix, region } = container.logs;
  const lines = await reads.around.logTail(group, `${prefix}/${container.name}/${task.id}`, LOG_LINES, region);
  const { taskDefinition, id } = task;
  return lines.length === 0 ? undefined : { taskDefinition, task: id, container: container.name, lines };
}

/** Tasks that ECS stopped because others took their place have not failed. */
function hasFailed({ stoppedAt, stoppedReason = "" }: Task): boolean {
  return stoppedAt !== undefined && !/^Scaling activity initiated by/.test(stoppedReason);
}
