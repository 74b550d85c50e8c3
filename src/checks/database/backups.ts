import type { RestoreWindow } from "../../domain/aws/backups.ts";
import { awsLine } from "../../domain/aws/cli-command.ts";
import type { Database, RecoverySource } from "../../domain/aws/rds.ts";
import { type NoRecovery, type Recovery, recoveryError } from "../../domain/aws/recovery.ts";
import { block, notTried, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import { ago, formatDuration } from "../../domain/time.ts";
import type { DoctorCheck } from "../doctor-subject.ts";
import { readRecovery } from "./recovery.ts";

/** Whether the database can be restored to a point in time, how far back and how close to now. */
export const backups: DoctorCheck = {
  id: "backups",
  question: "Backups",
  async run({ reads, target, now }) {
    const found = reads.database(target.database);
    const recovery = await readRecovery(reads.rds, { target, now }, found);
    return judgeBackups(await found, recovery, target, now);
  },
};

const kept = (days: number | undefined): string =>
  days === undefined ? "kept for a time that RDS does not say" : `kept for ${days} days`;

/** RDS ships its log every five minutes. */
const FAR_BEHIND_SECONDS = 15 * 60;

/** What decides whether it can be restored, or lost. */
type Protected = RecoverySource & Pick<Database, "deletionProtected">;

export function judgeBackups(
  found: Protected | undefined,
  recovery: Recovery,
  { database, region }: Target,
  now: number,
): readonly Finding[] {
  if (recovery.kind !== "window" && found === undefined) return [judgeNone(recovery)];
  if (found === undefined) return [notTried("RDS tells of backups, and not of their instance")];
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
    ...(recovery.kind === "window"
      ? judgeWindow(found, recovery.window, now)
      : [judgeNone(recovery, found.retentionDays === 0 ? [modify({ BackupRetentionPeriod: 7 })] : [])]),
    ...(found.status === "storage-full"
      ? [
          warn("storage-full", "its storage is full: it takes no writes", [
            `${modify({})} --allocated-storage GIBIBYTES`,
          ]),
        ]
      : []),
    // Of a member RDS says what is its own, which is none: its cluster is what is protected. [I]
    ...(found.cluster !== undefined ? [] : judgeDeletion(found, modify({ DeletionProtection: true }))),
  ];
}

function judgeDeletion({ deletionProtected }: Protected, fix: string): readonly Finding[] {
  if (deletionProtected === undefined) return [notTried("RDS does not say whether deletion protection is on")];
  return deletionProtected
    ? []
    : [warn("deletion-unprotected", "deletion protection is off: one call deletes the database", [fix])];
}

/** A cluster can be restored, though by lines; the rest cannot be restored to a moment. */
function judgeNone(recovery: NoRecovery, fixes: readonly string[] = []): Finding {
  const { next = [] } = recoveryError(recovery).detail;
  const lines = [...fixes, ...next.filter((line) => line !== "vulcan-ops doctor")];
  const shown = lines.length > 0 ? lines : ["vulcan-ops status"];
  const level = recovery.kind === "cluster" ? warn : block;
  return level(`recovery-${recovery.kind}`, recovery.text, shown);
}

function judgeWindow(
  { retentionDays, status }: RecoverySource,
  { earliest, latest }: RestoreWindow,
  now: number,
): readonly Finding[] {
  const behind = (now - Date.parse(latest)) / 1000;
  const until = `to ${formatDuration(behind)} ago`;
  const evidence =
    earliest === undefined
      ? `restorable ${until} (RDS does not say from when)`
      : `restorable from ${ago(earliest, now)} ${until}`;
  if (behind <= FAR_BEHIND_SECONDS) return [ok("restorable", `${evidence}, ${kept(retentionDays)}`)];
  return [
    warn(
      "restorable-behind",
      `${evidence} (the database is ${status ?? "in a state that RDS does not say"}): what was written since could not be restored`,
      ["aws rds describe-events --source-type db-instance --duration 60"],
    ),
  ];
}
