import { type AlarmPlace, alarmPlace, concernsTarget } from "../../domain/aws/alarm-subject.ts";
import type { Alarm } from "../../domain/aws/ecs.ts";
import { counted, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../check.ts";

const MOST_NAMES = 5;

export const alarms: RollbackCheck = {
  question: "which alarms fire",
  validAfterSend: true,
  run: async ({ service, cluster, database, targetGroups }, { aws }) => {
    const [firing, groups] = await Promise.all([aws.alarms(), targetGroups().catch(() => undefined)]);
    return [judgeAlarms(firing, alarmPlace(cluster, service, database, groups))];
  },
};

/** Report these alarms before the revert, so that they are not blamed on it afterwards. */
export function judgeAlarms(firing: readonly Alarm[], place: AlarmPlace): Finding {
  const near = firing.filter(({ watches }) => concernsTarget(watches, place) !== "other");
  const others = firing.length - near.length;
  const rest = others === 0 ? "" : `; ${counted(others, "alarm")} of other resources`;
  if (near.length === 0)
    return ok(
      "alarms-quiet",
      others === 0 ? "0 alarms are in ALARM" : `0 alarms of ${place.service} are in ALARM${rest}`,
    );
  const names = near.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = near.length > MOST_NAMES ? ` and ${near.length - MOST_NAMES} more` : "";
  return warn("alarms-firing", `${counted(near.length, "alarm")} already in ALARM: ${names.join(", ")}${more}${rest}`);
}
