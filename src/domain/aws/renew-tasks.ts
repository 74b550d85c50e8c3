import type { JsonObject } from "../json.ts";
import type { Target } from "../target.ts";
import { awsLine } from "./cli-command.ts";

/** The line that gives the service new tasks: a task keeps ECS Exec and its platform as they were when it started. */
export function renewTasks({ cluster, service, region }: Target, change: JsonObject = {}): string {
  const input = { cluster, service, ...change, forceNewDeployment: true };
  return awsLine({ service: "ecs", name: "UpdateService", input }, region);
}
