import type { ContainerSetup, RestoreWindow } from "../../aws/setup.ts";
import type { Service } from "../../aws/shapes.ts";
import type { LockedSession } from "../../domain/database-locks.ts";
import type { Measured } from "../../domain/watch/metric.ts";
import type { MostConnections } from "../../domain/watch/report.ts";
import { MINUTE, minuteOf } from "../../domain/watch/series.ts";
import type { MigrationsTold } from "../../vulcan/schema.ts";
import { type AskedDatabase, lookAtAskedDatabase } from "../asked-database.ts";
import { mostConnections } from "../watch/most-connections.ts";
import type { Look } from "../world.ts";

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
  /** Undefined where SQL is not set up. */
  readonly locks: readonly LockedSession[] | Error | undefined;
  readonly asked: AskedDatabase | undefined;
}

/** The present load: a quarter of an hour, without the minutes whose values still move. */
const LOOK_BACK = 15 * MINUTE;
const SETTLING = 2 * MINUTE;

/** Everything at once; only the service itself has to answer. */
export async function sceneOf(service: Service, bring: string, looking: Look): Promise<Scene> {
  const { world, target, clock } = looking;
  const now = clock.now();
  const to = minuteOf(now - SETTLING);
  const [containers, restorable, measured, most, told, locks, asked] = await Promise.all([
    world.aws.setup.containers(bring),
    world.aws.setup.restoreWindow(target.database).catch(asError),
    world.aws.watch
      .subject(target, service)
      .then((subject) => world.aws.watch.metrics(subject, { from: to - LOOK_BACK, to }))
      .then((answer) => answer.measured, asError),
    mostConnections(looking, () => undefined),
    world.schema.migrations().catch(asError),
    world.schema.sql?.whoBlocks().catch(asError),
    lookAtAskedDatabase(world, target),
  ]);
  const { container } = target;
  return { now, service, containers, container, restorable, measured, most, told, locks, asked };
}

const asError = (error: Error): Error => error;
