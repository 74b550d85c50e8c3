import { type AskedDatabase, lookAtAskedDatabase } from "../../checks/database/asked-database.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { Instance } from "../../domain/aws/rds.ts";
import type { ProtectedTask } from "../../domain/aws/reads.ts";
import type { ContainerSetup, RestoreWindow, TargetCheck } from "../../domain/aws/setup.ts";
import type { LockedSession } from "../../domain/database/locks.ts";
import type { MigrationsTold } from "../../domain/migrations/reads.ts";
import type { Look } from "../../domain/services.ts";
import type { Measured } from "../../domain/watch/metric.ts";
import type { MostConnections } from "../../domain/watch/report.ts";
import { MINUTE, minuteOf, type Span } from "../../domain/watch/series.ts";
import { mostConnections } from "../watch/prepare.ts";
import { type NeededImage, neededImages } from "./images.ts";

/** What a window would meet. Whatever could not be read is the reason why. */
export interface Scene {
  readonly now: number;
  readonly service: Service;
  /** Of the revision that is brought. */
  readonly containers: readonly ContainerSetup[];
  /** What the configuration calls the application's. */
  readonly container?: string | undefined;
  readonly restorable: RestoreWindow | Error | undefined;
  readonly measured: Measured | Error;
  readonly most: MostConnections | undefined;
  readonly told: MigrationsTold | Error;
  /** Undefined where the account has no such instance. */
  readonly instance: Instance | Error | undefined;
  /** Bytes; what is not known is left out. */
  readonly storage: Storage | Error;
  readonly images: readonly NeededImage[] | Error;
  /** Health checks of the service's target groups. */
  readonly targetChecks: readonly TargetCheck[] | Error;
  /** For so long ECS looks at no health check of a task that has started. */
  readonly graceSeconds: number;
  readonly guarded: readonly ProtectedTask[] | Error;
  /** Undefined where SQL is not set up. */
  readonly locks: readonly LockedSession[] | Error | undefined;
  readonly asked: AskedDatabase | undefined;
}

interface Storage {
  readonly free?: number;
  readonly largest?: { readonly table: string; readonly bytes: number };
}

/** The present load: a quarter of an hour, without the minutes whose values still move. */
const LOOK_BACK = 15 * MINUTE;
const SETTLING = 2 * MINUTE;

/** Everything at once; only the service itself has to answer. */
export async function sceneOf(
  service: Service,
  bring: string,
  image: string | undefined,
  looking: Look,
): Promise<Scene> {
  const { world, target, clock } = looking;
  const { aws, schema } = world;
  const now = clock.now();
  const to = minuteOf(now - SETTLING);
  const span = { from: to - LOOK_BACK, to };
  const [containers, restorable, measured, most, told, locks, ...more] = await Promise.all([
    aws.setup.containers(bring),
    aws.setup.restoreWindow(target.database).catch(asError),
    aws.watch
      .subject(target, service)
      .then((subject) => aws.watch.metrics(subject, span))
      .then((answer) => answer.measured, asError),
    mostConnections(looking, () => undefined),
    schema.migrations().catch(asError),
    schema.sql?.whoBlocks().catch(asError),
    aws.rds.instance(target.database).catch(asError),
    storageOf(span, looking).catch(asError),
    neededImages(service, bring, image, looking).catch(asError),
    aws.setup.targetChecks(service.targetGroups).catch(asError),
    aws.setup.service(target.cluster, target.service),
    aws.ecs.protectedTasks(target.cluster, target.service).catch(asError),
    lookAtAskedDatabase(world, target),
  ]);
  const [instance, storage, images, targetChecks, setup, guarded, asked] = more;
  const graceSeconds = setup?.graceSeconds ?? 0;
  const read = { instance, storage, images, targetChecks, graceSeconds, guarded, asked };
  const { container } = target;
  return { now, service, containers, container, restorable, measured, most, told, locks, ...read };
}

async function storageOf(span: Span, { world, target }: Look): Promise<Storage> {
  const [points, largest] = await Promise.all([
    world.aws.watch.freeStorage(target.database, span),
    world.schema.sql?.largestTable(),
  ]);
  const free = points.at(-1)?.value;
  return { ...(free !== undefined && { free }), ...(largest && { largest }) };
}

const asError = (error: Error): Error => error;
