import type { AlarmSetup } from "../../domain/aws/alarms.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";

/** The alarms that are to be muted, as they are named and as they are. */
export interface Mutable {
  readonly names: readonly string[];
  readonly alarms: readonly AlarmSetup[];
  /** Those that stop a deployment. */
  readonly deploymentAlarms: readonly string[];
}

const MUST_BE_HEARD = "take it out of mutedAlarms";

/** A mute silences every action, scaling and the end of a deployment included: such alarms are refused. */
export function alarmFindings({ names, alarms, deploymentAlarms }: Mutable): readonly Finding[] {
  return names.map((name) => {
    const alarm = alarms.find((one) => one.name === name);
    if (alarm === undefined) return block("alarm-absent", `there is no alarm ${name}`, [MUST_BE_HEARD]);
    const why = objection(alarm, deploymentAlarms);
    return why === undefined
      ? ok("alarm-mutable", `${name} may be muted: it only tells people`)
      : block("alarm-needed", `${name} is not muted: ${why}`, [MUST_BE_HEARD]);
  });
}

function objection({ name, metric, actions, isComposite }: AlarmSetup, deploymentAlarms: readonly string[]) {
  if (actions.some((arn) => arn.includes(":autoscaling:"))) return "auto scaling hangs on it";
  if (deploymentAlarms.includes(name)) return "it stops deployments that go wrong";
  if (/^(Un)?HealthyHostCount$/i.test(metric)) return "it tells when nobody serves";
  if (isComposite) return "it is made of other alarms, and what hangs on those cannot be seen";
  return undefined;
}
