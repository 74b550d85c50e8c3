import type { Output } from "../../http/input.ts";
import type { TaskDefinition } from "../model.ts";
import { date } from "./dates.ts";

/** A revision as registered, with the members that ECS adds. */
export function definitionView(definition: TaskDefinition): Output {
  return {
    taskDefinitionArn: definition.arn,
    ...definition.registered,
    family: definition.family,
    revision: definition.revision,
    status: definition.status,
    volumes: definition.registered.volumes ?? [],
    placementConstraints: definition.registered.placementConstraints ?? [],
    compatibilities: compatibilities(definition),
    requiresAttributes: [{ name: "com.amazonaws.ecs.capability.docker-remote-api.1.18" }],
    registeredAt: date(definition.registeredAt),
    registeredBy: definition.registeredBy,
    deregisteredAt: date(definition.deregisteredAt),
  };
}

/** Where the revision can run. Only `awsvpc` with a stated size fits Fargate. [D] */
function compatibilities({ registered }: TaskDefinition): string[] {
  if (registered.networkMode !== "awsvpc") return ["EXTERNAL", "EC2"];
  return registered.cpu === undefined || registered.memory === undefined ? ["EC2"] : ["EC2", "FARGATE"];
}
