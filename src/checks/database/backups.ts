import { awsLine } from "../../domain/aws/cli-command.ts";
import type { BackupSetup, RestoreWindow } from "../../domain/aws/setup.ts";
import { type CheckFinding, fail, notTried, ok, warn } from "../../domain/diagnosis.ts";
import type { Target } from "../../domain/target.ts";
import { formatDuration } from "../../domain/time.ts";
import type { DoctorCheck } from "../doctor-check.ts";

/** Whether the database can be restored to a point in time, how far back and how close to now. */
export const backups: DoctorCheck = {
  id: "backups",
  title: "Backups",
  async run({ setup, target, now }) {
    const [found, window] = await Promise.all([setup.backups(target.database), setup.restoreWindow(target.database)]);
    return judgeBackups(found, window, target, now);
  },
};

const kept = (days: number | undefined): string =>
  days === undefined ? "kept for a time that RDS does not say" : `kept for ${days} days`;

/** RDS ships its log every five minutes. */
const FAR_BEHIND_SECONDS = 15 * 60;

export function judgeBackups(
  found: BackupSetup | undefined,
  window: RestoreWindow | undefined,
  { database, region }: Target,
  now: number,
): readonly CheckFinding[] {
  if (found === undefined)
    return [fail(`there is no database ${database}`, "vulcan-ops.yaml, targets:  database: NAME")];
  const modify = (change: { readonly [name: string]: number | boolean }) =>
    awsLine(
      {
        service: "rds",
        name: "ModifyDBInstance",
        input: { DBInstanceIdentifier: database, ...change, ApplyImmediately: true },
      },
      region,
    );
  return [
    ...judgeWindow(found, window, modify({ BackupRetentionPeriod: 7 }), now),
    ...(found.status === "storage-full"
      ? [warn("its storage is full: it takes no writes", `${modify({})} --allocated-storage GIBIBYTES`)]
      : []),
    ...judgeDeletion(found, modify({ DeletionProtection: true })),
  ];
}

function judgeDeletion({ deletionProtected }: BackupSetup, fix: string): readonly CheckFinding[] {
  if (deletionProtected === undefined) return [notTried("RDS does not say whether deletion protection is on")];
  return deletionProtected ? [] : [warn("deletion protection is off: one call deletes the database", fix)];
}

function judgeWindow(
  { retentionDays, status }: BackupSetup,
  window: RestoreWindow | undefined,
  fix: string,
  now: number,
): readonly CheckFinding[] {
  if (retentionDays === 0) return [fail("backups are off: the database cannot be restored to a point in time", fix)];
  if (window === undefined)
    return [fail(`${kept(retentionDays)}, but there is none yet to restore from`, "vulcan-ops status")];
  const behind = (now - Date.parse(window.latest)) / 1000;
  const back = formatDuration((now - Date.parse(window.earliest)) / 1000);
  const evidence = `restorable from ${back} ago to ${formatDuration(behind)} ago`;
  if (behind <= FAR_BEHIND_SECONDS) return [ok(`${evidence}, ${kept(retentionDays)}`)];
  return [
    warn(
      `${evidence} (the database is ${status ?? "in a state that RDS does not say"}): what was written since could not be restored`,
      "aws rds describe-events --source-type db-instance --duration 60",
    ),
  ];
}
