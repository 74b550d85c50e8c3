import { guardError, OpsError, usageError } from "../error.ts";
import { ago, utcTime } from "../time.ts";
import type { AutomatedBackup, Cluster, RestoreWindow, Snapshot } from "./backups.ts";
import type { RecoverySource, Settings } from "./rds.ts";
import { besideName, clusterLines, pointInTimeLine, snapshotLine } from "./recovery-lines.ts";

/** What was read of a database and its backups. A read that failed is its Error. */
export interface RecoveryFacts {
  readonly id: string;
  readonly region: string | undefined;
  /** Undefined where the account has no such instance. */
  readonly source: RecoverySource | undefined;
  readonly backups: readonly AutomatedBackup[] | Error;
  /** Newest first. */
  readonly snapshots: readonly Snapshot[] | Error;
  /** The cluster that the instance is a member of, or that has the name itself. */
  readonly cluster: Cluster | Error | undefined;
  /** Of the instance; undefined where they are not known. */
  readonly settings: Settings | undefined;
  /** RFC 3339: the moment for the lines; left out, the latest one. */
  readonly to?: string | undefined;
  /** Epoch ms. */
  readonly now: number;
}

/** Whether a database can be restored to a moment by this program, and if not, why and how else. */
export type Recovery =
  | { readonly kind: "window"; readonly window: RestoreWindow }
  | {
      readonly kind: "cluster" | "deleted" | "unfit" | "off" | "none-yet" | "absent";
      readonly text: string;
      /** What restores it by hand. */
      readonly lines: readonly string[];
      /** How far the cluster's own backups reach, where they are known. */
      readonly window?: RestoreWindow;
    };

export type NoRecovery = Exclude<Recovery, { readonly kind: "window" }>;

/** States in which an instance has nothing to restore from, or will soon be gone. */
const UNFIT: readonly string[] = ["creating", "deleting", "failed", "restore-error", "incompatible-restore"];

/** The window that RDS tells of an instance, by its automated backups, or else by the instance itself. */
export function windowOf(
  { latestRestorableTime: latest }: Pick<RecoverySource, "latestRestorableTime">,
  backups: readonly AutomatedBackup[],
): RestoreWindow | undefined {
  // The name may have belonged to deleted instances whose backups are kept. Those belong to another database.
  const active = backups.find(({ status }) => status === "active");
  return active?.window ?? (latest === undefined ? undefined : { latest });
}

/** The one answer, for every screen, to "can this database be restored, and how?". */
export function judgeRecovery(facts: RecoveryFacts): Recovery {
  const { id, source, backups, cluster } = facts;
  if (source === undefined) return withoutInstance(facts);
  if (source.cluster !== undefined) return memberOf(source.cluster, facts);
  if (backups instanceof Error) throw backups;
  const window = windowOf(source, backups);
  if (source.status !== undefined && UNFIT.includes(source.status))
    return {
      kind: "unfit",
      text: `${id} is ${source.status}: RDS does not restore from it${rest(facts)}`,
      ...by(facts),
    };
  if (window !== undefined) return { kind: "window", window };
  if (source.retentionDays === 0) {
    const text = `backups of ${id} are off: it cannot be restored to a point in time${rest(facts)}`;
    return { kind: "off", text, ...by(facts) };
  }
  const kept = source.retentionDays === undefined ? "" : `, kept for ${source.retentionDays} days`;
  const text = `${id} has no automated backup${kept} yet: there is none yet to restore from${rest(facts)}`;
  return { kind: "none-yet", text, ...by(facts) };

  function by(known: RecoveryFacts): { readonly lines: readonly string[] } {
    return { lines: cluster === undefined ? snapshotLines(known, besideName(id)) : [] };
  }
}

function memberOf(name: string, { id, region, cluster, settings, to, now }: RecoveryFacts): Recovery {
  const what = `${id} is a member of the cluster ${name}: clusters are restored as a whole, by another call`;
  const why = cluster instanceof Error ? ` (${cluster.message})` : "";
  const found = cluster instanceof Error ? undefined : cluster;
  return clusterAnswer(what, name, found, { id, region, settings, to, now }, why);
}

type Asking = Pick<RecoveryFacts, "id" | "region" | "settings" | "to" | "now">;

function clusterAnswer(what: string, name: string, found: Cluster | undefined, asking: Asking, why = ""): Recovery {
  const { id, region, settings, to, now } = asking;
  const window = found?.window;
  const reach =
    window === undefined
      ? `how far its backups reach is not known${why}`
      : `its backups reach ${windowText(window, now)}`;
  return {
    kind: "cluster",
    text: `${what}; ${reach}`,
    lines: clusterLines({ name, found, member: id, settings, to }, region),
    ...(window && { window }),
  };
}

