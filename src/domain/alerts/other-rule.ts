import { isTopic } from "../aws/arn.ts";
import type { AlertReads } from "../aws/reads.ts";
import { ECS_SOURCE, failureEvent } from "./wanted.ts";

/**
 * A rule that sends failed deployments of the service (ARN) to a topic; undefined where none does. EventBridge itself says
 * which pattern matches. Asked only where ours is not there. `now`: epoch ms.
 */
export async function otherRule(service: string, alerts: AlertReads, now: number): Promise<string | undefined> {
  const all = await alerts.rulesOn(ECS_SOURCE);
  const near = all.filter(({ state, targets }) => state === "ENABLED" && targets.some(({ arn }) => isTopic(arn)));
  for (const { name, pattern } of near)
    if (pattern !== undefined && (await alerts.matches(pattern, failureEvent(service, now)))) return name;
  return undefined;
}
