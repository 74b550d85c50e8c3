/** What the scheduler counts before it decides. Tasks count while their desired status is RUNNING. */
export interface Census {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Tasks of the PRIMARY deployment. `protected` counts the tasks that must not be stopped. */
  readonly primary: { readonly alive: number; readonly healthy: number; readonly protected?: number };
  /** Tasks of all other deployments. `protected` counts the healthy tasks that must not be stopped. */
  readonly old: { readonly alive: number; readonly healthy: number; readonly protected?: number };
  /** Whether the PRIMARY may start tasks. */
  readonly mayStart: boolean;
}

export interface Moves {
  readonly start: number;
  /** Old tasks that are not healthy. They serve no requests, so minimumHealthyPercent does not protect them. */
  readonly stopOldUnhealthy: number;
  readonly stopOldHealthy: number;
  /** PRIMARY tasks beyond the desired count. */
  readonly stopSurplus: number;
  /** The percentages leave no room to start or stop tasks, but the deployment is not finished. */
  readonly stuck: boolean;
}

/** Healthy tasks that the service must keep: a percentage of desired, rounded up [D]. */
export const floorOf = (desired: number, minimumHealthyPercent: number): number =>
  Math.ceil((desired * minimumHealthyPercent) / 100);

/** Tasks that the service may have RUNNING or starting: a percentage of desired, rounded down [D]. */
export const capOf = (desired: number, maximumPercent: number): number => Math.floor((desired * maximumPercent) / 100);

/** One round of the rolling update: stop the tasks that may stop, then start as many as fit. */
export function decide(census: Census): Moves {
  const { desired, primary, old } = census;
  const floor = floorOf(desired, census.minimumHealthyPercent);
  const cap = capOf(desired, census.maximumPercent);
  const spare = Math.max(0, primary.healthy + old.healthy - floor);
  const stopOldUnhealthy = old.alive - old.healthy;
  const replaced = replaceableOld(census, cap);
  const stopOldHealthy = Math.min(old.healthy - (old.protected ?? 0), spare, replaced);
  const surplus = Math.max(0, primary.alive - desired);
  const stopSurplus = Math.min(surplus, primary.alive - (primary.protected ?? 0));
  const room = cap - (primary.alive - stopSurplus) - (old.alive - stopOldUnhealthy - stopOldHealthy);
  const wanted = census.mayStart ? Math.max(0, desired - primary.alive) : 0;
  const start = Math.max(0, Math.min(wanted, room));
  const idle = start + stopOldUnhealthy + stopOldHealthy + stopSurplus === 0;
  const warming = primary.alive > primary.healthy;
  return { start, stopOldUnhealthy, stopOldHealthy, stopSurplus, stuck: idle && wanted > 0 && !warming };
}

/**
 * Old healthy tasks that may stop: one for each healthy new task. If maximumPercent leaves no room for the new tasks,
 * as many as they need.
 */
function replaceableOld(census: Census, cap: number): number {
  const { desired, primary, old } = census;
  const excess = Math.max(0, primary.healthy + old.healthy - desired);
  const missing = census.mayStart ? Math.max(0, desired - primary.alive) : 0;
  const crowded = Math.max(0, primary.alive + old.healthy + missing - cap);
  return Math.max(excess, crowded);
}
