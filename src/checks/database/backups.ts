import { awsLine } from "../../domain/aws/cli-command.ts";
import type { BackupSetup, RestoreWindow } from "../../domain/aws/setup.ts";
import { type Diagnosis, fail, ok, warn } from "../../domain/diagnosis.ts";
import type { Target } from "../../domain/target.ts";
import { formatDuration } from "../../domain/time.ts";
import type { Check } from "../doctor-check.ts";

/** Whether the database can be restored to a point in time, how far back and how close to now. */
export const backups: Check = {
  id: "backups",
  title: "Backups",
  async examine({ setup, target, now }) {
    const [found, window] = await Promise.all([setup.backups(target.database), setup.restoreWindow(target.database)]);
    return judgeBackups(found, window, target, now);
  },
};

/** RDS ships its log every five minutes. */
const FAR_BEHIND_SECONDS = 15 * 60;

export function judgeBackups(
  found: BackupSetup | undefined,
  window: RestoreWindow | undefined,
  { database, region }: Target,
  now: number,
): readonly Diagnosis[] {
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
    ...(found.deletionProtected
      ? []
      : [warn("deletion protection is off: one call deletes the database", modify({ DeletionProtection: true }))]),
  ];
}

function judgeWindow(
  { retentionDays, status }: BackupSetup,
  window: RestoreWindow | undefined,
  fix: string,
  now: number,
): readonly Diagnosis[] {
  if (retentionDays === 0) return [fail("backups are off: the database cannot be restored to a point in time", fix)];
  if (window === undefined)
    return [fail(`kept for ${retentionDays} days, but there is none yet to restore from`, "vulcan-ops status")];
  const behind = (now - Date.parse(window.latest)) / 1000;
  const back = formatDuration((now - Date.parse(window.earliest)) / 1000);
  const evidence = `restorable from ${back} ago to ${formatDuration(behind)} ago`;
  if (behind <= FAR_BEHIND_SECONDS) return [ok(`${evidence}, kept for ${retentionDays} days`)];
  return [
    warn(
      `${evidence} (the database is ${status}): what was written since could not be restored`,
      "aws rds describe-events --source-type db-instance --duration 60",
    ),
  ];
}
