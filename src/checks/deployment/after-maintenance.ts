import type { MuteSummary } from "../../domain/aws/alarms.ts";
import type { ScalingTarget } from "../../domain/aws/ecs.ts";
import { rankRevisions } from "../../domain/aws/revision-history.ts";
import { commandLine } from "../../domain/command-line.ts";
import { counted, notTried, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { type Unfinished, type UnfinishedKind, unfinishedText } from "../../domain/unfinished.ts";
import type { DoctorCheck } from "../doctor-subject.ts";
import { serviceOf } from "../subject.ts";
import { waysOf } from "./autoscaling.ts";

/** Whether the revision that a rollback would return to can still be deployed. */
export const goodRevision: DoctorCheck = {
  id: "revision",
  question: "Good revision",
  async run(subject) {
    const { reads, target, now } = subject;
    const [{ taskDefinition }, rows, known] = await Promise.all([
      serviceOf(subject),
      reads.ecs.history(target.cluster, target.service),
      subject.revisionMarks(),
    ]);
    const [good] = rankRevisions(rows, taskDefinition, now, known).proven;
    if (good === undefined) return [notTried("no earlier revision is on record as good")];
    const found = await reads.ecs.taskDefinition(good.taskDefinition);
    return [judgeRevision(good.taskDefinition, found?.status)];
  },
};

export function judgeRevision(name: string, status = "gone"): Finding {
  if (status === "ACTIVE") return ok("revision-active", `${name} is the newest revision proven good, and ACTIVE`);
  return warn(
    "revision-inactive",
    `${name} is the newest revision proven good, and it is ${status}: a rollback has to go back further`,
  );
}

/** Whether a run has left the service with another size, or its auto scaling suspended. */
export const size: DoctorCheck = {
  id: "size",
  question: "Size",
  async run(subject) {
    const { cluster, service } = subject.target;
    const [{ desired }, scaling, left] = await Promise.all([
      serviceOf(subject),
      subject.reads.around.scalingTarget(cluster, service),
      subject.unfinished(),
    ]);
    return judgeSize(desired, scaling, left);
  },
};

const OF_SIZE: ReadonlySet<UnfinishedKind> = new Set(["size", "fence", "scaling"]);

/** A single task alone is no finding: only what a run left says which size the service should have. */
export function judgeSize(
  desired: number,
  scaling: ScalingTarget | undefined,
  unfinished: readonly Unfinished[],
): readonly Finding[] {
  const left = unfinished.filter(({ kind }) => OF_SIZE.has(kind));
  const isSuspended = scaling !== undefined && waysOf(scaling).suspended.length > 0;
  const isExplained = left.some(({ kind }) => kind === "scaling");
  const found = [
    ...left.map((one) => warn("unfinished", `a run has not put back: ${unfinishedText(one)}`, [one.command])),
    ...(isSuspended && !isExplained
      ? [
          warn("scaling-suspended", "auto scaling is suspended, and no run on record here did that", [
            "vulcan-ops status",
          ]),
        ]
      : []),
  ];
  return found.length > 0
    ? found
    : [ok("size-usual", `${counted(desired, "task")} wanted, and no scaling is suspended`)];
}

/** Whether mute rules silence alarms now. */
export const mutes: DoctorCheck = {
  id: "mutes",
  question: "Mute rules",
  run: async ({ reads }) => judgeMutes(await reads.mutes.activeMutes()),
};

export function judgeMutes(active: readonly MuteSummary[]): readonly Finding[] {
  if (active.length === 0) return [ok("mutes-none", "no rule keeps alarms silent")];
  return active.map(({ name }) =>
    warn("mutes-active", `the rule ${name} keeps alarms silent now`, [
      commandLine`aws cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name ${name}`,
    ]),
  );
}
