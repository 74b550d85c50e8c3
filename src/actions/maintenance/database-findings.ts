import type { Instance } from "../../domain/aws/rds.ts";
import { block, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { blueGreenFindings } from "../rds/blue-green-findings.ts";
import { replicaText } from "../rds/replica.ts";
import type { PreflightReads } from "./preflight-reads.ts";
import { overlaps } from "./rds-window.ts";
import type { Window } from "./window.ts";

/** In these states an instance serves as usual, and takes changes of its schema. [D: viewing DB instance status] */
const HARMLESS: ReadonlySet<string> = new Set([
  "backing-up",
  "storage-optimization",
  "configuring-enhanced-monitoring",
  "configuring-iam-database-auth",
  "configuring-log-exports",
]);

/** Can the database be migrated, and will RDS leave it alone meanwhile? Without a window only the first. */
export function databaseFindings(reads: PreflightReads, window?: Window): readonly Finding[] {
  const { instance, storage } = reads;
  if (instance instanceof Error) return [notChecked("the state of the database", instance.message)];
  if (instance === undefined && isCluster(reads))
    return [notChecked("the state of the database", "the target's database is the name of a cluster")];
  if (instance === undefined) return [block("database-absent", "there is no such database", ["vulcan-ops status"])];
  return [
    statusOf(instance),
    ...(window === undefined ? [] : windowsOf(instance, window)),
    ...pendingOf(instance),
    ...(instance.replicaOf === undefined ? [] : [warn("database-is-replica", replicaText(instance))]),
    ...blueGreenFindings(instance.id, reads.blueGreen, "migrate"),
    ...roomFor(storage),
  ];
}

/** An instance may be missing because the name is a cluster's. */
const isCluster = ({ restorable }: PreflightReads): boolean =>
  !(restorable instanceof Error) && restorable.kind === "cluster";

function statusOf({ id, status }: Instance): Finding {
  const text = `database ${id} is ${status}`;
  if (status === "available") return ok("database-available", text);
  if (HARMLESS.has(status)) return warn("database-busy", text);
  return block("database-not-available", text, ["the same command once it is available", "vulcan-ops status"]);
}

/** What RDS does in its own windows may stop the database, or slow it down. */
function windowsOf({ settings }: Instance, window: Window): Finding[] {
  const spans = [
    ["maintenance window", settings.PreferredMaintenanceWindow],
    ["backup window", settings.PreferredBackupWindow],
  ] as const;
  return spans.flatMap(([name, span]) =>
    typeof span === "string" && overlaps(span, window)
      ? [warn("rds-window", `RDS's own ${name} of the database (${span} UTC) lies in this window`)]
      : [],
  );
}

function pendingOf({ id, pending }: Instance): Finding[] {
  if (pending.length === 0) return [];
  return [warn("database-pending", `RDS has yet to apply to ${id}: ${pending.join(", ")}`)];
}

const GIB = 1024 ** 3;

/** A migration that rewrites a table needs as much free storage as the table takes. */
function roomFor(storage: PreflightReads["storage"]): Finding[] {
  const asks = "whether the storage has room for a copy of the largest table";
  if (storage instanceof Error) return [notChecked(asks, storage.message)];
  const { free, largest } = storage;
  if (free === undefined) return [notChecked(asks, "no FreeStorageSpace was measured in the last 15 min")];
  const left = `${(free / GIB).toFixed(1)} GiB free`;
  if (largest === undefined) return [notChecked(asks, `${left}; SQL is not set up (VULCAN_DATABASE_URL)`)];
  const text = `${left}; the largest table, ${largest.table}, has ${(largest.bytes / GIB).toFixed(1)} GiB`;
  return [largest.bytes > free ? warn("storage-short", text) : ok("storage", text)];
}
