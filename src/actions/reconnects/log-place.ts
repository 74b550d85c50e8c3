import { certainContainerName, chooseContainer } from "../../domain/aws/application-container.ts";
import type { LogPlace } from "../../domain/aws/ecs.ts";
import type { ActionReadContext } from "../../domain/services.ts";

/** Where the application of the service logs: the group, and how the names of its streams begin. */
export async function applicationLogs({
  services,
  target,
}: Pick<ActionReadContext, "services" | "target">): Promise<LogPlace | undefined> {
  const { ecs } = services.aws;
  const { balancers, taskDefinition } = await ecs.service(target.cluster, target.service);
  const { containers = [] } = (await ecs.taskDefinition(taskDefinition)) ?? {};
  const name = certainContainerName(chooseContainer({ named: target.container, balancers, containers }));
  const logs = containers.find((one) => one.name === name)?.logs;
  return logs && { ...logs, prefix: `${logs.prefix}/${name}/` };
}
