/** `deploymentCircuitBreaker` of a deployment configuration, with its defaults filled in. */
export interface Breaker {
  readonly enable: boolean;
  readonly rollback: boolean;
  readonly resetOnHealthyTask: boolean;
  readonly threshold: { readonly type: string; readonly value: number };
}

/** Reads the breaker from a `deploymentConfiguration`; it is off when absent. [D: defaults] */
export function breakerOf(configuration: Readonly<Record<string, unknown>>): Breaker {
  const given = (configuration.deploymentCircuitBreaker ?? {}) as Record<string, unknown>;
  const threshold = (given.thresholdConfiguration ?? {}) as Record<string, unknown>;
  return {
    enable: given.enable === true,
    rollback: given.rollback === true,
    resetOnHealthyTask: given.resetOnHealthyTask !== false,
    threshold: { type: String(threshold.type ?? "BOUNDED_PERCENT"), value: Number(threshold.value ?? 50) },
  };
}

/** How many failed tasks trip the breaker: 3 for a desired count of 1 to 6, 200 at most. [D] */
export function thresholdOf(breaker: Breaker, desired: number): number {
  const { type, value } = breaker.threshold;
  if (type === "COUNT") return value;
  const share = Math.ceil((value * desired) / 100);
  return type === "UNBOUNDED_PERCENT" ? share : Math.min(200, Math.max(3, share));
}
