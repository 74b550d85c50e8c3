/** What the scheduler counts before it decides. Tasks count while their desired status is RUNNING. */
export interface Census {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Tasks of the PRIMARY deployment; `protected` counts those that may not be stopped, of the old ones the healthy. */
  readonly primary: { readonly alive: number; readonly healthy: number; readonly protected?: number };
  /** Tasks of all other deployments. */
  readonly old: { readonly alive: number; readonly healthy: number; readonly protected?: number };
  /** Whether the PRIMARY may start tasks at all. */
  readonly mayStart: boolean;
}

export interface Moves {
  readonly start: number;
  /** Old tasks that are not healthy: they serve nobody, so the floor does not protect them. */
  readonly stopOldUnhealthy: number;
  readonly stopOldHealthy: number;
  /** PRIMARY tasks beyond the desired count. */
  readonly stopSurplus: number;
  /** Neither percentage leaves room to move, though the work is not done. */
  readonly stuck: boolean;
}

/** Healthy tasks the service must keep: a percentage of desired, rounded up [D]. */
export const floorOf = (desired: number, minimumHealthyPercent: number): number =>
  Math.ceil((desired * minimumHealthyPercent) / 100);

/** Tasks the service may have RUNNING or on their way there: a percentage of desired, rounded down [D]. */
export const capOf = (desired: number, maximumPercent: number): number => Math.floor((desired * maximumPercent) / 100);

/** One round of the rolling update: stop what may go, then start what fits. */
export function decide(census: Census): Moves {
  const { desired, primary, old } = census;
  const floor = floorOf(desired, census.minimumHealthyPercent);
  const cap = capOf(desired, census.maximumPercent);
  const spare = Math.max(0, primary.healthy + old.healthy - floor);
  const stopOldUnhealthy = old.alive - old.healthy;
  const replaced = oldNoLongerNeeded(census, cap);
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
 * Old healthy tasks that may go: one for each healthy new one, and, where the cap leaves the new ones no room, as
 * many as make room for them.
 */
function oldNoLongerNeeded(census: Census, cap: number): number {
  const { desired, primary, old } = census;
  const excess = Math.max(0, primary.healthy + old.healthy - desired);
  const missing = census.mayStart ? Math.max(0, desired - primary.alive) : 0;
  const crowded = Math.max(0, primary.alive + old.healthy + missing - cap);
  return Math.max(excess, crowded);
}
