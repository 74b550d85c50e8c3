import type { Service, ServiceDeployment } from "../../../domain/aws/ecs.ts";
import type { AllTasks, ProtectedTask } from "../../../domain/aws/reads.ts";
import { isTransient, OpsError } from "../../../domain/error.ts";
import type { ActionServices, ActionVerifyContext } from "../../../domain/services.ts";
import { formatDuration } from "../../../domain/time.ts";
import { CallBudget } from "./api-budget.ts";
import { areAllKnown, namesToRead, refreshed } from "./known-tasks.ts";
import type { RolloutSnapshot } from "./snapshot.ts";

/** Together with the lock, the caller, the plan before and the report after, at most 40 calls a minute. */
const MOST_CALLS = 36;
/** Two lists and one description of all tasks. Each target group takes one more. */
export const TASK_CALLS = 3;
/** A service deployment, and the revision it stands for if that is not known yet. */
const DEPLOYMENT_CALLS = 1;
/** A list of the tasks, and their protection. */
const PROTECTION_CALLS = 2;
/** The log of a task that failed, and its definition. */
export const TAIL_CALLS = 2;
/** How many calls the SDK makes for one read that fails transiently. Others beside it may fail unseen. */
const FAILED_CALLS = 3;

const BACK_OFF_MS = [8000, 15_000] as const;

/** Reads for a wait. It spends calls only when they are worth it, survives transient failures, and reports them. */
export class RolloutReader {
  readonly #context: ActionVerifyContext;
  readonly #budget: CallBudget;
  #failuresInARow = 0;
  #troubleSince = 0;
  #pauses = 0;
  #mayReadDeployments = true;
  #targetGroups = 1;
  #then: Service | undefined;

  /** `seen`: the service as it was when its tasks were read last. */
  constructor(context: ActionVerifyContext, seen?: Service) {
    this.#context = context;
    this.#then = seen;
    this.#budget = budgetOf(context.services);
  }

  /** One call that shows whether anything moved. Undefined if it fails transiently. */
  async readService(): Promise<Service | undefined> {
    const { services, target } = this.#context;
    await this.#waitForBudget(1);
    const service = await this.#retryTransient(1, () => services.aws.ecs.service(target.cluster, target.service));
    this.#targetGroups = service?.targetGroups.length ?? this.#targetGroups;
    return service;
  }

  /** Whether other reads beside this wait need calls. */
  get isShared(): boolean {
    return this.#budget.isShared;
  }

  /** Ms until the next single call: `ms`, or longer where the minute's calls would not last and keep those of an end. */
  pace(ms: number): number {
    const even = this.#budget.evenPace(this.#context.clock.now(), END_CALLS);
    return Math.max(ms, Math.min(even, SLOWEST_MS));
  }

  /** Whether so many calls leave those of an end, and single calls every `ms`. */
  fits(calls: number, ms: number): boolean {
    return this.#budget.evenPace(this.#context.clock.now(), END_CALLS + calls) <= ms;
  }

  /** Calls of a look at tasks and targets. */
  routineCalls(service: Service, known: RolloutSnapshot): number {
    return (this.#areKnown(service, known) ? 1 : TASK_CALLS) + this.#targetGroups;
  }

  #areKnown(service: Service, known: RolloutSnapshot | undefined): known is RolloutSnapshot {
    return known !== undefined && this.#then !== undefined && areAllKnown(service, known, this.#then);
  }

