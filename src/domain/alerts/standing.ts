import type { EventRule, WholeAlarm } from "../aws/alerts.ts";
import type { AlertReads } from "../aws/reads.ts";
import type { Target } from "../target.ts";
import { FORMER, isOwnAlert, ruleNameOf } from "./names.ts";

/** The name to use, and what has it now. */
export interface Standing<Found> {
  readonly name: string;
  readonly found?: Found;
}

/** Our rule. One that bears our tag under its former name stays under that name. */
export const standingRule = (alerts: Pick<AlertReads, "rule">, target: Target): Promise<Standing<EventRule>> =>
  standing(ruleNameOf(target), FORMER.rule(target), (name) => alerts.rule(name), target);

/** Our alarm, likewise. */
export const standingAlarm = (
  alerts: Pick<AlertReads, "alarm">,
  { name, former }: { readonly name: string; readonly former: string },
  target: Target,
): Promise<Standing<WholeAlarm>> => standing(name, former, (one) => alerts.alarm(one), target);

async function standing<Found extends { readonly tags: Readonly<Record<string, string>> }>(
  name: string,
  former: string,
  read: (name: string) => Promise<Found | undefined>,
  target: Target,
): Promise<Standing<Found>> {
  const found = await read(name);
  if (found !== undefined && isOwnAlert(found.tags, target)) return { name, found };
  const earlier = await read(former);
  if (earlier !== undefined && isOwnAlert(earlier.tags, target)) return { name: former, found: earlier };
  return { name, ...(found && { found }) };
}
