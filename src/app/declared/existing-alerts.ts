import { alarmThatNotifies } from "../../checks/alarms/documented-alarms.ts";
import { isOwnAlert } from "../../domain/alerts/names.ts";
import { otherRule } from "../../domain/alerts/other-rule.ts";
import { standingRule } from "../../domain/alerts/standing.ts";
import type { Watched } from "../../domain/alerts/watched.ts";
import type { AlarmRule } from "../../domain/aws/alarms.ts";
import type { Target } from "../../domain/target.ts";
import type { OpenTarget } from "../open-target.ts";

/** The documented alerts that exist. */
export interface Existing {
  /** A rule not created by vulcan-ops that sends failed deployments. */
  readonly otherRule?: string;
  /** By the name that ours would have: what watches the same, not created by vulcan-ops. */
  readonly others: ReadonlyMap<string, string>;
  /** Names of ours. */
  readonly own: readonly string[];
}

/** `service`: its ARN. Reads only. */
export async function existingAlerts(
  service: string,
  watched: readonly Watched[],
  { services, target, clock }: Pick<OpenTarget, "services" | "target" | "clock">,
): Promise<Existing> {
  const { alerts } = services.aws;
  const [rule, alarms] = await Promise.all([standingRule(alerts, target), services.aws.metricAlarms()]);
  const isOurRule = rule.found !== undefined && isOwnAlert(rule.found.tags, target);
  const other = isOurRule ? undefined : ((await otherRule(service, alerts, clock.now())) ?? rule.found?.name);
  const others = watched.flatMap((one) => otherOf(one, alarms, target));
  const own = watched.filter((one) => isOurs(one, target)).map(({ name }) => name);
  return {
    ...(other !== undefined && { otherRule: other }),
    others: new Map(others),
    own: [...(isOurRule ? [rule.name] : []), ...own],
  };
}

const isOurs = ({ alarm }: Watched, target: Target): boolean => alarm !== undefined && isOwnAlert(alarm.tags, target);

function otherOf(one: Watched, alarms: readonly AlarmRule[], target: Target): readonly [string, string][] {
  if (isOurs(one, target)) return [];
  const found = alarmThatNotifies(alarms, one.metric, [one.thing])?.name;
  if (found !== undefined) return [[one.name, `alarm ${found} watches ${one.metric} already`]];
  return one.alarm === undefined ? [] : [[one.name, `there is an alarm ${one.name}, not created by vulcan-ops`]];
}
