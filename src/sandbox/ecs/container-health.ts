export type HealthStatus = "UNKNOWN" | "HEALTHY" | "UNHEALTHY";

/** A container's `healthCheck`, in seconds as registered. */
export interface ContainerHealthRule {
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

export interface ContainerHealth {
  readonly status: HealthStatus;
  readonly failures: number;
}

/**
 * One check's effect, `age` seconds after the container started. A pass counts at once; a failure counts only after the
 * start period, unless the container has been healthy before. [D: Docker's rules, which ECS documents as its own]
 */
export function nextHealth(
  rule: ContainerHealthRule,
  before: ContainerHealth,
  age: number,
  passed: boolean,
): ContainerHealth {
  if (passed) return { status: "HEALTHY", failures: 0 };
  if (before.status === "UNKNOWN" && age <= rule.startPeriod) return before;
  const failures = before.failures + 1;
  return { status: failures >= rule.retries ? "UNHEALTHY" : before.status, failures };
}

/** Reads a registered `healthCheck`; the defaults are the API's. */
export function healthRule(check: Readonly<Record<string, unknown>> | undefined): ContainerHealthRule | undefined {
  if (check === undefined) return undefined;
  const seconds = (name: string, otherwise: number): number => Number(check[name] ?? otherwise);
  return {
    interval: seconds("interval", 30),
    timeout: seconds("timeout", 5),
    retries: seconds("retries", 3),
    startPeriod: seconds("startPeriod", 0),
  };
}
