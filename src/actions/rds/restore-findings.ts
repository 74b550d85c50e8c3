import type { RestoreWindow } from "../../domain/aws/backups.ts";
import type { Instance, Quota } from "../../domain/aws/rds.ts";
import { windowText } from "../../domain/aws/recovery.ts";
import type { TableFacts } from "../../domain/database/facts.ts";
import { block, counted, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { ago, formatDuration, localTime, utcTime } from "../../domain/time.ts";
import { expectedSettings, intendedDifferences } from "./copied-settings.ts";
import { replicaText } from "./replica.ts";
import type { RestoreTime } from "./restore-time.ts";

/** The moment in UTC, in local time and relative to now, and its place in the window. */
export function timeFindings(
  { at, how }: RestoreTime,
  window: RestoreWindow,
  source: Instance,
  now: number,
): Finding[] {
  const moment = `${utcTime(at)}, here ${localTime(at)}, ${ago(at, now)}`;
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
  if (status !== "storage-full")
    return [warn("lag", `RDS has not got that far yet: ${ahead} are missing, and waited for`)];
  const text = `${id} is ${status} and ships no more of its log: nothing later than ${utcTime(latest)} can be restored`;
  return [block("log-stopped", text, ["vulcan-ops restore --latest"])];
}

/** Options that are cheaper than a restore. */
export const ALTERNATIVES = ok(
  "alternatives",
  "first: is the code alone at fault? vulcan-ops rollback loses nothing. Is it a migration? vulcan-ops migrate down. This restore changes nothing that is there; rows alone can be copied back out of it",
);

/** Rows that the restored database will not have. */
export function lossFindings(at: string, tables: readonly TableFacts[] | Error | undefined): Finding {
  const lost = `written after ${utcTime(at)} and not in it`;
  if (tables === undefined)
    return warn("loss-unknown", `what was ${lost} is unknown: SQL is not set up (VULCAN_DATABASE_URL)`);
  if (tables instanceof Error) return warn("loss-unknown", `what was ${lost} is unknown: ${tables.message}`);
  const known = tables.filter(({ newer = 0 }) => newer > 0).map(({ table, newer }) => `${table} ${newer}`);
  const uncounted = tables.filter(({ newer }) => newer === undefined).map(({ table }) => table);
  const rest = uncounted.length === 0 ? "" : `; unknown of ${shortened(uncounted)}`;
  if (known.length === 0) return ok("loss", `no row is known to be ${lost}${rest}`);
  return warn("loss", `rows ${lost}, by their own times: ${shortened(known)}${rest}`);
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
  if (quota === undefined) return warn("quota-unknown", `how many ${what} this account may have is not told`);
  const text = `${quota.used} of ${quota.most} ${what} are taken, and it takes ${more}`;
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
      `stated as they are: ${[settings.VpcSecurityGroupIds].flat().join(", ")}, ${settings.DBSubnetGroupName}, ${settings.DBParameterGroupName}${key}`,
    ),
    status === "storage-full" &&
      warn("storage-grown", `${source.id} is ${status}; a copy of its size would be as full, so it gets ${different}`),
    status !== "storage-full" &&
      different !== "" &&
      warn("settings-raised", `RDS takes no copy with these settings of ${source.id}, so it gets ${different}`),
    source.replicaOf !== undefined && warn("source-is-replica", replicaText(source)),
    replicas.length > 0 && warn("replicas-stay", `its replicas stay with it: ${replicas.map(replicaName).join(", ")}`),
    roles.length > 0 &&
      warn(
        "roles-stay",
        `its roles do not come along, and have to be added by hand: ${roles.map(({ arn, feature }) => `${feature} ${arn}`).join(", ")}`,
      ),
    isPasswordManaged &&
      warn(
        "password-then",
        `RDS keeps its password in ${source.secret ?? "a secret"}: the copy has the password of that moment, and no secret`,
      ),
    copies.length > 0 &&
      warn(
        "backup-copies-stay",
        `copies of its backups in other regions are not made of those of the copy: ${copies.join(", ")}`,
      ),
  ];
  return found.filter((finding) => finding !== false);
}
