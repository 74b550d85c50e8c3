import type { Service, ServiceDeployment } from "../../../domain/aws/ecs.ts";
import { isTransient, OpsError } from "../../../domain/error.ts";
import type { Wait, World } from "../../../domain/services.ts";
import { formatDuration } from "../../../domain/time.ts";
import { CallBudget } from "./api-budget.ts";
import type { Sight } from "./snapshot.ts";

/** With the lock, the caller, the plan before and the report after, a minute has 40 at most. */
const MOST_CALLS = 36;
/** Two lists and one description of all tasks; and one a target group. */
export const TASK_CALLS = 3;
/** A service deployment, and what its revision stands for where that is not known yet. */
const DEPLOYMENT_CALLS = 1;
/** What the SDK makes of one read that fails for a passing reason; others beside it may fail unseen. */
const FAILED_CALLS = 3;

const BACK_OFF_MS = [8000, 15_000] as const;

/** The eyes of a wait: reads what is worth its calls, survives what passes, and says so. */
export class RolloutWatch {
  readonly #waiting: Wait;
  readonly #budget: CallBudget;
  #troubles = 0;
  #troubleSince = 0;
  #pauses = 0;
  #mayReadDeployments = true;
  #targetGroups = 1;

  constructor(waiting: Wait) {
    this.#waiting = waiting;
    this.#budget = budgetOf(waiting.world);
  }

  /** One call: the picture that shows whether anything moved. Undefined where it cannot be had just now. */
  async glance(): Promise<Service | undefined> {
    const { world, target } = this.#waiting;
    await this.#afford(1);
    const service = await this.#surviving(1, () => world.aws.ecs.service(target.cluster, target.service));
    this.#targetGroups = service?.targetGroups.length ?? this.#targetGroups;
    return service;
  }

  /** Whether tasks and targets can be looked at without starving what may become urgent. */
  isCheap(reserve: "all" | "half"): boolean {
    const kept = reserve === "all" ? RESERVE : RESERVE / 2;
    return this.#budget.waitFor(TASK_CALLS + this.#targetGroups, this.#waiting.clock.now(), kept) === 0;
  }

  /** Tasks and targets behind a glance, and the service deployment: `known` where a routine look does without it. */
  async evidence(service: Service, known?: Pick<Sight, "deployment">): Promise<Sight | undefined> {
    const { world, target } = this.#waiting;
    const calls = TASK_CALLS + this.#targetGroups + (known === undefined ? DEPLOYMENT_CALLS : 0);
    await this.#afford(calls);
    return this.#surviving(calls, async () => {
      const [tasks, targets, deployment] = await Promise.all([
        world.aws.ecs.allTasks(target.cluster, target.service),
        Promise.all(service.targetGroups.map((group) => world.aws.targetHealth(group))),
        known === undefined ? this.#deploymentOf(service) : known.deployment,
      ]);
      return { service, ...tasks, targets, ...(deployment && { deployment }) };
    });
  }

  /** Sleeps about `ms`, never longer: in steps that do not meet other watchers' again and again. Longer in trouble. */
  async pause(ms: number): Promise<void> {
    const { clock, signal, deadline } = this.#waiting;
    const base = this.#troubles === 0 ? ms : (BACK_OFF_MS[Math.min(this.#troubles, BACK_OFF_MS.length) - 1] ?? ms);
    this.#pauses++;
    const jittered = base * (1 - JITTER * ((this.#pauses * GOLDEN) % 1));
    await clock.sleep(Math.max(0, Math.min(jittered, deadline - clock.now())), signal);
  }

  async #afford(calls: number): Promise<void> {
    const { clock, signal } = this.#waiting;
    const ms = this.#budget.waitFor(calls, clock.now());
    if (ms > 0) await clock.sleep(ms, signal);
  }

  async #surviving<T>(calls: number, read: () => Promise<T>): Promise<T | undefined> {
    const { clock } = this.#waiting;
    try {
      const answer = await read();
      this.#budget.spend(calls, clock.now());
      this.#troubles = 0;
      return answer;
    } catch (error) {
      this.#budget.spend(calls * FAILED_CALLS, clock.now());
      if (!isTransient(error)) throw error;
      this.#inTrouble(error as Error);
      return undefined;
    }
  }

  #inTrouble({ message }: Error): void {
    const { clock, progress } = this.#waiting;
    if (this.#troubles === 0) this.#troubleSince = clock.now();
    this.#troubles++;
    const seconds = (clock.now() - this.#troubleSince) / 1000;
    const since = seconds < 1 ? "" : ` (for ${formatDuration(seconds)})`;
    progress(`cannot see the service just now${since}; AWS goes on with the rollout\n${message}`);
  }

  /** Its absence weakens the evidence and ends nothing: an older policy may not allow the call. */
  async #deploymentOf({ deploymentArn }: Service): Promise<ServiceDeployment | undefined> {
    if (deploymentArn === undefined || !this.#mayReadDeployments) return undefined;
    try {
      const [deployment] = await this.#waiting.world.aws.ecs.deployments([deploymentArn]);
      return deployment;
    } catch (error) {
      if (!(error instanceof OpsError) || error.detail.code !== "aws-refused") throw error;
      this.#mayReadDeployments = false;
      return undefined;
    }
  }
}

/** One a world: the wait of the next step goes on within the same minute. */
const BUDGETS = new WeakMap<World, CallBudget>();

export function budgetOf(world: World): CallBudget {
  const budget = BUDGETS.get(world) ?? new CallBudget(MOST_CALLS);
  BUDGETS.set(world, budget);
  return budget;
}

/** Two looks at an end, evidence and all. */
const RESERVE = 12;
const JITTER = 0.2;
/** Multiples of it, modulo 1, are spread evenly. */
const GOLDEN = 0.618_033_988_75;
