import type { RestoreWindow } from "../../domain/aws/backups.ts";
import type { Instance, Quota } from "../../domain/aws/rds.ts";
import { windowText } from "../../domain/aws/recovery.ts";
import type { TableFacts } from "../../domain/database/facts.ts";
import { block, counted, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { ago, formatDuration, utcTime } from "../../domain/time.ts";
import { expectedSettings, intendedDifferences } from "./copied-settings.ts";
import { replicaText } from "./replica.ts";
import type { RestoreTime } from "./restore-time.ts";

/** The moment in UTC and relative to now, and its place in the window. */
export function timeFindings(
  { at, how }: RestoreTime,
  window: RestoreWindow,
  source: Instance,
  now: number,
): Finding[] {
  const moment = `${utcTime(at)}, ${ago(at, now)}`;
  return [
    ok("moment", how === undefined ? moment : `${moment}: ${how}`),
    windowFinding(window, source, now),
    ...lagFindings(at, window, source),
  ];
}

function windowFinding(window: RestoreWindow, { id }: Instance, now: number): Finding {
  const text = `${id} can be restored ${windowText(window, now)}`;
  return window.earliest === undefined ? warn("window-begin-unknown", text) : ok("window", text);
}

function lagFindings(at: string, { latest }: RestoreWindow, { id, status }: Instance): Finding[] {
  if (at < latest) return [];
  const ahead = formatDuration((Date.parse(at) - Date.parse(latest)) / 1000 + 1);
  if (status !== "storage-full") return [warn("lag", `RDS cannot restore that moment yet: about ${ahead} to wait`)];
  const text = `${id} is ${status} and ships no log: the newest moment to restore is ${utcTime(latest)}`;
  return [block("log-stopped", text, ["vulcan-ops restore --latest"])];
}

/** Options that are cheaper than a restore. */
export const ALTERNATIVES = ok(
  "alternatives",
  "cheaper first: vulcan-ops rollback for bad code, vulcan-ops migrate down for a bad migration. The restore changes nothing that runs; single rows can be copied back from it",
);

/** Rows that the restored database will not have. */
export function lossFindings(at: string, tables: readonly TableFacts[] | Error | undefined): Finding {
  const lost = `newer than ${utcTime(at)}, and lost by a cutover`;
  if (tables === undefined)
    return warn("loss-unknown", `rows ${lost}, are not known: SQL is not set up (VULCAN_DATABASE_URL)`);
  if (tables instanceof Error) return warn("loss-unknown", `rows ${lost}, are not known: ${tables.message}`);
  const known = tables.filter(({ newer = 0 }) => newer > 0).map(({ table, newer }) => `${table} ${newer}`);
  const uncounted = tables.filter(({ newer }) => newer === undefined).map(({ table }) => table);
  const rest = uncounted.length === 0 ? "" : `; not counted: ${shortened(uncounted)}`;
  if (known.length === 0) return ok("loss", `no known rows ${lost}${rest}`);
  return warn("loss", `rows ${lost}: ${shortened(known)}${rest}, by their own times`);
}

const MOST_NAMED = 8;

const shortened = (names: readonly string[]): string =>
  names.length <= MOST_NAMED
    ? names.join(", ")
    : `${names.slice(0, MOST_NAMED).join(", ")} and ${counted(names.length - MOST_NAMED, "other")}`;

/** Is there room for one more instance? The copy counts like any other. */
export function quotaFindings(quotas: Readonly<Record<string, Quota>>, source: Instance): Finding[] {
  const size = Number(expectedSettings(source).AllocatedStorage);
  return [
    quotaFinding("instances", quotas.DBInstances, 1),
    quotaFinding("GiB of storage", quotas.AllocatedStorage, size),
  ];
}

function quotaFinding(what: string, quota: Quota | undefined, more: number): Finding {
  if (quota === undefined) return warn("quota-unknown", `the account's quota of ${what} is not known`);
  const text = `${quota.used} of ${quota.most} ${what} used; the restore takes ${more}`;
  return quota.used + more > quota.most ? block("quota-full", text) : ok("quota", text);
}

/** RDS names the green side of a Blue/Green deployment like this. [O] */
const replicaName = (name: string): string =>
  /-green-[a-z0-9]{6}$/.test(name) ? `${name} (the green side of an RDS Blue/Green deployment)` : name;

/** What belongs to the source and is not restored, whatever the request says. */
export function leftBehindFindings(source: Instance): Finding[] {
  const { settings, replicas, roles, isPasswordManaged, status, backupCopies: copies = [] } = source;
  const key = settings.StorageEncrypted === true ? `, key ${String(settings.KmsKeyId).split("/").at(-1)}` : "";
  const different = intendedDifferences(source).join(", ");
  const found: (Finding | false)[] = [
    ok(
      "groups",
      `kept settings: ${[settings.VpcSecurityGroupIds].flat().join(", ")}, ${settings.DBSubnetGroupName}, ${settings.DBParameterGroupName}${key}`,
    ),
    status === "storage-full" &&
      warn(
        "storage-grown",
        `${source.id} is ${status}; a copy of the same size would be full, so the copy gets ${different}`,
      ),
    status !== "storage-full" &&
      different !== "" &&
      warn("settings-raised", `RDS refuses these settings of ${source.id} in a copy, so the copy gets ${different}`),
    source.replicaOf !== undefined && warn("source-is-replica", replicaText(source)),
    replicas.length > 0 &&
      warn("replicas-stay", `replicas stay with the old instance: ${replicas.map(replicaName).join(", ")}`),
    roles.length > 0 &&
      warn(
        "roles-stay",
        `IAM roles of the instance are not copied, add them by hand: ${roles.map(({ arn, feature }) => `${feature} ${arn}`).join(", ")}`,
      ),
    isPasswordManaged &&
      warn(
        "password-then",
        `the copy has the password of that moment and no secret: RDS manages the old one in ${source.secret ?? "a secret"}`,
      ),
    copies.length > 0 &&
      warn("backup-copies-stay", `backups of the copy are not copied to other regions: ${copies.join(", ")}`),
  ];
  return found.filter((finding) => finding !== false);
}
