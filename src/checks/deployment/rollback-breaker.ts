import type { HistoryRow, Service } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RevertCheck } from "../check.ts";

export const breaker: RevertCheck = {
  asks: "what the circuit breaker would fall back to",
  look: async ({ service, wanted, history }) => [judgeBreaker(service, wanted.name, await history())],
};

/** A breaker goes back to the last deployment that completed, and that may be the very release one wants to leave. */
export function judgeBreaker(service: Service, wanted: string, history: readonly HistoryRow[]): Finding {
  if (!service.breaker.enabled)
    return warn(
      "breaker-off",
      `no circuit breaker: if ${wanted} does not start well, ECS tries for ever, and the old tasks stay`,
    );
  if (!service.breaker.goesBack)
    return warn(
      "breaker-stays",
      `the circuit breaker only stops: if ${wanted} does not start well, ECS does not go back`,
    );
  const fallback = history.find((row) => row.status === "SUCCESSFUL")?.taskDefinition;
  if (fallback === undefined)
    return warn("breaker-lost", "the circuit breaker has no completed deployment on record to fall back to");
  const would = `if ${wanted} does not start well, the circuit breaker puts ${fallback} back`;
  return fallback === service.taskDefinition
    ? warn("breaker-brings-back", `${would}: the very revision that you are leaving`)
    : ok("breaker-on", would);
}
