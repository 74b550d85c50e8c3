import type { RestoreWindow } from "../../domain/aws/backups.ts";
import type { RdsReads } from "../../domain/aws/reads.ts";
import { windowOf } from "../../domain/aws/recovery.ts";

/** The moments to which this instance can be restored; undefined where there is no backup yet, or no such instance. */
export async function readWindow(rds: RdsReads, id: string): Promise<RestoreWindow | undefined> {
  const [instance, backups] = await Promise.all([rds.instance(id), rds.automatedBackups(id)]);
  return instance === undefined ? undefined : windowOf(instance, backups);
}
