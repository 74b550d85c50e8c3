import type { Service } from "../../domain/aws/ecs.ts";
import { type CheckFinding, fail, ok } from "../../domain/diagnosis.ts";
import { OpsError } from "../../domain/error.ts";
import type { DoctorCheck } from "../doctor-check.ts";
import { stopLine } from "./controller.ts";

/** Whether the service exists, is ACTIVE, and is deployed by ECS itself. */
export const service: DoctorCheck = {
  id: "service",
  title: "Service",
  run: ({ reads, setup, target: { cluster, service: name } }) =>
    Promise.all([reads.ecs.service(cluster, name), setup.service(cluster, name)]).then(
      ([found, settings]) => [judgeService(found, settings?.strategy)],
      (error: Error) => [fail(error.message, ...(error instanceof OpsError ? (error.detail.next ?? []) : []))],
    ),
};

export function judgeService(
  { name, status, controller, taskDefinition, desired, deploymentArn }: Service,
  strategy = "ROLLING",
): CheckFinding {
  if (status !== "ACTIVE") return fail(`${name} is ${status}, not ACTIVE`, "vulcan-ops status");
  if (controller === "CODE_DEPLOY")
    return fail(
      `${name} is deployed by CodeDeploy: ECS refuses another task definition`,
      "aws deploy list-deployments",
    );
  if (controller !== "ECS")
    return fail(`${name} is deployed by ${controller}, not by ECS`, "ask the owner of that controller.");
  if (strategy !== "ROLLING")
    return fail(
      `${name} is deployed as ${strategy}, not ROLLING: it goes back by stopping its deployment`,
      stopLine(deploymentArn === undefined ? {} : { deploymentArn }),
    );
  return ok(`${name} is ACTIVE, deployed by ECS itself: ${taskDefinition}, ${desired} tasks wanted`);
}
