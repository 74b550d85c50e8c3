import type { Service } from "../../domain/aws/ecs.ts";
import { nextOf } from "../../domain/error.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { DoctorCheck } from "../doctor-subject.ts";
import { serviceOf } from "../subject.ts";
import { foreignController } from "./controller.ts";

/** Whether the service exists, is ACTIVE, and is deployed by ECS itself. */
export const service: DoctorCheck = {
  id: "service",
  question: "Service",
  run: (subject) =>
    serviceOf(subject).then(judgeService, (error: Error) => [block("service-unread", error.message, nextOf(error))]),
};

export function judgeService(found: Service): readonly Finding[] {
  const { name, status, taskDefinition, desired } = found;
  if (status !== "ACTIVE")
    return [block("service-inactive", `${name} is ${status}, not ACTIVE`, ["vulcan-ops status"])];
  const foreign = foreignController(found);
  if (foreign.length > 0) return foreign;
  return [
    ok("service-active", `${name} is ACTIVE, deployed by ECS itself: ${taskDefinition}, ${desired} tasks wanted`),
  ];
}
