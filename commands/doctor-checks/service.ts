import type { Service } from "../../src/aws/shapes.ts";
import { type Diagnosis, fail, ok } from "../../src/domain/diagnosis.ts";
import { OpsError } from "../../src/domain/error.ts";
import type { Check } from "./check.ts";

/** Whether the service is there, alive, and deployed by ECS itself. */
export const service: Check = {
  id: "service",
  title: "Service",
  examine: ({ reads, target: { cluster, service: name } }) =>
    reads.ecs.service(cluster, name).then(
      (found) => [judgeService(found)],
      (error: Error) => [fail(error.message, ...(error instanceof OpsError ? (error.detail.next ?? []) : []))],
    ),
};

export function judgeService({ name, status, controller, taskDefinition, desired }: Service): Diagnosis {
  if (status !== "ACTIVE") return fail(`${name} is ${status}, not ACTIVE`, "vulcan-ops status");
  if (controller === "CODE_DEPLOY")
    return fail(
      `${name} is deployed by CodeDeploy: ECS refuses another task definition`,
      "aws deploy list-deployments",
    );
  if (controller !== "ECS")
    return fail(`${name} is deployed by ${controller}, not by ECS`, "ask whoever runs that controller.");
  return ok(`${name} is ACTIVE, deployed by ECS itself: ${taskDefinition}, ${desired} tasks wanted`);
}
