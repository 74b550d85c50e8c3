import type { HistoryRow, Service } from "../../domain/aws/ecs.ts";
import { notChecked, notTried, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { DoctorCheck } from "../doctor-subject.ts";
import { historyOf, type RollbackCheck } from "../rollback-subject.ts";
import { serviceOf } from "../subject.ts";
import { documentedDeployment } from "./documented-deployment.ts";

/** The documented automatic rollback happens only if the circuit breaker is on and set to roll back. */
export const breaker: DoctorCheck = {
  id: "breaker",
  question: "Circuit breaker",
  run: async (subject) => [judgeBreaker(await serviceOf(subject), subject.target)],
};

export function judgeBreaker(found: Service, target: Target): Finding {
  const setting = judgeSetting(
    found,
    notTried("ECS does not say whether the circuit breaker is on"),
    "off: ECS retries a failing release indefinitely, and never rolls back by itself",
    "on, without rollback: ECS stops a failing release, and does not roll back",
    [documentedDeployment(found, target)],
  );
  return setting ?? ok("breaker-on", "on, with rollback: ECS rolls a failing release back by itself");
}

const ASKS = "what the circuit breaker would fall back to";

export const rollbackBreaker: RollbackCheck = {
  id: "breaker",
  question: ASKS,
  run: async (subject) => [judgeRollbackBreaker(subject.service, subject.wanted.name, await historyOf(subject))],
};

/** A breaker rolls back to the last completed deployment. That may be the very release the operator wants to leave. */
export function judgeRollbackBreaker(service: Service, wanted: string, history: readonly HistoryRow[]): Finding {
  const setting = judgeSetting(
    service,
    notChecked(ASKS, "ECS does not say whether it is on"),
    `circuit breaker is off: if ${wanted} fails to start, ECS retries indefinitely (current tasks keep running)`,
    `circuit breaker without rollback: if ${wanted} fails to start, ECS stops and does not roll back`,
  );
  if (setting !== undefined) return setting;
  const fallback = history.find((row) => row.status === "SUCCESSFUL")?.taskDefinition;
  if (fallback === undefined)
    return warn("breaker-lost", "the circuit breaker has no completed deployment to roll back to");
  const would = `if ${wanted} fails to start, the circuit breaker restores ${fallback}`;
  return fallback === service.taskDefinition
    ? warn("breaker-brings-back", `${would}: the release that you roll back`)
    : ok("breaker-on", would);
}

/** Undefined where ECS takes a failing release back by itself. */
function judgeSetting({ breaker: found }: Service, unknown: Finding, off: string, stays: string, next?: string[]) {
  if (found === undefined) return unknown;
  if (!found.enabled) return warn("breaker-off", off, next);
  return found.rollback ? undefined : warn("breaker-stays", stays, next);
}
