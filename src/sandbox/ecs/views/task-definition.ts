import type { Output } from "../../wire/payload.ts";
import type { TaskDefinition } from "../model.ts";
import { date } from "./dates.ts";

/** A revision as registered, with what the service adds. */
export function definitionView(definition: TaskDefinition): Output {
  return {
    taskDefinitionArn: definition.arn,
    ...definition.registered,
    family: definition.family,
    revision: definition.revision,
    status: definition.status,
    volumes: definition.registered.volumes ?? [],
    placementConstraints: [],
    compatibilities: ["EC2", "FARGATE"],
    requiresAttributes: [{ name: "com.amazonaws.ecs.capability.docker-remote-api.1.18" }],
    registeredAt: date(definition.registeredAt),
    registeredBy: definition.registeredBy,
    deregisteredAt: date(definition.deregisteredAt),
  };
}
