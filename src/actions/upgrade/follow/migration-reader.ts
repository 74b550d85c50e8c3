import type { Task } from "../../../domain/aws/ecs.ts";
import { splitByConcern } from "../../../domain/database/locks.ts";
import type { ActionReadContext } from "../../../domain/services.ts";
import { newestFirst } from "../../../domain/time.ts";
import { withTimeLimit } from "../../../domain/time-limit.ts";
import type { RolloutSnapshot } from "../../ecs/rollout/snapshot.ts";
import { stoppedTasksOf, stopTime } from "../../ecs/rollout/stopped-tasks.ts";
import { blockLines } from "../../maintenance/lock-waits.ts";
import type { DeploymentSetup } from "../phases/deployment-setup.ts";
import { newTasks } from "../phases/facts.ts";
import {
  blockedSession,
  type MigrationFacts,
  NO_MIGRATION_FACTS,
  newestBefore,
  readLogFacts,
  waitText,
} from "../phases/migration-facts.ts";
import type { SpareCalls } from "./spare-calls.ts";

const SQL_LIMIT_MS = 3000;
/** Enough of the log for the lines of a few migrations. */
const LOG_LINES = 30;
/** Tasks that start together: one of them migrates, the others wait for it. */
const MOST_TASKS = 3;

interface Of {
  readonly wanted: string;
  /** RFC 3339: when the deployment began. */
  readonly began: string;
  readonly setup: DeploymentSetup;
}

/** Reads what a migration shows: the table of migrations, the sessions in its way, and the log of the task that migrates. */
export class MigrationReader {
  readonly #of: Of;
  readonly #context: ActionReadContext;
  readonly #spare: SpareCalls;
  #facts: MigrationFacts = NO_MIGRATION_FACTS;
  /** The last waiting that was seen. Kept after its end, because a task that was killed waits no more. */
  #waited: readonly string[] = [];
  #migrating: string | undefined;

  constructor(of: Of, context: ActionReadContext, spare: SpareCalls) {
    this.#of = of;
    this.#context = context;
    this.#spare = spare;
  }

  get facts(): MigrationFacts {
    return this.#facts;
  }

  get waited(): readonly string[] {
    return this.#waited;
  }

  async readVersions(): Promise<void> {
    const { schema } = this.#context.services;
    try {
      const { applied } = await withTimeLimit(SQL_LIMIT_MS, schema.migrations());
      const before = this.#facts.before ?? newestBefore(applied, this.#of.began);
      const { unread: _, ...facts } = this.#facts;
      this.#facts = { ...facts, applied, ...(before !== undefined && { before }) };
    } catch (error) {
      this.#facts = { ...this.#facts, unread: (error as Error).message.split("\n")[0] ?? "" };
    }
  }

  /** Who waits for whom now. Where SQL is not set up, nothing tells it. */
  async readSessions(): Promise<void> {
    const { sql } = this.#context.services.schema;
    if (sql === undefined) return;
    const sessions = await withTimeLimit(SQL_LIMIT_MS, sql.lockHolders()).catch(() => []);
    const blocked = blockedSession(sessions);
    this.#facts = { ...this.#facts, sessions, ...(blocked && { lastWait: `last seen: it ${waitText(blocked)}` }) };
    const waits = blockLines(splitByConcern(sessions).concerned);
    if (waits.length > 0) this.#waited = waits;
  }

  /** The log of the task that migrates; of the tasks that start together, until one of them is known to be it. At the end it is read in any case. */
  async readLog(snapshot: RolloutSnapshot, isEnd = false): Promise<void> {
    const { container } = this.#of.setup;
    if (container?.logs === undefined) return;
    const { group, prefix, region } = container.logs;
    const tasks = this.#candidates(snapshot);
    if (tasks.length === 0 || !(isEnd || this.#spare.take(tasks.length))) return;
    if (isEnd) this.#spare.spend(tasks.length);
    const { around } = this.#context.services.aws;
    const read = ({ id }: Task) =>
      around.logTail(group, `${prefix}/${container.name}/${id}`, LOG_LINES, region).catch(() => []);
    const logs = (await Promise.all(tasks.map(read))).map(readLogFacts);
    const index = Math.max(
      0,
      logs.findIndex((log) => log.running !== undefined || log.failed !== undefined),
    );
    const log = logs[index];
    if (log === undefined) return;
    if (log.running !== undefined) this.#migrating = tasks[index]?.id;
    this.#facts = { ...this.#facts, log };
  }

  #candidates(snapshot: RolloutSnapshot): readonly Task[] {
    const { wanted } = this.#of;
    const started = newTasks({ wanted, snapshot }).filter(({ startedAt }) => startedAt !== undefined);
    const known = started.find(({ id }) => id === this.#migrating);
    if (known !== undefined) return [known];
    const stopped = [...stoppedTasksOf(wanted, snapshot)].sort((a, b) => newestFirst(stopTime(a), stopTime(b)));
    return started.length > 0 ? started.slice(0, MOST_TASKS) : stopped.slice(0, 1);
  }
}
