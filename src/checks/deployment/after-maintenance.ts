import type { MuteSummary } from "../../domain/aws/alarms.ts";
import type { ScalingTarget } from "../../domain/aws/ecs.ts";
import { judgeHistory } from "../../domain/aws/revision-history.ts";
import { commandLine } from "../../domain/command-line.ts";
import { type Diagnosis, ok, untried, warn } from "../../domain/diagnosis.ts";
import type { Target } from "../../domain/target.ts";
import type { Check } from "../doctor-check.ts";

/** Whether the revision that a rollback would return to can still be deployed. */
export const goodRevision: Check = {
  id: "revision",
  title: "Good revision",
  async examine({ reads, target: { cluster, service: name }, now, marks }) {
    const [{ taskDefinition }, rows, known] = await Promise.all([
      reads.ecs.service(cluster, name),
      reads.ecs.history(cluster, name),
      marks(),
    ]);
    const [good] = judgeHistory(rows, taskDefinition, now, known).proven;
    if (good === undefined) return [untried("no earlier revision is on record as good")];
    const found = await reads.ecs.taskDefinition(good.taskDefinition);
    return [judgeRevision(good.taskDefinition, found?.status)];
  },
};

export function judgeRevision(name: string, status = "gone"): Diagnosis {
  if (status === "ACTIVE") return ok(`${name} is the newest revision proven good, and ACTIVE`);
  return warn(`${name} is the newest revision proven good, and it is ${status}: a rollback has to go back further`);
}

/** Whether a maintenance has left the service small, or its scaling on hold. */
export const size: Check = {
  id: "size",
  title: "Size",
  async examine({ reads, target }) {
    const { cluster, service: name } = target;
    const [{ desired }, scaling] = await Promise.all([
      reads.ecs.service(cluster, name),
      reads.around.scalingTarget(cluster, name),
    ]);
    return judgeSize(desired, scaling, target);
  },
};

export function judgeSize(
  desired: number,
  scaling: ScalingTarget | undefined,
  { cluster, service }: Target,
): readonly Diagnosis[] {
  const isHeld = scaling !== undefined && (scaling.inSuspended || scaling.outSuspended || scaling.scheduledSuspended);
  const found = [
    ...(desired === 1
      ? [
          warn(
            "one task is wanted: a maintenance scales down to one",
            commandLine`aws ecs update-service --cluster ${cluster} --service ${service} --desired-count N`,
          ),
        ]
      : []),
    ...(isHeld ? [warn("auto scaling is on hold: a maintenance holds it", "vulcan-ops status")] : []),
  ];
  return found.length > 0 ? found : [ok(`${desired} tasks are wanted, and no scaling is on hold`)];
}

/** Whether alarms are kept silent. */
export const mutes: Check = {
  id: "mutes",
  title: "Mute rules",
  examine: async ({ setup }) => judgeMutes(await setup.activeMutes()),
};

export function judgeMutes(active: readonly MuteSummary[]): readonly Diagnosis[] {
  if (active.length === 0) return [ok("no rule keeps alarms silent")];
  return active.map(({ name }) =>
    warn(
      `the rule ${name} keeps alarms silent now`,
      commandLine`aws cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name ${name}`,
    ),
  );
}
