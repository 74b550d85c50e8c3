import { counted } from "../finding.ts";
import { roughDuration } from "../rough-duration.ts";
import type { Case } from "./case.ts";
import type { DeploymentOverview, StopsOverview, TargetStatus } from "./target-status.ts";

/** `Release 1.43.0 (:43) is failing: 21 tasks failed ELB health checks in 17 min.` */
export function failureText(one: Pick<Case, "status" | "now" | "name">, deployment: DeploymentOverview): string {
  const { state, why } = failureOf(one, deployment);
  return `Release ${state}: ${why}`;
}

/** The same in two parts: `1.43.0 (:43) is failing`, and why, as the end of a sentence. */
export function failureOf(
  { status, now, name }: Pick<Case, "status" | "now" | "name">,
  { taskDefinition, failed, rollout, since }: DeploymentOverview,
): { readonly state: string; readonly why: string } {
  const release = name(taskDefinition);
  const time = roughDuration((now - Date.parse(since)) / 1000);
  const [stop] = stopsOf(status, taskDefinition);
  const did = stop === undefined ? "failed" : stopVerb(stop);
  const tasks = failed === undefined ? `its tasks ${did}` : `${counted(failed, "task")} ${did} in ${time}`;
  return rollout === "FAILED"
    ? { state: `${release} has failed`, why: `${tasks}. ECS starts no more.` }
    : { state: `${release} is failing`, why: `${tasks}.` };
}

/** Why tasks of a revision stopped, the most frequent first. Those that others replaced have not failed. */
export function stopsOf({ tasks }: Pick<TargetStatus, "tasks">, taskDefinition: string): readonly StopsOverview[] {
  const stops = tasks.known ? tasks.value.stops : [];
  return stops.filter((stop) => stop.taskDefinition === taskDefinition && !isReplaced(stop.reason));
}

export const isReplaced = (reason: string): boolean => /^Scaling activity initiated by/.test(reason);

const VERBS: readonly (readonly [RegExp, string])[] = [
  [/failed ELB health checks/i, "failed ELB health checks"],
  [/failed container health checks/i, "failed container health checks"],
  [/CannotPull/i, "could not pull their image"],
  [/ResourceInitializationError.*secret/is, "could not read their secrets"],
  [/OutOfMemory/i, "ran out of memory"],
];

function stopVerb({ reason, exitCodes = [] }: StopsOverview): string {
  const known = VERBS.find(([pattern]) => pattern.test(reason))?.[1];
  if (known !== undefined) return known;
  if (!/Essential container in task exited/.test(reason)) return "failed";
  return exitCodes.length === 0 ? "exited" : `exited (code ${exitCodes.join(", ")})`;
}
