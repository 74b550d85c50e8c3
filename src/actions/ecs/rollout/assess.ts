import { type Deployment, isReady, type Service, type ServiceDeployment } from "../../../domain/aws/ecs.ts";
import { groupsOf, isHealthyIn, whyNotHealthy } from "../../../domain/aws/targets.ts";
import { isFromBeforeUpdate, type SentUpdate } from "./sent-update.ts";
import { matchGroups, otherTargets, primaryOf, type RolloutSnapshot } from "./snapshot.ts";
import { failureEvidence } from "./stopped-tasks.ts";

export type Assessment =
  | { readonly kind: "serving" }
  | { readonly kind: "going"; readonly why: string }
  | {
      readonly kind: "failed";
      readonly reason: string;
      readonly text: string;
      /** Proven by tasks that have stopped: no later read can change it. */
      readonly isProven: boolean;
    };

/**
 * Where does the rollout of `wanted` stand? Pure. Success needs all of it. The service, its PRIMARY deployment and the
 * service deployment name `wanted` and are complete. Every desired task runs it and is healthy. As many targets of
 * those tasks are healthy, and none of another revision takes traffic (ecs.md §5; `services-stable` reads two
 * numbers only). Each target group counts for itself; where its targets match no task, ECS's COMPLETED decides.
 */
export function assessRollout(wanted: string, snapshot: RolloutSnapshot, since = "", sent?: SentUpdate): Assessment {
  const { service, deployment } = snapshot;
  const primary = primaryOf(service);
  if (primary === undefined) return going(`${service.name} shows no PRIMARY deployment`);
  if (primary.taskDefinition !== wanted) return replaced(wanted, primary, snapshot, sent);
  if (primary.rollout === "FAILED")
    return failed("rollout-failed", `ECS marked the deployment of ${wanted} FAILED`, primary);
  const ended = deployment === undefined ? undefined : endedBadly(wanted, deployment);
  if (ended !== undefined) return ended;
  const missing = missingFor(wanted, primary, snapshot);
  if (missing === undefined) return { kind: "serving" };
  const proof = failureEvidence(wanted, snapshot, since);
  return proof === undefined ? going(missing) : { kind: "failed", isProven: true, ...proof };
}

/** What is still missing for success; undefined if nothing is. */
function missingFor(wanted: string, primary: Deployment, snapshot: RolloutSnapshot): string | undefined {
  const { service, running, deployment } = snapshot;
  const ready = running.filter((task) => task.taskDefinition === wanted && isReady(task));
  if (ready.length < service.desired) return `${ready.length} of ${service.desired} tasks of ${wanted} healthy`;
  const healthy = matchGroups(snapshot).matched.map(({ name, targets }) => ({
    name,
    count: ready.filter((task) => isHealthyIn(task, targets)).length,
    why: whyNotHealthy(ready, targets),
  }));
  const short = healthy.filter(({ count }) => count < service.desired);
  if (short.length > 0) {
    const say = (count: number) => `${count} of ${service.desired} targets of ${wanted} healthy`;
    const lines = aLineEach(service.targetGroups.length > 1 ? healthy : short, service, say);
    return [lines, ...new Set(short.flatMap(({ why }) => why))].join("\n");
  }
  if (!isCompleted(primary, service)) return "tasks are healthy; ECS has not marked the deployment COMPLETED yet";
  if (deployment !== undefined && isUnfinished(wanted, deployment))
    return `its service deployment is ${deployment.status}`;
  return takenByOthers(wanted, snapshot);
}

function takenByOthers(wanted: string, snapshot: RolloutSnapshot): string | undefined {
  const others = groupsOf(snapshot.service, otherTargets(wanted, snapshot)).flatMap(({ name, targets }) => {
    const count = targets.filter(({ state }) => state === "healthy").length;
    return count === 0 ? [] : [{ name, count }];
  });
  if (others.length === 0) return undefined;
  return aLineEach(others, snapshot.service, (count) => `${count} targets of other revisions still take traffic`);
}

/** A task has a target in each group: to add them up would count it twice. The name tells several groups apart. */
function aLineEach(
  groups: readonly { readonly name: string; readonly count: number }[],
  { targetGroups }: Service,
  say: (count: number) => string,
): string {
  return groups.map(({ name, count }) => `${say(count)}${targetGroups.length > 1 ? ` in ${name}` : ""}`).join("\n");
}

