import { type QueriedDatabase, readQueriedDatabase } from "../../checks/database/queried-database.ts";
import { readRecovery } from "../../checks/database/recovery.ts";
import { startFindings } from "../../checks/start-findings.ts";
import { subjectOf } from "../../checks/subject.ts";
import type { Container, ScheduledScaling, Service } from "../../domain/aws/ecs.ts";
import { knownDefinition } from "../../domain/aws/known-definition.ts";
import type { BlueGreen, Instance } from "../../domain/aws/rds.ts";
import type { Recovery } from "../../domain/aws/recovery.ts";
import type { TargetGroupSetup } from "../../domain/aws/setup.ts";
import type { Protected } from "../../domain/aws/task-protection.ts";
import type { LockedSession } from "../../domain/database/locks.ts";
import type { MigrationsRead } from "../../domain/migrations/reads.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import type { Measured } from "../../domain/watch/metric.ts";
import type { MostConnections } from "../../domain/watch/report.ts";
import { MINUTE, minuteOf, type Span } from "../../domain/watch/series.ts";
import { mostConnections } from "../watch/prepare.ts";
import { type NeededImage, neededImages } from "./images.ts";

/** What a window would meet. If a value could not be read, it is the Error with the reason. */
export interface PreflightReads {
  readonly now: number;
  readonly service: Service;
  /** Of the revision to deploy. */
  readonly containers: readonly Container[];
  /** The configured name of the application's container. */
  readonly container?: string | undefined;
  readonly restorable: Recovery | Error;
  readonly measured: Measured | Error;
  readonly most: MostConnections | undefined;
  readonly told: MigrationsRead | Error;
  /** Undefined where the account has no such instance. */
  readonly instance: Instance | Error | undefined;
  /** RDS's own Blue/Green deployments of the instance. */
  readonly blueGreen: readonly BlueGreen[] | Error;
  /** Bytes; unknown values are left out. */
  readonly storage: Storage | Error;
  readonly images: readonly NeededImage[] | Error;
  readonly targetGroups: readonly TargetGroupSetup[] | Error;
  /** Scheduled scaling actions of the service. */
  readonly scheduled: readonly ScheduledScaling[] | Error;
  /** What would keep tasks of the revision from starting. */
  readonly start: readonly Finding[];
  readonly guarded: Protected;
  /** Undefined where SQL is not set up. */
  readonly locks: readonly LockedSession[] | Error | undefined;
  readonly asked: QueriedDatabase | undefined;
}

interface Storage {
  readonly free?: number;
  readonly largest?: { readonly table: string; readonly bytes: number };
}

/** The present load: a quarter of an hour, without the newest minutes, whose values may still change. */
const MEASURED_MS = 15 * MINUTE;
const SETTLING = 2 * MINUTE;

/** Reads everything at once. Only the setups of the service and its containers have to be readable. */
export async function readPreflight(
  service: Service,
  bring: string,
  image: string | undefined,
  context: ActionReadContext,
): Promise<PreflightReads> {
  const { services, target, clock } = context;
  const { aws, schema } = services;
  const now = clock.now();
  const to = minuteOf(now - SETTLING);
  const span = { from: to - MEASURED_MS, to };
  const found = aws.rds.instance(target.database);
  const definition = knownDefinition(aws.ecs, bring);
  const [{ containers }, start, measured, most, told, locks, ...more] = await Promise.all([
    definition,
    definition.then((wanted) => startFindings({ ...subjectOf(context), service, wanted })),
    aws.watch
      .subject(target, service)
      .then((subject) => aws.watch.metrics(subject, span))
      .then((answer) => answer.measured, asError),
    mostConnections(context, () => undefined),
    schema.migrations().catch(asError),
    schema.sql?.lockHolders().catch(asError),
    found.catch(asError),
    storageOf(span, context).catch(asError),
    neededImages(service, bring, image, context).catch(asError),
    aws.targetGroups(service.targetGroups).catch(asError),
    aws.ecs.protectedTasks(target.cluster, target.service).catch(asError),
    readQueriedDatabase(services, target),
    readRecovery(aws.rds, { target, now }, found).catch(asError),
    aws.rds.blueGreen(target.database).catch(asError),
    aws.around.scheduledScaling(target.cluster, target.service).catch(asError),
  ]);
  const [instance, storage, images, targetGroups, guarded, asked, restorable, blueGreen, scheduled] = more;
  const read = { instance, storage, images, targetGroups, guarded, asked, blueGreen, scheduled };
  const { container } = target;
  return { now, service, containers, container, start, restorable, measured, most, told, locks, ...read };
}

async function storageOf(span: Span, { services, target }: ActionReadContext): Promise<Storage> {
  const [points, largest] = await Promise.all([
    services.aws.watch.freeStorage(target.database, span),
    services.schema.sql?.largestTable(),
  ]);
  const free = points.at(-1)?.value;
  return { ...(free !== undefined && { free }), ...(largest && { largest }) };
}

const asError = (error: Error): Error => error;