/** The instance is gone, or never was. Its backups and snapshots outlive it. */
function withoutInstance(facts: RecoveryFacts): Recovery {
  const { id, region, backups, snapshots, cluster, to, now } = facts;
  if (cluster !== undefined && !(cluster instanceof Error))
    return clusterAnswer(`${id} is a cluster, and no instance: it is restored by another call`, id, cluster, facts);
  const left = backups instanceof Error ? [] : backups.filter(({ window }) => window !== undefined);
  const taken = snapshots instanceof Error ? [] : usable(snapshots);
  if (left.length + taken.length === 0) {
    const unread = [backups, snapshots].find((one) => one instanceof Error) as Error | undefined;
    const doubt = unread === undefined ? "" : `; whether backups of it are left is not known: ${unread.message}`;
    const other = cluster === undefined ? "" : `; whether it is a cluster is not known: ${cluster.message}`;
    return { kind: "absent", text: `there is no database ${id}${doubt}${other}`, lines: [] };
  }
  const newestFirst = [...left].sort((a, b) => ((a.window?.latest ?? "") < (b.window?.latest ?? "") ? 1 : -1));
  const reach = newestFirst.map(({ window }) => (window === undefined ? "" : windowText(window, now))).join("; ");
  const retained =
    left.length > 0
      ? `its retained backups reach ${reach}`
      : `no automated backup of it ${unreadOr(backups, "is left")}`;
  const holding = newestFirst.filter(({ window }) => to === undefined || holds(window, to));
  const beyond = to !== undefined && left.length > 0 && holding.length === 0 ? `, none of them ${utcTime(to)}` : "";
  return {
    kind: "deleted",
    text: `the instance ${id} is deleted; ${retained}${beyond}${rest(facts)}. ${WITHOUT_GROUPS}`,
    lines: [
      ...holding.slice(0, MOST_LINES).map((backup) => pointInTimeLine(backup, id, to, region)),
      ...snapshotLines(facts, id),
    ],
  };
}

/** RDS refuses any other moment. It may not say from when. */
const holds = (window: RestoreWindow | undefined, to: string): boolean =>
  window !== undefined &&
  Date.parse(to) <= Date.parse(window.latest) &&
  (window.earliest === undefined || Date.parse(window.earliest) <= Date.parse(to));

const WITHOUT_GROUPS = "A backup holds no subnet, security and parameter groups: add them to the line";

const unreadOr = (read: unknown, fact: string): string => (read instanceof Error ? `is known (${read.message})` : fact);

/** Newest snapshots to be named. */
const MOST_LINES = 3;

const usable = (snapshots: readonly Snapshot[]): readonly Snapshot[] => {
  const there = snapshots.filter(({ status }) => status === "available");
  const manual = there.filter(({ type }) => type !== "automated");
  return manual.length > 0 ? manual : there;
};

function snapshotLines({ snapshots, settings, region }: RecoveryFacts, name: string): readonly string[] {
  if (snapshots instanceof Error) return [];
  return usable(snapshots)
    .slice(0, MOST_LINES)
    .map(({ id }) => snapshotLine(id, name, settings, region));
}

/** Snapshots that are there beside. */
function rest({ snapshots, now }: RecoveryFacts): string {
  if (snapshots instanceof Error) return `; its snapshots are not known (${snapshots.message})`;
  const [newest] = usable(snapshots);
  if (newest === undefined) return "; there is no snapshot of it";
  const when = newest.createdAt === undefined ? "" : `, of ${ago(newest.createdAt, now)}`;
  return `; the newest snapshot is ${newest.id}${when}`;
}

/** `from 2026-04-03 03:00:00Z (7 d ago) to …`. RDS may not say from when. */
export function windowText({ earliest, latest }: RestoreWindow, now: number): string {
  const last = `${utcTime(latest)} (${ago(latest, now)})`;
  if (earliest === undefined) return `until ${last}, from when is not told`;
  return `from ${utcTime(earliest)} (${ago(earliest, now)}) to ${last}`;
}

const CODES: Readonly<Record<NoRecovery["kind"], string>> = {
  cluster: "cluster-member",
  deleted: "database-deleted",
  unfit: "source-unfit",
  off: "no-backup",
  "none-yet": "no-backup",
  absent: "database-unknown",
};

/** A database that this program cannot restore: exit 11 with the lines that do; exit 6 where nothing of it exists. */
export function recoveryError({ kind, text, lines }: NoRecovery): OpsError {
  if (kind === "absent") return usageError(CODES[kind], text, ["vulcan-ops.yaml, targets:  database: NAME"]);
  const { detail } = guardError(CODES[kind], text, lines.length > 0 ? lines : ["vulcan-ops doctor"]);
  return new OpsError({ ...detail, fault: "remote" });
}
