import { readRecovery } from "../../checks/database/recovery.ts";
import type { HistoryRow, Service } from "../../domain/aws/ecs.ts";
import { describeElsewhere } from "../../domain/aws/endpoints.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import { recoveryError } from "../../domain/aws/recovery.ts";
import { rankRevisions } from "../../domain/aws/revision-history.ts";
import { OpsError, usageError } from "../../domain/error.ts";
import { rolledBackBy } from "../../domain/status/rolled-back-by.ts";
import type { AttemptOverview, PastOverview, TargetStatus } from "../../domain/status/target-status.ts";
import { statusReads } from "../../target/status-reads.ts";
import type { OpenTarget } from "../open-target.ts";
import { collectStatus, failed, type StatusQuestion } from "./collect.ts";
import { ownMuteRules } from "./own-mute-rules.ts";
import { unfinishedExecutions } from "./unfinished-executions.ts";

/** The newest migration, as Vulcan itself says. Undefined if the target does not name its address. */
function migrationsOf({ target, services }: OpenTarget): StatusQuestion["migrations"] {
  if (target.adminUrl === undefined) return undefined;
  return async () => {
    const newest = (await services.vulcan.migrations()).at(-1);
    if (newest === undefined) throw usageError("migrations-absent", "no migration is applied");
    const { version, description, appliedAt } = newest;
    return { newest: version, description, ...(appliedAt && { appliedAt }) };
  };
}

/** The target's state, read now. Rejects only if the credentials belong to another account than the target's. */
export async function readStatus(open: OpenTarget): Promise<TargetStatus> {
  const { target, clock } = open;
  const endpoint = describeElsewhere(open.endpoints);
  const { reads, sharedHolder } = statusReads(open);
  const now = clock.now();
  const migrations = migrationsOf(open);
  const caller = open.caller();
  const holder = sharedHolder();
  const unreadLock = holder.then(() => undefined, failed);
  const status = await collectStatus(reads, {
    target,
    at: new Date(now).toISOString(),
    ...(endpoint && { endpoint }),
    ...(migrations && { migrations }),
    asPasted: open.asPasted,
    caller: () => caller,
    past: (service) => pastOf(service, reads, open, now),
    window: async () => {
      const recovery = await readRecovery(reads.rds, { target, now }, reads.database(target.database));
      if (recovery.kind !== "window") throw recoveryError(recovery);
      return recovery.window;
    },
    leftovers: () => unfinishedExecutions(open, () => holder),
    muteRules: () => ownMuteRules(reads, target),
  });
  await caller.catch((error: unknown) => {
    if (error instanceof OpsError && error.detail.code === "account-mismatch") throw error;
  });
  const sharedLock = await unreadLock;
  return { ...status, ...(sharedLock && { sharedLock }) };
}

async function pastOf(
  service: Service,
  reads: AwsReads,
  { target, services }: OpenTarget,
  now: number,
): Promise<PastOverview> {
  const [rows, marks] = await Promise.all([
    reads.ecs.history(target.cluster, target.service),
    services.failedRevisions().catch(() => []),
  ]);
  const [good] = rankRevisions(rows, service.taskDefinition, now, marks).proven;
  const [newest] = rows;
  const tasksUnread = rows.find((row) => row.tasksUnread !== undefined)?.tasksUnread;
  return {
    lastGood:
      good === undefined
        ? null
        : { taskDefinition: good.taskDefinition, since: good.since, ranSeconds: good.ranSeconds },
    attempt: newest === undefined ? null : await attemptOf(newest, reads),
    ...(tasksUnread !== undefined && { tasksUnread }),
  };
}

async function attemptOf(
  { arn, taskDefinition, status, finishedAt, startedAt, createdAt }: HistoryRow,
  { ecs }: Pick<AwsReads, "ecs">,
): Promise<AttemptOverview> {
  const attempt = { taskDefinition, status, at: finishedAt ?? startedAt ?? createdAt };
  if (!status.startsWith("ROLLBACK_")) return attempt;
  // Why is worth one request, and not the whole of the history.
  const [deployment] = await ecs.deployments([arn]).catch(() => []);
  const back = deployment && rolledBackBy(deployment);
  return { ...attempt, ...(back && { back }) };
}
