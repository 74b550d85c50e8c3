import type { HistoryRow, Service, ServiceDeployment, Task } from "../../../domain/aws/ecs.ts";
import type { AllTasks } from "../../../domain/aws/reads.ts";
import { EXIT } from "../../../domain/exit-codes.ts";
import { roughlyAgo } from "../../../domain/rough-duration.ts";
import type { ActionReadContext } from "../../../domain/services.ts";
import type { FollowEnd } from "../../../domain/upgrade/follow-report.ts";
import { type UpgradeVerdict, verdictRow } from "../../../domain/upgrade/verdicts.ts";
import { TASK_CALLS } from "../../ecs/rollout/reader.ts";
import { primaryOf, type RolloutSnapshot } from "../../ecs/rollout/snapshot.ts";

/** The deployment that is followed. */
export interface DeploymentInFlight {
  /** The new revision. */
  readonly wanted: string;
  /** The revision that it replaces, where that is known. */
  readonly old?: string;
  /** RFC 3339 */
  readonly began: string;
}

/** What the service shows when the following begins. */
export interface ServiceFound {
  readonly snapshot: RolloutSnapshot;
  readonly deployment?: DeploymentInFlight;
}

/** Calls of `findDeployment` with one target group: the service, its deployment with its revision, tasks and targets. */
export const FIND_CALLS = 3 + TASK_CALLS + 1;

/** A deployment is in flight while ECS deploys it or rolls it back, and while old tasks are still there. */
export async function findDeployment({ services, target }: ActionReadContext): Promise<ServiceFound> {
  const { ecs } = services.aws;
  const service = await ecs.service(target.cluster, target.service);
  const [record, tasks, targets] = await Promise.all([
    recordOf(service, ecs),
    ecs.allTasks(target.cluster, target.service),
    Promise.all(service.targetGroups.map((group) => services.aws.targetHealth(group))),
  ]);
  const deployment = inFlight(service, record, tasks);
  const snapshot = { service, ...tasks, targets, ...(record && { deployment: record }) };
  return { snapshot, ...(deployment && { deployment }) };
}

/** Evidence that an older policy may not allow. */
async function recordOf(
  { deploymentArn }: Service,
  ecs: ActionReadContext["services"]["aws"]["ecs"],
): Promise<ServiceDeployment | undefined> {
  if (deploymentArn === undefined) return undefined;
  const [record] = await ecs.deployments([deploymentArn]).catch(() => []);
  return record;
}

const GOING_BACK: ReadonlySet<string> = new Set(["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]);

/** Pure. While ECS rolls back, the deployment that failed is the one to tell of. */
export function inFlight(
  service: Service,
  record: ServiceDeployment | undefined,
  { running, stopped }: AllTasks,
): DeploymentInFlight | undefined {
  const primary = primaryOf(service);
  if (primary === undefined || primary.rollout === "FAILED") return undefined;
  const alive = [...running, ...stopped].filter(({ status }) => status !== "STOPPED");
  if (record !== undefined && GOING_BACK.has(record.status) && record.taskDefinition !== "") {
    const own = service.deployments.find(({ taskDefinition }) => taskDefinition === record.taskDefinition);
    return { wanted: record.taskDefinition, old: primary.taskDefinition, began: own?.createdAt ?? primary.createdAt };
  }
  const isOld = ({ startedBy, taskDefinition }: Task) =>
    startedBy === undefined ? taskDefinition !== primary.taskDefinition : startedBy !== primary.id;
  const others = alive.filter(isOld);
  const isDeploying =
    primary.rollout === undefined ? service.deployments.length > 1 : primary.rollout === "IN_PROGRESS";
  if (!isDeploying && others.length === 0) return undefined;
  const before = service.deployments.find(({ id }) => id !== primary.id)?.taskDefinition ?? others[0]?.taskDefinition;
  return { wanted: primary.taskDefinition, ...(before && { old: before }), began: primary.createdAt };
}

/** How each state of a service deployment ended, in the words of an upgrade. */
const ENDED: Readonly<Record<string, UpgradeVerdict["verdict"]>> = {
  SUCCESSFUL: "UPGRADED",
  ROLLBACK_SUCCESSFUL: "ROLLED BACK BY ECS",
};

/** Where nothing is in flight: the last deployment's end by ECS's own word. `name`: what a person calls a revision. */
export function lastEnd(
  service: Service,
  [last]: readonly HistoryRow[],
  now: number,
  name: (taskDefinition: string) => string,
): FollowEnd {
  const primary = primaryOf(service);
  const failed = primary?.rollout === "FAILED";
  const status = failed ? "FAILED" : (last?.status ?? primary?.rollout ?? "");
  const verdict = ENDED[status] ?? (status === "COMPLETED" ? "UPGRADED" : "FAILED");
  const at = last?.finishedAt ?? last?.startedAt ?? last?.createdAt ?? primary?.createdAt;
  const what = name(last?.taskDefinition || service.taskDefinition);
  const when = at === undefined ? "" : ` ${roughlyAgo(at, now)}`;
  const { exit } = verdictRow(verdict);
  return {
    verdict,
    exitCode: verdict === "UPGRADED" ? EXIT.done : exit,
    reason: verdict === "UPGRADED" ? "nothing-in-flight" : "last-failed",
    text: `no deployment is in flight. The last one, ${what}, ended ${status}${when}; ${name(service.taskDefinition)} is deployed`,
    evidence: primary?.rolloutReason === undefined || !failed ? [] : [primary.rolloutReason],
    next: [verdict === "FAILED" ? verdictRow("FAILED").nextOfFollow : "vulcan-ops"],
  };
}
