import type { Service } from "../../domain/aws/ecs.ts";
import type { ContainerSetup, RestoreWindow } from "../../domain/aws/setup.ts";
import type { LockedSession } from "../../domain/database/locks.ts";
import type { MigrationsTold } from "../../domain/migrations/reads.ts";
import type { Look } from "../../domain/services.ts";
import type { Measured } from "../../domain/watch/metric.ts";
import type { MostConnections } from "../../domain/watch/report.ts";
import { MINUTE, minuteOf } from "../../domain/watch/series.ts";
import { mostConnections } from "../watch/prepare.ts";

/** What a window would meet. Whatever could not be read is the reason why. */
export interface Scene {
  readonly now: number;
  readonly service: Service;
  /** Of the revision that is brought. */
  readonly containers: readonly ContainerSetup[];
  readonly restorable: RestoreWindow | Error | undefined;
  readonly measured: Measured | Error;
  readonly most: MostConnections | undefined;
  readonly told: MigrationsTold | Error;
  /** Undefined where SQL is not set up. */
  readonly locks: readonly LockedSession[] | Error | undefined;
}

/** The present load: a quarter of an hour, without the minutes whose values still move. */
const LOOK_BACK = 15 * MINUTE;
const SETTLING = 2 * MINUTE;

/** Everything at once; only the service itself has to answer. */
export async function sceneOf(service: Service, bring: string, looking: Look): Promise<Scene> {
  const { world, target, clock } = looking;
  const now = clock.now();
  const to = minuteOf(now - SETTLING);
  const [containers, restorable, measured, most, told, locks] = await Promise.all([
    world.aws.setup.containers(bring),
    world.aws.setup.restoreWindow(target.database).catch(asError),
    world.aws.watch
      .subject(target, service)
      .then((subject) => world.aws.watch.metrics(subject, { from: to - LOOK_BACK, to }))
      .then((answer) => answer.measured, asError),
    mostConnections(looking, () => undefined),
    world.schema.migrations().catch(asError),
    world.schema.sql?.whoBlocks().catch(asError),
  ]);
  return { now, service, containers, restorable, measured, most, told, locks };
}

const asError = (error: Error): Error => error;
