import { foreignController } from "../../checks/deployment/controller.ts";
import type { RestoreWindow } from "../../domain/aws/backups.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { NAME_THE_LOCK, otherLocksText, splitByConcern } from "../../domain/database/locks.ts";
import { block, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { ago, formatDuration, utcTime } from "../../domain/time.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";
import { describeSession } from "./lock-waits.ts";
import type { PreflightReads } from "./preflight-reads.ts";

/** Nothing may be in progress: neither a deployment nor a migration. */
export function inProgressFindings({ service, locks }: PreflightReads): readonly Finding[] {
  const primary = primaryOf(service);
  const isMoving = service.deployments.length > 1 || primary?.rollout === "IN_PROGRESS";
  const found: (Finding | false)[] = [
    isMoving && block("deployment-in-flight", `${service.taskDefinition} is still deploying`, ["vulcan-ops status"]),
    primary?.rollout === "FAILED" &&
      warn("deployment-failed", `the last deployment, of ${service.taskDefinition}, is FAILED`),
    !isMoving && ok("nothing-in-flight", `no deployment is in progress: ${service.taskDefinition} is deployed`),
    missing(service),
  ];
  return [...foreignController(service), ...found.filter((one) => one !== false), ...lockFindings(locks)];
}

function missing({ running, desired }: Service): Finding | false {
  if (running === undefined) return notChecked("whether all tasks run", "ECS does not say how many do");
  return running < desired && warn("tasks-missing", `${running} of ${desired} tasks run`);
}

function lockFindings(locks: PreflightReads["locks"]): readonly Finding[] {
  const asks = "whether a migration is running";
  if (locks === undefined) return [notChecked(asks, "SQL is not set up (VULCAN_DATABASE_URL)")];
  if (locks instanceof Error) return [notChecked(asks, locks.message)];
  const { concerned, others } = splitByConcern(locks);
  const who = concerned.map(describeSession).join(", ");
  return [
    ...(concerned.length === 0
      ? []
      : [block("migration-under-way", `the migration locks are held: ${who}`, ["vulcan-ops migrate status"])]),
    ...(others.length === 0 ? [] : [warn("other-locks", otherLocksText(others), [NAME_THE_LOCK])]),
  ];
}

/** RDS ships the log every five minutes. If it is far behind, the newest changes could not be restored. */
const LATE_MS = 15 * 60_000;

/** Can the database be restored to the moment before the window? */
export function backupFindings({ restorable, now }: PreflightReads): readonly Finding[] {
  if (restorable instanceof Error) return [notChecked("point-in-time recovery", restorable.message)];
  if (restorable.kind === "window") return [reach(restorable.window, "", now)];
  const { kind, text, lines, window } = restorable;
  if (window !== undefined) return [reach(window, " of the cluster", now)];
  if (kind === "cluster") return [warn("recovery-by-cluster", text, lines)];
  return [block("no-recovery", `point-in-time recovery does not cover the database: ${text}`, ["vulcan-ops doctor"])];
}

function reach({ earliest, latest }: RestoreWindow, of: string, now: number): Finding {
  const behind = now - Date.parse(latest);
  const since = earliest === undefined ? "from an unknown time" : `from ${ago(earliest, now)}`;
  const text = `point-in-time recovery${of} ${since} to ${utcTime(latest)}, ${formatDuration(behind / 1000)} behind`;
  return behind > LATE_MS ? warn("recovery-late", text) : ok("recovery", text);
}
