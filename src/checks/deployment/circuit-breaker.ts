import { awsLine } from "../../domain/aws/cli-command.ts";
import type { HistoryRow, Service } from "../../domain/aws/ecs.ts";
import type { ServiceSetup } from "../../domain/aws/setup.ts";
import { type CheckFinding, notTried, ok, warn } from "../../domain/diagnosis.ts";
import * as finding from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { RollbackCheck } from "../check.ts";
import type { DoctorCheck } from "../doctor-check.ts";

/** The documented automatic rollback happens only if the circuit breaker is on and set to roll back. */
export const breaker: DoctorCheck = {
  id: "breaker",
  title: "Circuit breaker",
  async run({ setup, target }) {
    const found = await setup.service(target.cluster, target.service);
    return [found === undefined ? notTried(`there is no service ${target.service}`) : judgeBreaker(found, target)];
  },
};

export function judgeBreaker(setup: ServiceSetup, { cluster, service, region }: Target): CheckFinding {
  const { breaker: found, minimumHealthyPercent, maximumPercent } = setup;
  if (found === undefined) return notTried("ECS does not say whether the circuit breaker is on");
  const deploymentCircuitBreaker = { enable: true, rollback: true };
  // The whole of it, as in capacity.ts.
  const deploymentConfiguration = {
    deploymentCircuitBreaker,
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(maximumPercent !== undefined && { maximumPercent }),
  };
  const input = { cluster, service, deploymentConfiguration };
  const fix = awsLine({ service: "ecs", name: "UpdateService", input }, region);
  if (!found.enable)
    return warn("off: ECS retries a failing release indefinitely, and never rolls back by itself", fix);
  if (!found.rollback) return warn("on, without rollback: ECS stops a failing release, and does not roll back", fix);
  return ok("on, with rollback: ECS rolls a failing release back by itself");
}

const ASKS = "what the circuit breaker would fall back to";

export const rollbackBreaker: RollbackCheck = {
  question: ASKS,
  run: async ({ service, wanted, history }) => [judgeRollbackBreaker(service, wanted.name, await history())],
};

/** A breaker rolls back to the last completed deployment. That may be the very release the operator wants to leave. */
export function judgeRollbackBreaker(service: Service, wanted: string, history: readonly HistoryRow[]): Finding {
  if (service.breaker === undefined) return finding.notChecked(ASKS, "ECS does not say whether it is on");
  if (!service.breaker.enabled)
    return finding.warn(
      "breaker-off",
      `circuit breaker is off: if ${wanted} fails to start, ECS retries indefinitely (current tasks keep running)`,
    );
  if (!service.breaker.rollback)
    return finding.warn(
      "breaker-stays",
      `circuit breaker without rollback: if ${wanted} fails to start, ECS stops and does not roll back`,
    );
  const fallback = history.find((row) => row.status === "SUCCESSFUL")?.taskDefinition;
  if (fallback === undefined)
    return finding.warn("breaker-lost", "the circuit breaker has no completed deployment to roll back to");
  const would = `if ${wanted} fails to start, the circuit breaker restores ${fallback}`;
  return fallback === service.taskDefinition
    ? finding.warn("breaker-brings-back", `${would}: the release that you roll back`)
    : finding.ok("breaker-on", would);
}
