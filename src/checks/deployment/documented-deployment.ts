import { awsLine } from "../../domain/aws/cli-command.ts";
import { deploymentConfiguration, documentedDeploymentOf } from "../../domain/aws/documented-deployment.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { Target } from "../../domain/target.ts";

/** The line that gives a service the documented deployment settings. Each finding about a part of them prints the same. */
export function documentedDeployment(found: Service, { cluster, service, region }: Target): string {
  const input = { cluster, service, deploymentConfiguration: deploymentConfiguration(documentedDeploymentOf(found)) };
  return awsLine({ service: "ecs", name: "UpdateService", input }, region);
}
