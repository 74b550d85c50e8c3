import { ALERT_TAG, alertTagOf, isOwnAlert } from "../../domain/alerts/names.ts";
import { ruleSettings } from "../../domain/alerts/rule-settings.ts";
import { standingRule } from "../../domain/alerts/standing.ts";
import type { EventRule } from "../../domain/aws/alerts.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import { alertDeed, type OwnSetting, type PresentSetting } from "./own-setting.ts";

interface RuleTargets {
  readonly name: string;
  /** All of them, whatever made them. */
  readonly targets: EventRule["targets"];
}

export async function readRule({ services, target }: ActionReadContext): Promise<PresentSetting & RuleTargets> {
  const { name, found } = await standingRule(services.aws.alerts, target);
  return {
    name,
    now: found && ruleSettings(found),
    isOurs: found !== undefined && isOwnAlert(found.tags, target),
    targets: found?.targets ?? [],
  };
}

/** How the rule is made, shown and removed. A new one gets our tag; EventBridge ignores tags of one that is there. [D] */
export function ruleSetting(name: string, target: Target): OwnSetting {
  const Tags = [{ Key: ALERT_TAG, Value: alertTagOf(target) }];
  return {
    label: `rule ${name}`,
    deed: alertDeed("the alert on failed deployments"),
    shown: () => "SERVICE_DEPLOYMENT_FAILED of ECS",
    put: (settings, isNew) => ({
      service: "events",
      name: "PutRule",
      input: { ...settings, ...(isNew && { Tags }) },
    }),
    remove: () => ({ service: "events", name: "DeleteRule", input: { Name: name } }),
    identity: {},
  };
}
