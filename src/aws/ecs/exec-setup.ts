import type * as Sdk from "@aws-sdk/client-ecs";
import type { TaskContainer } from "../../domain/aws/ecs.ts";
import type { ClusterSetup } from "../../domain/aws/setup.ts";
import { assertTyped, needed } from "../client/needed.ts";
import type * as Commands from "../sdk/ecs.ts";

/**
 * ECS returns the ECS Exec settings only if the request asks for CONFIGURATIONS (API reference, DescribeClusters). A
 * cluster that was made without them has none in its answer: no key, and DEFAULT. [D: ExecuteCommandConfiguration]
 */
export async function readCluster(
  ecs: Sdk.ECSClient,
  { DescribeClustersCommand }: typeof Commands,
  name: string,
): Promise<ClusterSetup | undefined> {
  const answer = await ecs.send(new DescribeClustersCommand({ clusters: [name], include: ["CONFIGURATIONS"] }));
  assertTyped(answer);
  const [cluster] = needed(answer.clusters, "clusters");
  if (cluster === undefined) return undefined;
  const { kmsKeyId, logging } = cluster.configuration?.executeCommandConfiguration ?? {};
  return { ...(kmsKeyId && { kmsKey: kmsKeyId }), logging: logging ?? "DEFAULT" };
}

export function toTaskContainer({ name, runtimeId, managedAgents }: Sdk.Container): TaskContainer {
  const found = managedAgents?.find((one) => needed(one.name, "name of an agent") === "ExecuteCommandAgent");
  const {
    lastStatus = managedAgents && found === undefined ? "absent" : undefined,
    reason,
    lastStartedAt,
  } = found ?? {};
  return {
    name: needed(name, "name of a container"),
    ...(lastStatus && { agent: lastStatus }),
    ...(reason && { agentReason: reason }),
    ...(lastStartedAt && { agentStartedAt: lastStartedAt.toISOString() }),
    ...(runtimeId && { runtimeId }),
  };
}
