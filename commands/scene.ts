import { createHash } from "node:crypto";
import type { World } from "../src/actions/world.ts";
import type { ExitCode } from "../src/domain/exit.ts";
import type { Target } from "../src/domain/target.ts";
import type { Ending } from "../src/engine/ends.ts";
import type { Engine } from "../src/engine/engine.ts";
import type { JournalFile } from "../src/journal/file.ts";
import { takeLock } from "../src/journal/lock.ts";
import { openStateDir } from "../src/journal/state-dir.ts";
import type { Screen } from "../src/ui/screen.ts";
import { type Context, operatorOf, stateDirOf } from "./context.ts";
import { type Given, textOf } from "./given.ts";
import { endpointOf, type Site } from "./site.ts";

/** Where an execution takes place: what was typed, the process, the target, and the people. */
export interface Scene {
  readonly given: Given;
  readonly context: Context;
  readonly site: Site;
  readonly screen: Screen;
}

/** One execution at a time on a target; the lock is let go whatever happens. */
export async function underLock<T>(
  execution: string,
  command: string,
  { given, context, site }: Pick<Scene, "given" | "context" | "site">,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await openStateDir(stateDirOf(given, context));
  const since = new Date(site.clock.now()).toISOString();
  const key = lockKey(site.target, (await site.caller()).account, context);
  const lock = await takeLock(dir, key, { execution, command, operator: operatorOf().operator, since });
  return work(dir).finally(() => lock.release());
}

/** One service is one lock, whatever names it goes by: account as AWS says it, region, cluster, service, endpoint. */
function lockKey(target: Target, account: string, { env }: Context): string {
  const where = [account, target.region, target.cluster, target.service, endpointOf(env)].join("|");
  return `${target.service}-${createHash("sha256").update(where).digest("hex").slice(0, 12)}`;
}

export function engineOf(journal: JournalFile, { given, context, site, screen }: Scene): Engine<World> {
  const expectCurrent = textOf(given, "expect-current");
  return {
    ...site.planner,
    gateway: site.gateway,
    io: screen,
    journal,
    stop: context.stop,
    ...(expectCurrent === undefined ? {} : { expectCurrent }),
  };
}

/** Runs to the ending; the journal is closed whatever happens. */
export async function conclude(journal: JournalFile, work: () => Promise<Ending>): Promise<ExitCode> {
  const ending = await work().finally(() => journal.close());
  return ending.exitCode;
}
