import { createClients } from "../../aws/client/clients.ts";
import { createReads, snapshot } from "../../aws/reads.ts";
import { createSetupReads } from "../../aws/setup-reads.ts";
import { createSharedLock } from "../../aws/ssm/parameter-lock.ts";
import type { Given } from "../../cli/options.ts";
import { type Context, look, stateDirOf } from "../../cli/process-context.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { AwsReads, SetupReads } from "../../domain/aws/reads.ts";
import type { RequestRecorder } from "../../domain/aws/recorded-request.ts";
import { judgeHistory } from "../../domain/aws/revision-history.ts";
import { OpsError, usageError } from "../../domain/error.ts";
import type { SharedHolder } from "../../domain/lock.ts";
import type { Overview, PastOverview } from "../../domain/status/target-status.ts";
import { renderOverview } from "../../ui/render/status.ts";
import { endpointOf } from "../target/endpoint-override.ts";
import type { Site } from "../target/open.ts";
import { type Asking, readOverview } from "./collect.ts";
import { leftoversOf } from "./unfinished-executions.ts";

/** Reads for a screen: each made once, none waited for longer than a person would. */
export interface Looks {
  readonly reads: AwsReads;
  readonly setup: SetupReads;
  /** Who holds the lock that operators on different machines share. */
  sharedHolder(): Promise<SharedHolder | undefined>;
}

const PATIENCE_MS = 4000;
const ATTEMPTS = 2;

export function looksAt({ target, profile }: Site, witness?: RequestRecorder): Looks {
  const settings = {
    patience: PATIENCE_MS,
    onlyReads: true,
    onlyAws: target.production,
    ...(target.region && { region: target.region }),
    ...(profile && { profile }),
    ...(witness && { witness }),
  };
  const clients = createClients(settings, ATTEMPTS);
  const sharedHolder = () => createSharedLock(clients, target).read();
  return { reads: snapshot(createReads(clients)), setup: createSetupReads(clients), sharedHolder };
}

/** The newest migration, as Vulcan itself says; undefined where the target does not name its address. */
function migrationsOf({ target, planner }: Site): Asking["migrations"] {
  if (target.adminUrl === undefined) return undefined;
  return async () => {
    const newest = (await planner.world.vulcan.migrations()).at(-1);
    if (newest === undefined) throw usageError("migrations-absent", "no migration is applied");
    const { version, description, appliedAt } = newest;
    return { newest: version, description, ...(appliedAt && { appliedAt }) };
  };
}

/** The target's state, read now. Rejects only where these credentials belong to another account than the target's. */
export async function overviewOf(site: Site, given: Given, context: Context): Promise<Overview> {
  const { target, clock } = site;
  const { reads, setup, sharedHolder } = looksAt(site);
  const now = clock.now();
  const endpoint = endpointOf(context.env);
  const migrations = migrationsOf(site);
  const caller = site.caller();
  const overview = await readOverview(reads, {
    target,
    at: new Date(now).toISOString(),
    ...(endpoint && { endpoint }),
    ...(migrations && { migrations }),
    caller: () => caller,
    past: (service) => pastOf(service, reads, site, now),
    window: () => setup.restoreWindow(target.database),
    leftovers: () => leftoversOf(stateDirOf(given, context), site, context.env, sharedHolder),
  });
  await caller.catch((error: unknown) => {
    if (error instanceof OpsError && error.detail.code === "account-mismatch") throw error;
  });
  return overview;
}

async function pastOf(
  service: Service,
  reads: AwsReads,
  { target, planner }: Site,
  now: number,
): Promise<PastOverview> {
  const [rows, marks] = await Promise.all([
    reads.ecs.history(target.cluster, target.service),
    planner.world.marks().catch(() => []),
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

/** The target's state as a text of a few lines, to stand above something else. */
export async function showOverview(site: Site, given: Given, context: Context): Promise<string> {
  return renderOverview(await overviewOf(site, given, context), look(context), site.clock.now());
}
