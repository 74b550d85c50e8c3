import { certainName, chooseContainer } from "../../domain/aws/application-container.ts";
import { type Container, familyOf, type Task } from "../../domain/aws/ecs.ts";
import type { LockedSession } from "../../domain/database/locks.ts";
import type { Wait } from "../../domain/services.ts";
import { newestFirst } from "../../domain/time.ts";
import { blockLines } from "../maintenance/lock-waits.ts";

const LOOK_MS = 10_000;
/** A task that was found is taken for the one that migrates so long: finding it takes three calls. */
const FOUND_MS = 30_000;
/** Enough of the log for the lines of a few migrations. */
const LOG_LINES = 30;
const SHOWN_LINES = 4;

/** Vulcan's own words about its migrations, and its last words. */
const TELLING = /migrat|\bERR\b/i;

/** What a task that migrates tells of it: its log, and who keeps it waiting. Looked up beside the wait itself. */
export class MigrationStory {
  readonly #revision: string;
  readonly #waiting: Wait;
  #container: Container | undefined;
  #task: Task | undefined;
  #foundAt = 0;
  #log: readonly string[] = [];
  #waits: readonly string[] = [];
  /** What was seen of waiting last, kept after it has ended: a task that was killed waits no more. */
  #waited: readonly string[] = [];

  constructor(revision: string, waiting: Wait) {
    this.#revision = revision;
    this.#waiting = waiting;
  }

  /** Until the signal ends it; what cannot be read is left out. */
  async follow(): Promise<void> {
    const { clock, signal } = this.#waiting;
    while (!signal.aborted) {
      await this.#look().catch(() => undefined);
      await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
  }

  /** One last look, for a report. */
  async end(): Promise<readonly string[]> {
    this.#task = undefined;
    await this.#look().catch(() => undefined);
    return [...this.#waited, ...this.#log];
  }

  lines(): readonly string[] {
    return [...this.#log, ...this.#waits];
  }

  async #look(): Promise<void> {
    const { world } = this.#waiting;
    const [log, sessions] = await Promise.all([
      this.#read().catch(() => undefined),
      world.schema.sql?.whoBlocks().catch(() => undefined),
    ]);
    if (log !== undefined) this.#log = log;
    this.#note(sessions ?? []);
  }

  #note(sessions: readonly LockedSession[]): void {
    this.#waits = blockLines(sessions);
    if (this.#waits.length > 0) this.#waited = this.#waits;
  }

  async #read(): Promise<readonly string[] | undefined> {
    const { world } = this.#waiting;
    const task = await this.#find();
    if (task === undefined) return undefined;
    this.#container ??= await this.#application();
    const container = this.#container;
    if (container?.logs === undefined) return undefined;
    const { group, prefix, region } = container.logs;
    const tail = await world.aws.around.logTail(group, `${prefix}/${container.name}/${task.id}`, LOG_LINES, region);
    return tail.flatMap(({ text }) => (TELLING.test(text) ? [`log: ${text}`] : [])).slice(-SHOWN_LINES);
  }

  async #application(): Promise<Container | undefined> {
    const { world, target } = this.#waiting;
    const [definition, { balancers }] = await Promise.all([
      world.aws.ecs.taskDefinition(this.#revision),
      world.aws.ecs.service(target.cluster, target.service),
    ]);
    const { containers = [] } = definition ?? {};
    const chosen = certainName(chooseContainer({ named: target.container, balancers, containers }));
    return containers.find(({ name }) => name === chosen);
  }

  async #find(): Promise<Task | undefined> {
    const { world, target, clock } = this.#waiting;
    if (this.#task !== undefined && clock.now() < this.#foundAt + FOUND_MS) return this.#task;
    const tasks = await world.aws.ecs.familyTasks(target.cluster, familyOf(this.#revision));
    this.#task = newest(tasks.filter(({ taskDefinition }) => taskDefinition === this.#revision));
    this.#foundAt = clock.now();
    return this.#task;
  }
}

/** One that runs goes before one that has stopped; of those, the last. */
function newest(tasks: readonly Task[]): Task | undefined {
  const alive = tasks.find(({ status, stoppingAt }) => status !== "STOPPED" && stoppingAt === undefined);
  return alive ?? [...tasks].sort((a, b) => newestFirst(a.stoppingAt ?? "", b.stoppingAt ?? ""))[0];
}
