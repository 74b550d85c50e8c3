import type { Alarm } from "../../domain/aws/ecs.ts";
import { counted, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../check.ts";

const MOST_NAMES = 5;

export const alarms: RollbackCheck = {
  question: "which alarms fire",
  validAfterSend: true,
  run: async (_subject, { aws }) => [judgeAlarms(await aws.alarms())],
};

/** Report these alarms before the revert, so that they are not blamed on it afterwards. */
export function judgeAlarms(firing: readonly Alarm[]): Finding {
  if (firing.length === 0) return ok("alarms-quiet", "no alarm fires");
  const names = firing.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = firing.length > MOST_NAMES ? ` and ${firing.length - MOST_NAMES} more` : "";
  return warn("alarms-firing", `${counted(firing.length, "alarm")} in ALARM already: ${names.join(", ")}${more}`);
}
