import { awsLine } from "../../domain/aws/cli-command.ts";
import type { ServiceSetup } from "../../domain/aws/setup.ts";
import { type Diagnosis, ok, untried, warn } from "../../domain/diagnosis.ts";
import type { Target } from "../../domain/target.ts";
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
