import { type Deployment, isReady, type Service, type TargetHealth, type Task } from "../aws/shapes.ts";

/** One look at a rollout. */
export interface Sight {
  readonly service: Service;
  readonly running: readonly Task[];
  readonly stopped: readonly Task[];
  /** One list a target group. */
  readonly targets: readonly (readonly TargetHealth[])[];
}

export type Judgement =
  | { readonly kind: "serving" }
  | { readonly kind: "going"; readonly why: string }
  | { readonly kind: "failed"; readonly reason: string; readonly text: string };

/**
 * Where does the rollout of `wanted` stand? Pure. Success needs all of it: the service and its PRIMARY deployment name
 * `wanted`, ECS calls the deployment complete, every desired task runs it and is healthy, and as many targets of those
 * tasks are healthy (ecs.md §5; `services-stable` looks at two numbers only).
 */
export function judge(wanted: string, { service, running, targets, stopped }: Sight): Judgement {
  const primary = primaryOf(service);
  if (primary === undefined) return going(`${service.name} shows no PRIMARY deployment`);
  if (primary.taskDefinition !== wanted) return replaced(wanted, primary, service);
  if (primary.rollout === "FAILED") return failed("rollout-failed", `ECS gave the deployment of ${wanted} up`, primary);
  const fatal = deterministicStop(wanted, stopped, primary.createdAt);
  if (fatal !== undefined) return { kind: "failed", reason: "task-cannot-start", text: fatal };
  const ready = running.filter((task) => task.taskDefinition === wanted && isReady(task));
  if (ready.length < service.desired) return going(`${ready.length} of ${service.desired} tasks of ${wanted} healthy`);
  const inService = Math.min(...targets.map((group) => healthyTargets(ready, group)));
  if (inService < service.desired) {
    return going(`${inService} of ${service.desired} targets of ${wanted} healthy`);
  }
  if (!isCompleted(primary, service)) return going("ECS has not completed the deployment");
  return { kind: "serving" };
}

/** Behind a classic load balancer ECS tells no rollout state: then the one deployment left has to run all tasks itself. */
function isCompleted({ rollout, running }: Deployment, { deployments, desired }: Service): boolean {
  return rollout === undefined ? deployments.length === 1 && running >= desired : rollout === "COMPLETED";
}

export function primaryOf(service: Service): Deployment | undefined {
  return service.deployments.find((deployment) => deployment.status === "PRIMARY");
}

function going(why: string): Judgement {
  return { kind: "going", why };
}

function failed(reason: string, text: string, deployment: Deployment): Judgement {
  const detail = deployment.rolloutReason === undefined ? "" : ` (${deployment.rolloutReason})`;
  return { kind: "failed", reason, text: `${text}${detail}` };
}

/** The wanted deployment is not PRIMARY any more: the circuit breaker went back, or another deployment came. */
function replaced(wanted: string, primary: Deployment, { deployments }: Service): Judgement {
  const gaveUp = deployments.some(({ taskDefinition, rollout }) => taskDefinition === wanted && rollout === "FAILED");
  const isBreaker = gaveUp || /roll(ing|ed) back|circuit breaker/i.test(primary.rolloutReason ?? "");
  return isBreaker
    ? failed(
        "breaker-rollback",
        `the circuit breaker gave ${wanted} up and put ${primary.taskDefinition} back`,
        primary,
      )
    : failed("superseded", `another deployment (${primary.taskDefinition}) replaced ${wanted}`, primary);
}

function healthyTargets(tasks: readonly Task[], targets: readonly TargetHealth[]): number {
  const healthy = new Set(targets.filter((target) => target.state === "healthy").map((target) => target.address));
  return tasks.filter((task) => task.addresses.some((address) => healthy.has(address))).length;
}

/** Stop reasons that trying again does not cure. */
const DETERMINISTIC = /CannotPull\w*Error.*(not found|does not exist)|ResourceInitializationError|exec format error/i;

/** One task may have met a passing trouble (a name server, say); the second that says the same settles it. */
const SETTLED_BY = 2;

function deterministicStop(wanted: string, stopped: readonly Task[], since: string): string | undefined {
  const fatal = stopped.filter(
    (candidate) =>
      candidate.taskDefinition === wanted &&
      (candidate.stoppedAt ?? "") >= since &&
      DETERMINISTIC.test(candidate.stoppedReason ?? ""),
  );
  const [task] = fatal;
  return task === undefined || fatal.length < SETTLED_BY
    ? undefined
    : `tasks of ${wanted} cannot start: ${task.stoppedReason}`;
}
