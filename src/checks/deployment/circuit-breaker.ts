import { awsLine } from "../../domain/aws/cli-command.ts";
import type { HistoryRow, Service } from "../../domain/aws/ecs.ts";
import type { ServiceSetup } from "../../domain/aws/setup.ts";
import { type Diagnosis, ok, untried, warn } from "../../domain/diagnosis.ts";
import * as finding from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { RevertCheck } from "../check.ts";
import type { Check } from "../doctor-check.ts";

/** The documented automatic rollback happens only where the circuit breaker is on, and told to roll back. */
export const breaker: Check = {
  id: "breaker",
  title: "Circuit breaker",
  async examine({ setup, target }) {
    const found = await setup.service(target.cluster, target.service);
    return [found === undefined ? untried(`there is no service ${target.service}`) : judgeBreaker(found, target)];
  },
};

export function judgeBreaker(setup: ServiceSetup, { cluster, service, region }: Target): Diagnosis {
  const { breaker: found, minimumHealthyPercent, maximumPercent } = setup;
  const deploymentCircuitBreaker = { enable: true, rollback: true };
  // The whole of it, as in capacity.ts.
  const deploymentConfiguration = { deploymentCircuitBreaker, minimumHealthyPercent, maximumPercent };
  const input = { cluster, service, deploymentConfiguration };
  const fix = awsLine({ service: "ecs", name: "UpdateService", input }, region);
  if (found?.enable !== true)
    return warn("off: ECS starts the tasks of a failing release again and again, and never rolls back by itself", fix);
  if (!found.rollback)
    return warn("on, without rollback: ECS gives a failing release up, and does not put the former one back", fix);
  return ok("on, with rollback: ECS takes a failing release back by itself");
}

export const rollbackBreaker: RevertCheck = {
  asks: "what the circuit breaker would fall back to",
  look: async ({ service, wanted, history }) => [judgeRollbackBreaker(service, wanted.name, await history())],
};

/** A breaker goes back to the last deployment that completed, and that may be the very release one wants to leave. */
export function judgeRollbackBreaker(service: Service, wanted: string, history: readonly HistoryRow[]): Finding {
  if (!service.breaker.enabled)
    return finding.warn(
      "breaker-off",
      `no circuit breaker: if ${wanted} does not start well, ECS tries for ever, and the old tasks stay`,
    );
  if (!service.breaker.goesBack)
    return finding.warn(
      "breaker-stays",
      `the circuit breaker only stops: if ${wanted} does not start well, ECS does not go back`,
    );
  const fallback = history.find((row) => row.status === "SUCCESSFUL")?.taskDefinition;
  if (fallback === undefined)
    return finding.warn("breaker-lost", "the circuit breaker has no completed deployment on record to fall back to");
  const would = `if ${wanted} does not start well, the circuit breaker puts ${fallback} back`;
  return fallback === service.taskDefinition
    ? finding.warn("breaker-brings-back", `${would}: the very revision that you are leaving`)
    : finding.ok("breaker-on", would);
}
