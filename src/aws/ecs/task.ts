import type * as Sdk from "@aws-sdk/client-ecs";
import { type EndedContainer, shortName, type Task } from "../../domain/aws/ecs.ts";

export function toTask(task: Sdk.Task): Task {
  const details = (task.attachments ?? []).flatMap((attachment) => attachment.details ?? []);
  return {
    id: shortName(task.taskArn),
    taskDefinition: shortName(task.taskDefinitionArn),
    status: task.lastStatus ?? "",
    health: task.healthStatus ?? "UNKNOWN",
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
    exitCodes: (task.containers ?? []).flatMap((container) => container.exitCode ?? []),
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    ...(task.stoppingAt && { stoppingAt: task.stoppingAt.toISOString() }),
    ...(task.stoppedAt && { stoppedAt: task.stoppedAt.toISOString() }),
    ended: (task.containers ?? []).flatMap(toEnded),
    addresses: details.filter((detail) => detail.name === "privateIPv4Address").map((detail) => detail.value ?? ""),
  };
}

function toEnded({ name = "", exitCode, reason, lastStatus }: Sdk.Container): EndedContainer[] {
  if (lastStatus !== "STOPPED") return [];
  return [{ name, ...(exitCode === undefined ? {} : { exitCode }), ...(reason === undefined ? {} : { reason }) }];
}
