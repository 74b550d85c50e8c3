import type { RecoverySource } from "../../domain/aws/rds.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import { judgeRecovery, type Recovery, type RecoveryFacts, windowOf } from "../../domain/aws/recovery.ts";
import type { Target } from "../../domain/target.ts";

/** What a reader asks about: a moment for the lines that restore by hand, and when that is. */
export interface RecoveryQuestion {
  readonly target: Pick<Target, "database" | "region">;
  /** RFC 3339; left out, the latest moment. */
  readonly to?: string | undefined;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * Whether the database can be restored, and how. Two reads where it can be; else also its snapshots, and its cluster.
 * `source`: what the caller reads of the instance anyway. Rejects where nothing says so.
 */
export async function readRecovery(
  rds: AwsReads["rds"],
  { target, to, now }: RecoveryQuestion,
  source: Promise<RecoverySource | undefined> = rds.instance(target.database),
): Promise<Recovery> {
  const { database: id, region } = target;
  const [found, backups] = await Promise.all([source.catch(asError), rds.automatedBackups(id).catch(asError)]);
  if (found instanceof Error) return byBackupsAlone(found, backups);
  const read = { id, region, source: found, backups, to, now };
  const isPlain = found !== undefined && found.cluster === undefined && hasWindow(found, backups);
  const more = isPlain ? NOTHING_MORE : await readMore(rds, id, found);
  return judgeRecovery({ ...read, ...more });
}

/** The instance cannot be read. Backups that are its own say that it is there, and what can be restored. */
function byBackupsAlone(unread: Error, backups: RecoveryFacts["backups"]): Recovery {
  const window = backups instanceof Error ? undefined : windowOf({}, backups);
  if (window === undefined) throw unread;
  return { kind: "window", window };
}

const hasWindow = (source: RecoverySource, backups: RecoveryFacts["backups"]): boolean =>
  !(backups instanceof Error) && windowOf(source, backups) !== undefined;

type More = Pick<RecoveryFacts, "snapshots" | "cluster" | "settings">;

const NOTHING_MORE: More = { snapshots: [], cluster: undefined, settings: undefined };

async function readMore(rds: AwsReads["rds"], id: string, source: RecoverySource | undefined): Promise<More> {
  const clusterId = source === undefined ? id : source.cluster;
  const [snapshots, cluster, instance] = await Promise.all([
    source?.cluster === undefined ? rds.snapshots(id).catch(asError) : [],
    clusterId === undefined ? undefined : rds.cluster(clusterId).catch(asError),
    source === undefined ? undefined : rds.instance(id).catch(() => undefined),
  ]);
  return { snapshots, cluster, settings: instance?.settings };
}

const asError = (error: Error): Error => error;