  /**
   * Tasks, targets and service deployment for a read of the service. A routine read takes the deployment from `known`.
   * Tasks are read by name where the service counts those that are known, and are listed where it does not.
   */
  async readSnapshot(
    service: Service,
    known: RolloutSnapshot | undefined,
    need: "urgent" | "routine",
  ): Promise<RolloutSnapshot | undefined> {
    const { services } = this.#context;
    const byName = this.#areKnown(service, known);
    const isUrgent = need === "urgent";
    const calls = (byName ? 1 : TASK_CALLS) + this.#targetGroups + (isUrgent ? DEPLOYMENT_CALLS : 0);
    await this.#waitForBudget(calls);
    return this.#retryTransient(calls, async () => {
      const [tasks, targets, deployment] = await Promise.all([
        this.#tasks(byName ? known : undefined),
        Promise.all(service.targetGroups.map((group) => services.aws.targetHealth(group))),
        isUrgent ? this.#deploymentOf(service) : known?.deployment,
      ]);
      this.#then = service;
      return { service, ...tasks, targets, ...(deployment && { deployment }) };
    });
  }

  /** The same tasks again, in one call. Undefined if it fails transiently. */
  async readTasks(known: RolloutSnapshot): Promise<RolloutSnapshot | undefined> {
    await this.#waitForBudget(1);
    const tasks = await this.#retryTransient(1, () => this.#tasks(known));
    return tasks && { ...known, ...tasks };
  }

  /** The targets again, one call a target group. Undefined if it fails transiently. */
  async readTargets(known: RolloutSnapshot): Promise<RolloutSnapshot | undefined> {
    const { targetGroups } = known.service;
    await this.#waitForBudget(targetGroups.length);
    const reading = () => Promise.all(targetGroups.map((group) => this.#context.services.aws.targetHealth(group)));
    const targets = await this.#retryTransient(targetGroups.length, reading);
    return targets && { ...known, targets };
  }

  async #tasks(known: AllTasks | undefined): Promise<AllTasks> {
    const { services, target, clock } = this.#context;
    const { ecs } = services.aws;
    if (known !== undefined) {
      const tasks = refreshed(known, await ecs.tasksNamed(target.cluster, namesToRead(known)));
      if (tasks !== undefined) return tasks;
      this.#budget.spend(TASK_CALLS, clock.now());
    }
    return ecs.allTasks(target.cluster, target.service);
  }

  /** Counts calls that are made in any case. */
  spend(calls: number): void {
    this.#budget.spend(calls, this.#context.clock.now());
  }

  /** The service's protected tasks; undefined if there is no room for the calls, or they may not be read. */
  async readProtected(): Promise<readonly ProtectedTask[] | undefined> {
    const { services, target, clock } = this.#context;
    const kept = this.isShared ? 0 : END_CALLS;
    if (this.#budget.waitFor(PROTECTION_CALLS, clock.now(), kept) > 0) return undefined;
    this.#budget.spend(PROTECTION_CALLS, clock.now());
    return services.aws.ecs.protectedTasks(target.cluster, target.service).catch(() => undefined);
  }

  /** Sleeps at most `ms`, or longer after failures. The length varies, so that watchers do not stay in step. */
  async pause(ms: number): Promise<void> {
    const { clock, signal, deadline } = this.#context;
    const base =
      this.#failuresInARow === 0 ? ms : (BACK_OFF_MS[Math.min(this.#failuresInARow, BACK_OFF_MS.length) - 1] ?? ms);
    this.#pauses++;
    const jittered = base * (1 - JITTER * ((this.#pauses * GOLDEN) % 1));
    await clock.sleep(Math.max(0, Math.min(jittered, deadline - clock.now())), signal);
  }

  async #waitForBudget(calls: number): Promise<void> {
    const { clock, signal } = this.#context;
    const ms = this.#budget.waitFor(calls, clock.now());
    if (ms > 0) await clock.sleep(ms, signal);
  }

  async #retryTransient<T>(calls: number, read: () => Promise<T>): Promise<T | undefined> {
    const { clock } = this.#context;
    try {
      const answer = await read();
      this.#budget.spend(calls, clock.now());
      this.#failuresInARow = 0;
      return answer;
    } catch (error) {
      this.#budget.spend(calls * FAILED_CALLS, clock.now());
      if (!isTransient(error)) throw error;
      this.#noteTrouble(error as Error);
      return undefined;
    }
  }

  #noteTrouble({ message }: Error): void {
    const { clock, progress } = this.#context;
    if (this.#failuresInARow === 0) this.#troubleSince = clock.now();
    this.#failuresInARow++;
    const seconds = (clock.now() - this.#troubleSince) / 1000;
    const since = seconds < 1 ? "" : ` (for ${formatDuration(seconds)})`;
    progress(`cannot read the service${since}; AWS continues the rollout\n${message}`);
  }

  /** An older policy may not allow this call. Then the evidence is weaker, but the wait continues. */
  async #deploymentOf({ deploymentArn }: Service): Promise<ServiceDeployment | undefined> {
    if (deploymentArn === undefined || !this.#mayReadDeployments) return undefined;
    try {
      const [deployment] = await this.#context.services.aws.ecs.deployments([deploymentArn]);
      return deployment;
    } catch (error) {
      if (!(error instanceof OpsError) || error.detail.code !== "aws-refused") throw error;
      this.#mayReadDeployments = false;
      return undefined;
    }
  }
}

/** One budget for each set of services: the wait of the next step continues within the same minute. */
const BUDGETS = new WeakMap<ActionServices, CallBudget>();

/** `most`: calls a minute, for who counts all calls; heeded by the first that asks. */
export function budgetOf(services: ActionServices, most = MOST_CALLS): CallBudget {
  const budget = BUDGETS.get(services) ?? new CallBudget(most);
  BUDGETS.set(services, budget);
  return budget;
}

/** Calls of an end: tasks, targets, service deployment, and the log of a task that failed with its definition. */
export const END_CALLS = TASK_CALLS + 1 + DEPLOYMENT_CALLS + TAIL_CALLS;
/** Rather than see nothing for longer, single calls use up what is kept for an end. */
const SLOWEST_MS = 8000;
const JITTER = 0.2;
/** Multiples of it, modulo 1, are spread evenly. */
const GOLDEN = 0.618_033_988_75;
