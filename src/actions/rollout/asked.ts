import type { Waiting } from "../../domain/action.ts";
import type { Deployment, Service } from "../../domain/aws/ecs.ts";

/** What asked for the rollout: only what is newer can have replaced it. */
export interface Asked {
  /** RFC 3339 */
  readonly at: string;
  /** Id of the deployment that was PRIMARY before. */
  readonly primary: string;
}

/** AWS's clock and ours may differ by this when a deployment's time is compared with a request's. */
export const CLOCK_SKEW_MS = 5000;

/** The newest request of this execution for the rollout of `wanted`; undefined where it asked for none. */
export function askedFor(wanted: string, { earlier = [] }: Pick<Waiting<unknown>, "earlier">): Asked | undefined {
  const found = earlier.findLast(({ basis, operation }) => {
    const named = operation?.input.taskDefinition ?? wanted;
    return typeof basis?.primary === "string" && named === wanted;
  });
  return found?.confirmedAt === undefined
    ? undefined
    : { at: found.confirmedAt, primary: String(found.basis?.primary) };
}

/**
 * A stale read, however often it comes: a deployment that was there before the request has replaced nothing. An event
 * that is newer than the request shows that the read is not stale.
 */
export function isFromBefore(
  wanted: string,
  primary: Deployment,
  { deployments, events }: Service,
  asked: Asked | undefined,
): boolean {
  if (asked === undefined) return false;
  const at = Date.parse(asked.at);
  if (events.some((event) => Date.parse(event.at) > at + CLOCK_SKEW_MS)) return false;
  if (primary.id === asked.primary) return true;
  const isNewer = deployments.some((own) => own.taskDefinition === wanted && own.createdAt < primary.createdAt);
  return !isNewer && Date.parse(primary.createdAt) < at - CLOCK_SKEW_MS;
}
