import type { AlertReads } from "../aws/reads.ts";
import type { Target } from "../target.ts";
import { ruleNameOf } from "./names.ts";
import { ECS_SOURCE, failureEvent } from "./wanted.ts";

/**
 * A rule of another hand that sends failed deployments of the service (ARN) somewhere; undefined where none does.
 * EventBridge itself says which pattern matches. `now`: epoch ms.
 */
export async function otherRule(
  service: string,
  alerts: AlertReads,
  target: Target,
  now: number,
): Promise<string | undefined> {
  const own = ruleNameOf(target);
  const all = await alerts.rulesOn(ECS_SOURCE);
  const near = all.filter(({ name, state, targets }) => name !== own && state === "ENABLED" && targets.length > 0);
  for (const { name, pattern } of near)
    if (pattern !== undefined && (await alerts.matches(pattern, failureEvent(service, now)))) return name;
  return undefined;
}
