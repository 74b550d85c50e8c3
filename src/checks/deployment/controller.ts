import type { Service } from "../../domain/aws/ecs.ts";
import { commandLine } from "../../domain/command-line.ts";
import type { Finding } from "../../domain/operation.ts";

/** How to restore the previous release if UpdateService cannot, by the controller of the deployments. */
const OTHER_WAYS: Readonly<Record<string, readonly string[]>> = {
  CODE_DEPLOY: [
    "aws deploy list-deployments --include-only-statuses InProgress",
    "aws deploy stop-deployment --deployment-id ID --auto-rollback-enabled",
    "with none in progress: aws deploy create-deployment with the revision before",
  ],
};

/** This program cannot revert a service without rolling deployments of ECS's own. Says what can (ecs.md §4). */
export function foreignController(service: Service): Finding[] {
  const { name, controller, strategy } = service;
  const cluster = clusterOf(service);
  if (controller !== "ECS") {
    const text = `deployments of ${name} belong to ${controller}: UpdateService cannot change its task definition`;
    const next = OTHER_WAYS[controller] ?? [primaryLine(cluster, name)];
    return [{ level: "block", code: "controller-foreign", text, next }];
  }
  if (strategy === "ROLLING") return [];
  const text = `${name} is deployed by ${strategy}, not by rolling updates: stop its deployment while it bakes, or deploy the release before in the same way`;
  const next = [
    commandLine`aws ecs list-service-deployments --cluster ${cluster} --service ${name} --status IN_PROGRESS`,
    stopLine(service),
  ];
  return [{ level: "block", code: "strategy-foreign", text, next }];
}

const primaryLine = (cluster: string, name: string): string =>
  commandLine`aws ecs update-service-primary-task-set --cluster ${cluster} --service ${name} --primary-task-set ID`;

/** The line that takes the newest deployment back, whatever its strategy. */
const stopLine = ({ deploymentArn = "ARN" }: Pick<Service, "deploymentArn">): string =>
  commandLine`aws ecs stop-service-deployment --service-deployment-arn ${deploymentArn} --stop-type ROLLBACK`;

/** `arn:…:service/CLUSTER/SERVICE`; an ARN of the old form does not name it. */
function clusterOf({ arn = "" }: Partial<Pick<Service, "arn">>): string {
  const [, cluster, service] = arn.split("/");
  return cluster !== undefined && service !== undefined ? cluster : "CLUSTER";
}
