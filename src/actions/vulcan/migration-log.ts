import { certainContainerName, chooseContainer } from "../../domain/aws/application-container.ts";
import { type Container, familyOf, type Task } from "../../domain/aws/ecs.ts";
import { type LockedSession, splitByConcern } from "../../domain/database/locks.ts";
import type { ActionVerifyContext } from "../../domain/services.ts";
import { newestFirst } from "../../domain/time.ts";
import { definitionOnce } from "../ecs/rollout/read-once.ts";
import { budgetOf, END_CALLS } from "../ecs/rollout/reader.ts";
import type { RolloutSnapshot } from "../ecs/rollout/snapshot.ts";
import { blockLines } from "../maintenance/lock-waits.ts";

const LOOK_MS = 10_000;
/** Where others read beside the wait as well. */
const SHARED_LOOK_MS = 20_000;
/** How long to take a task as the one that migrates before searching again: a search takes three calls. */
const FOUND_MS = 60_000;
/** How soon to search again where no task has started yet. */
const ABSENT_MS = 15_000;
const SEARCH_CALLS = 3;
/** Enough of the log for the lines of a few migrations. */
const LOG_LINES = 30;
const SHOWN_LINES = 4;
/** Tasks that start together: one of them migrates, the others wait for it. */
const MOST_TASKS = 3;

/** Vulcan's own lines about its migrations, and its errors. */
const SHOWN = /migrat|\bERR\b/i;
const MIGRATES = /Applying migration /;
const COMPLETE = /\bmigrations complete\b/;

/** What a task that migrates shows: its log, and the sessions that it waits for. Read beside the wait itself. */
export class MigrationLog {
  readonly #revision: string;
  readonly #context: ActionVerifyContext;
  readonly #isBesideWait: boolean;
  #container: Container | undefined;
  /** The one that migrates, once a log shows it; until then those that may. */
  #tasks: readonly Task[] = [];
  #migrating: string | undefined;
  #foundAt = 0;
  #seen: RolloutSnapshot | undefined;
  #log: readonly string[] = [];
  #waits: readonly string[] = [];
  /** The last waiting that was seen. Kept after its end, because a task that was killed waits no more. */
  #waited: readonly string[] = [];
  #isLast = false;
  #looks = 0;
  /** The log says that the migrations are complete: it is not read again. */
  #isComplete = false;

  /** `isBesideWait`: a wait tells which tasks there are, and none are searched for. */
  constructor(revision: string, context: ActionVerifyContext, isBesideWait = false) {
    this.#revision = revision;
    this.#context = context;
    this.#isBesideWait = isBesideWait;
  }

  /** What the wait has read. */
  note(snapshot: RolloutSnapshot): void {
    this.#seen = snapshot;
  }

  /** Runs until the signal ends it. What cannot be read is left out. */
  async follow(): Promise<void> {
    const { clock, signal, services } = this.#context;
    const pause = budgetOf(services).isShared ? SHARED_LOOK_MS : LOOK_MS;
    while (!signal.aborted) {
      await this.#look().catch(() => undefined);
      await clock.sleep(pause, signal).catch(() => undefined);
    }
  }