/** Behind a Classic Load Balancer ECS reports no rollout state. Then the only deployment has to run all tasks. */
export function isCompleted({ rollout, running }: Deployment, { deployments, desired }: Service): boolean {
  if (rollout !== undefined) return rollout === "COMPLETED";
  return deployments.length === 1 && running !== undefined && running >= desired;
}

/** If the newest service deployment is about another revision, it proves nothing here. */
function isUnfinished(wanted: string, { status, taskDefinition, rollback }: ServiceDeployment): boolean {
  if (status.startsWith("ROLLBACK_")) return rollback?.taskDefinition === wanted && status !== "ROLLBACK_SUCCESSFUL";
  return taskDefinition === wanted && (status === "PENDING" || status === "IN_PROGRESS");
}

/** The service deployment's own status, which can come before the PRIMARY deployment shows it. */
function endedBadly(wanted: string, deployment: ServiceDeployment): Assessment | undefined {
  const { status, taskDefinition, rollback, statusReason } = deployment;
  const why = statusReason === undefined ? "" : ` (${statusReason})`;
  if (rollback?.taskDefinition === wanted) {
    if (status !== "ROLLBACK_FAILED") return undefined;
    return {
      kind: "failed",
      isProven: false,
      reason: "rollback-failed",
      text: `ECS could not roll back to ${wanted}${why}`,
    };
  }
  if (taskDefinition !== wanted) return undefined;
  if (status === "STOPPED") {
    return {
      kind: "failed",
      isProven: false,
      reason: "rollout-stopped",
      text: `the deployment of ${wanted} was stopped${why}`,
    };
  }
  if (!status.startsWith("ROLLBACK_")) return undefined;
  return {
    kind: "failed",
    isProven: false,
    ...backTo(wanted, rollback?.taskDefinition || "the one before", deployment, why),
  };
}

function going(why: string): Assessment {
  return { kind: "going", why };
}

function failed(reason: string, text: string, deployment: Deployment): Assessment {
  const detail = deployment.rolloutReason === undefined ? "" : ` (${deployment.rolloutReason})`;
  return { kind: "failed", reason, text: `${text}${detail}`, isProven: false };
}

/** The wanted deployment is not PRIMARY: ECS rolled back, another deployment came, or reads still show the old one. */
function replaced(
  wanted: string,
  primary: Deployment,
  snapshot: RolloutSnapshot,
  sent: SentUpdate | undefined,
): Assessment {
  const { service, deployment } = snapshot;
  const gaveUp = service.deployments.some(
    ({ taskDefinition, rollout }) => taskDefinition === wanted && rollout === "FAILED",
  );
  const isBack = /roll(ing|ed) back|circuit breaker/i.test(primary.rolloutReason ?? "");
  const isRecorded = deployment?.taskDefinition === wanted && deployment.status.startsWith("ROLLBACK_");
  if (!gaveUp && !isBack && !isRecorded) {
    if (isFromBeforeUpdate(wanted, primary, service, sent))
      return going(`ECS still shows ${primary.taskDefinition}, which was there before the request`);
    return failed("superseded", `another deployment (${primary.taskDefinition}) replaced ${wanted}`, primary);
  }
  const detail = primary.rolloutReason === undefined ? "" : ` (${primary.rolloutReason})`;
  return { kind: "failed", isProven: false, ...backTo(wanted, primary.taskDefinition, deployment, detail) };
}

/** What put the other revision back: an alarm, a person, or else the circuit breaker. */
function backTo(wanted: string, back: string, deployment: ServiceDeployment | undefined, detail: string) {
  const alarms = deployment?.alarms ?? [];
  if (alarms.length > 0) {
    return {
      reason: "alarm-rollback",
      text: `the alarm ${alarms.join(", ")} stopped ${wanted}, and ECS restored ${back}${detail}`,
    };
  }
  const isAsked = /deployment stopped|StopServiceDeployment/i.test(`${detail} ${deployment?.statusReason ?? ""}`);
  return isAsked
    ? {
        reason: "rolled-back",
        text: `another operator stopped the deployment of ${wanted}, and ECS restored ${back}${detail}`,
      }
    : { reason: "breaker-rollback", text: `the circuit breaker stopped ${wanted} and restored ${back}${detail}` };
}
