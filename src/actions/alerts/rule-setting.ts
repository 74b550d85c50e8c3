import { ALERT_TAG, alertTagOf, isOwnAlert, ruleNameOf } from "../../domain/alerts/names.ts";
import { ruleSettings } from "../../domain/alerts/rule-settings.ts";
import type { EventRule } from "../../domain/aws/alerts.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import type { OwnSetting, PresentSetting } from "./own-setting.ts";

interface RuleTargets {
  /** All of them, of whatever hand. */
  readonly targets: EventRule["targets"];
}

export async function readRule({ services, target }: ActionReadContext): Promise<PresentSetting & RuleTargets> {
  const found = await services.aws.alerts.rule(ruleNameOf(target));
  return {
    now: found && ruleSettings(found),
    isOurs: found !== undefined && isOwnAlert(found.tags, target),
    targets: found?.targets ?? [],
  };
}

/** How the rule is made, shown and removed. A new one gets our tag; EventBridge ignores tags of one that is there. [D] */
export function ruleSetting(target: Target): OwnSetting {
  const name = ruleNameOf(target);
  const Tags = [{ Key: ALERT_TAG, Value: alertTagOf(target) }];
  return {
    label: `rule ${name}`,
    about: "the alert on failed deployments",
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