  /** One last read, for a report. */
  async end(): Promise<readonly string[]> {
    this.#tasks = [];
    this.#foundAt = 0;
    this.#isLast = true;
    await this.#look().catch(() => undefined);
    return [...this.#waited, ...this.#log];
  }

  lines(): readonly string[] {
    return [...this.#log, ...this.#waits];
  }

  /**
   * Where others read beside the wait as well, the log takes only calls that they leave; without them it keeps what it
   * has. In a maintenance window no wait is to be longer for it.
   */
  #fits(calls: number): boolean {
    const { services, clock } = this.#context;
    const budget = budgetOf(services);
    if (!budget.isShared) return true;
    if (!this.#isLast && budget.waitFor(calls, clock.now(), END_CALLS) > 0) return false;
    budget.spend(calls, clock.now());
    return true;
  }

  async #look(): Promise<void> {
    const { services } = this.#context;
    const [log, sessions] = await Promise.all([
      this.#read().catch(() => undefined),
      services.schema.sql?.lockHolders().catch(() => undefined),
    ]);
    if (log !== undefined) this.#log = log;
    this.#note(sessions ?? []);
  }

  #note(sessions: readonly LockedSession[]): void {
    this.#waits = blockLines(splitByConcern(sessions).concerned);
    if (this.#waits.length > 0) this.#waited = this.#waits;
  }

  async #read(): Promise<readonly string[] | undefined> {
    const { services } = this.#context;
    if (this.#isComplete && !this.#isLast) return undefined;
    const found = await this.#find();
    const tasks = this.#inTurn(found);
    if (tasks.length === 0) return undefined;
    if (this.#container === undefined && this.#fits(this.#seen === undefined ? 2 : 1))
      this.#container = await this.#application();
    const container = this.#container;
    if (container?.logs === undefined || !this.#fits(tasks.length)) return undefined;
    const { group, prefix, region } = container.logs;
    const read = ({ id }: Task) =>
      services.aws.around.logTail(group, `${prefix}/${container.name}/${id}`, LOG_LINES, region).catch(() => undefined);
    const tails = await Promise.all(tasks.map(read));
    const migrating = tails.findIndex((tail) => tail?.some(({ text }) => MIGRATES.test(text)));
    this.#tasks = migrating === -1 ? found : tasks.slice(migrating, migrating + 1);
    this.#migrating = tasks[migrating]?.id ?? this.#migrating;
    const tail = tails[migrating] ?? tails.find((one) => one !== undefined);
    this.#isComplete = tail?.some(({ text }) => COMPLETE.test(text)) === true;
    return tail?.flatMap(({ text }) => (SHOWN.test(text) ? [`log: ${text}`] : [])).slice(-SHOWN_LINES);
  }

  /** Where others read beside the wait, one log a look: each in turn, until one shows which task migrates. */
  #inTurn(tasks: readonly Task[]): readonly Task[] {
    if (this.#isLast || !budgetOf(this.#context.services).isShared) return tasks;
    const next = this.#looks++ % Math.max(1, tasks.length);
    return tasks.slice(next, next + 1);
  }

  async #application(): Promise<Container | undefined> {
    const { services, target } = this.#context;
    const [definition, { balancers }] = await Promise.all([
      definitionOnce(services, this.#revision),
      this.#seen?.service ?? services.aws.ecs.service(target.cluster, target.service),
    ]);
    const { containers = [] } = definition ?? {};
    const chosen = certainContainerName(chooseContainer({ named: target.container, balancers, containers }));
    return containers.find(({ name }) => name === chosen);
  }

  #ofWait({ running, stopped }: RolloutSnapshot): readonly Task[] {
    const own = [...running, ...stopped].filter((task) => task.taskDefinition === this.#revision && hasStarted(task));
    const known = running.find(({ id }) => id === this.#migrating);
    return known === undefined || this.#isLast ? newest(own) : [known];
  }

  async #find(): Promise<readonly Task[]> {
    if (this.#isBesideWait) return this.#seen === undefined ? [] : this.#ofWait(this.#seen);
    const { services, target, clock } = this.#context;
    const isKnown = clock.now() < this.#foundAt + (this.#tasks.length > 0 ? FOUND_MS : ABSENT_MS);
    if (isKnown || !this.#fits(SEARCH_CALLS)) return this.#tasks;
    const tasks = await services.aws.ecs.familyTasks(target.cluster, familyOf(this.#revision));
    this.#tasks = newest(tasks.filter(({ taskDefinition }) => taskDefinition === this.#revision));
    this.#foundAt = clock.now();
    return this.#tasks;
  }
}

/** A task that has not started has no log. */
const hasStarted = ({ status }: Task): boolean => !["PROVISIONING", "PENDING", "ACTIVATING"].includes(status);

/** Running tasks come before stopped ones. Of each, only some. */
function newest(tasks: readonly Task[]): readonly Task[] {
  const alive = tasks.filter(({ status, stoppingAt }) => status !== "STOPPED" && stoppingAt === undefined);
  const stopped = [...tasks].sort((a, b) => newestFirst(a.stoppingAt ?? "", b.stoppingAt ?? ""));
  return (alive.length > 0 ? alive : stopped).slice(0, MOST_TASKS);
}
