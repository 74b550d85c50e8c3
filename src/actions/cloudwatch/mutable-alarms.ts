import type { AlarmSetup } from "../../domain/aws/alarms.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";

/** The alarms to be muted: their configured names, and their setup in CloudWatch. */
export interface MutableAlarms {
  readonly names: readonly string[];
  readonly alarms: readonly AlarmSetup[];
  /** Alarms that stop a deployment; undefined where ECS does not say. */
  readonly deploymentAlarms: readonly string[] | undefined;
}

const NEVER_MUTED = "take it out of mutedAlarms";

/** A mute rule silences every action of an alarm, also scaling and the end of a deployment. Refuse such alarms. */
export function alarmFindings({ names, alarms, deploymentAlarms }: MutableAlarms): readonly Finding[] {
  return names.map((name) => {
    const alarm = alarms.find((one) => one.name === name);
    if (alarm === undefined) return block("alarm-absent", `there is no alarm ${name}`, [NEVER_MUTED]);
    const why = objection(alarm, deploymentAlarms);
    return why === undefined
      ? ok("alarm-mutable", `${name} may be muted: it only notifies`)
      : block("alarm-needed", `${name} is not muted: ${why}`, [NEVER_MUTED]);
  });
}

function objection(
  { name, metric, actions, isComposite }: AlarmSetup,
  deploymentAlarms: MutableAlarms["deploymentAlarms"],
) {
  if (actions.some((arn) => arn.includes(":autoscaling:"))) return "auto scaling uses it";
  if (deploymentAlarms === undefined) return "ECS does not say which alarms stop its deployments";
  if (deploymentAlarms.includes(name)) return "it stops failing deployments";
  if (/^(Un)?HealthyHostCount$/i.test(metric)) return "it reports an outage";
  if (isComposite) return "it combines other alarms, whose use is not known";
  return undefined;
}
