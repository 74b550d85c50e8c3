import type { Service } from "../../domain/aws/ecs.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import { judgeHistory } from "../../domain/aws/revision-history.ts";
import { OpsError, usageError } from "../../domain/error.ts";
import type { Overview, PastOverview } from "../../domain/status/target-status.ts";
import { statusReads } from "../../target/status-reads.ts";
import type { OpenTarget } from "../open-target.ts";
import { type Asking, readOverview } from "./collect.ts";
import { leftoversOf } from "./unfinished-executions.ts";

/** The newest migration, as Vulcan itself says; undefined where the target does not name its address. */
function migrationsOf({ target, services }: OpenTarget): Asking["migrations"] {
  if (target.adminUrl === undefined) return undefined;
  return async () => {
    const newest = (await services.vulcan.migrations()).at(-1);
    if (newest === undefined) throw usageError("migrations-absent", "no migration is applied");
    const { version, description, appliedAt } = newest;
    return { newest: version, description, ...(appliedAt && { appliedAt }) };
  };
}

/** The target's state, read now. Rejects only where these credentials belong to another account than the target's. */
export async function readStatus(open: OpenTarget): Promise<Overview> {
  const { target, clock, endpoint } = open;
  const { reads, setup, sharedHolder } = statusReads(open);
  const now = clock.now();
  const migrations = migrationsOf(open);
  const caller = open.caller();
  const overview = await readOverview(reads, {
    target,
    at: new Date(now).toISOString(),
    ...(endpoint && { endpoint }),
    ...(migrations && { migrations }),
    caller: () => caller,
    past: (service) => pastOf(service, reads, open, now),
    window: () => setup.restoreWindow(target.database),
    leftovers: () => leftoversOf(open, sharedHolder),
  });
  await caller.catch((error: unknown) => {
    if (error instanceof OpsError && error.detail.code === "account-mismatch") throw error;
  });
  return overview;
}

async function pastOf(
  service: Service,
  reads: AwsReads,
  { target, services }: OpenTarget,
  now: number,
): Promise<PastOverview> {
  const [rows, marks] = await Promise.all([
    reads.ecs.history(target.cluster, target.service),
    services.marks().catch(() => []),
  ]);
  const [good] = judgeHistory(rows, service.taskDefinition, now, marks).proven;
  const [newest] = rows;
  return {
    lastGood:
      good === undefined
        ? null
        : { taskDefinition: good.taskDefinition, since: good.since, ranSeconds: good.ranSeconds },
    attempt:
      newest === undefined
        ? null
        : {
            taskDefinition: newest.taskDefinition,
            status: newest.status,
            at: newest.finishedAt ?? newest.startedAt ?? newest.createdAt,
          },
  };
}
