import type { VerifyContext } from "../../../domain/action.ts";
import type { Deployment, Service } from "../../../domain/aws/ecs.ts";

/** The request for the rollout. Only something newer can have replaced it. */
export interface SentUpdate {
  /** RFC 3339 */
  readonly at: string;
  /** Id of the deployment that was PRIMARY before. */
  readonly primary: string;
}

/** How much AWS's clock and ours may differ when a deployment's time is compared with a request's. */
export const CLOCK_SKEW_MS = 5000;

/** The newest request of this execution for the rollout of `wanted`; undefined if it sent none. */
export function sentUpdate(
  wanted: string,
  { earlierAttempts = [] }: Pick<VerifyContext<unknown>, "earlierAttempts">,
): SentUpdate | undefined {
  const found = earlierAttempts.findLast(({ basis, operation }) => {
    const named = operation?.input.taskDefinition ?? wanted;
    return typeof basis?.primary === "string" && named === wanted;
  });
  return found?.confirmedAt === undefined
    ? undefined
    : { at: found.confirmedAt, primary: String(found.basis?.primary) };
}

/**
 * Whether the read is stale, however often it comes: a deployment from before the request has replaced nothing. An
 * event that is newer than the request shows that the read is not stale.
 */
export function isFromBeforeUpdate(
  wanted: string,
  primary: Deployment,
  { deployments, events }: Service,
  sent: SentUpdate | undefined,
): boolean {
  if (sent === undefined) return false;
  const at = Date.parse(sent.at);
  if (events.some((event) => Date.parse(event.at) > at + CLOCK_SKEW_MS)) return false;
  if (primary.id === sent.primary) return true;
  const isNewer = deployments.some((own) => own.taskDefinition === wanted && own.createdAt < primary.createdAt);
  return !isNewer && Date.parse(primary.createdAt) < at - CLOCK_SKEW_MS;
}
