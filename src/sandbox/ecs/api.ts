import type { ServiceApi } from "../http/operation.ts";
import { accountSettingOperations } from "./operations/account-settings.ts";
import { capacityProviderOperations } from "./operations/capacity-providers.ts";
import { clusterOperations } from "./operations/clusters.ts";
import { containerInstanceOperations } from "./operations/container-instances.ts";
import { executeCommandOperations } from "./operations/execute-command.ts";
import { runTaskOperations } from "./operations/run-task.ts";
import { serviceDeploymentOperations } from "./operations/service-deployments.ts";
import { serviceOperations } from "./operations/services.ts";
import { tagOperations } from "./operations/tags.ts";
import { taskDefinitionOperations } from "./operations/task-definitions.ts";
import { taskProtectionOperations } from "./operations/task-protection.ts";
import { taskOperations } from "./operations/tasks.ts";
import { keepStale } from "./stale-reads.ts";

export const ecsApi: ServiceApi = {
  scope: "ecs",
  name: "ecs",
  target: "AmazonEC2ContainerServiceV20141113",
  jsonVersion: "1.1",
  linger: keepStale,
  operations: {
    ...clusterOperations,
    ...taskDefinitionOperations,
    ...serviceOperations,
    ...taskOperations,
    ...runTaskOperations,
    ...taskProtectionOperations,
    ...executeCommandOperations,
    ...serviceDeploymentOperations,
    ...tagOperations,
    ...capacityProviderOperations,
    ...accountSettingOperations,
    ...containerInstanceOperations,
  },
};
