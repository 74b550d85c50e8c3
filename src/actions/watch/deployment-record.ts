import type { Deployment, HistoryRow, Service, ServiceDeployment } from "../../domain/aws/ecs.ts";
import { primaryOf } from "../ecs/rollout/snapshot.ts";

/** What one read of the deployments found. `details`: those of service deployments that may have failed. */
export interface DeploymentRead {
  readonly service: Service;
  /** Undefined if it could not be read: then only the service tells of deployments, and not of all. */
  readonly history: readonly HistoryRow[] | undefined;
  readonly details: readonly ServiceDeployment[];
}

const GOING_ON = /^(PENDING|IN_PROGRESS|STOP_REQUESTED)$/;
/** A status that AWS may add is no good end until it is known. */
const WELL = /^(SUCCESSFUL|)$/;
const isSuspect = ({ status }: HistoryRow): boolean => !GOING_ON.test(status) && !WELL.test(status);
/** ECS stops a deployment and starts its replacement at once. Both times come from ECS's own clock. */
const AT_ONCE_MS = 60_000;

/**
 * The deployments that failed or were rolled back during the watch. Both lists are read. DescribeServices shows a
 * failed deployment beside the PRIMARY one, but drops it soon. The service deployments keep it for 90 days, so no read
 * has to come at the right moment.
 */
export class DeploymentRecord {
  readonly #failures = new Map<string, string>();
  readonly #replaced = new Map<string, string>();
  readonly #start: number;
  /** Service deployments that had ended before the watch, by the first history that could be read. */
  #before: readonly HistoryRow[] | undefined;
  #open: string | undefined;

  /** `start`: epoch ms. `history`: as read when the watch begins; without it, the first one that is learned. */
  constructor(start: number, history?: readonly HistoryRow[]) {
    this.#start = start;
    if (history !== undefined) this.#before = this.#endedBefore(history);
  }

  #endedBefore(history: readonly HistoryRow[]): readonly HistoryRow[] {
    return history.filter(
      ({ status, finishedAt = "" }) =>
        !GOING_ON.test(status) && !/_(REQUESTED|IN_PROGRESS)$/.test(status) && !(Date.parse(finishedAt) >= this.#start),
    );
  }

  /** ARNs of the service deployments of the watch that may have failed, the newest twenty. */
  suspects(history: readonly HistoryRow[] | undefined): readonly string[] {
    if (history === undefined) return [];
    this.#before ??= this.#endedBefore(history);
    return history
      .filter((row) => isSuspect(row) && !this.#isOld(row))
      .map(({ arn }) => arn)
      .slice(0, 20);
  }

  learn({ service, history, details }: DeploymentRead): void {
    const primary = primaryOf(service);
    if (history !== undefined) this.#before ??= this.#endedBefore(history);
    for (const deployment of service.deployments) {
      if (deployment.rollout !== "FAILED") continue;
      const { taskDefinition, rolloutReason, createdAt } = deployment;
      const isEndedBefore =
        this.#before === undefined
          ? Date.parse(createdAt) < this.#start
          : this.#before.some((row) => row.taskDefinition === taskDefinition && (row.finishedAt ?? "") >= createdAt);
      // A deployment that was replaced before the watch may still be stopping its tasks.
      if (deployment !== primary && isEndedBefore) continue;
      this.#failures.set(taskDefinition, `the deployment of ${taskDefinition} FAILED${because(rolloutReason)}`);
    }
    this.#open = this.#unended(primary, history);
    if (history === undefined) return;
    for (const row of history) if (isSuspect(row) && !this.#isOld(row)) this.#judge(row, history, details);
  }

  #unended(primary: Deployment | undefined, history: readonly HistoryRow[] | undefined): string | undefined {
    const newest = history?.[0];
    const isGoing = newest !== undefined && GOING_ON.test(newest.status);
    const isRolling = primary?.rollout === "IN_PROGRESS";
    const name = (isRolling ? primary.taskDefinition : newest?.taskDefinition) || "a revision";
    if (isGoing || isRolling) return `the deployment of ${name} has not ended`;
    return history === undefined ? "the deployment history could not be read" : undefined;
  }

  /** Undefined where no deployment failed. */
  get failed(): string | undefined {
    return this.#failures.size === 0 ? undefined : [...this.#failures.values()].join("; ");
  }

  /** Undefined where none is under way, as far as all could be read. */
  get open(): string | undefined {
    return this.#open;
  }

  get notes(): readonly string[] {
    return [...this.#replaced.values()];
  }

  #isOld({ arn }: HistoryRow): boolean {
    return this.#before?.some((row) => row.arn === arn) === true;
  }

  #judge(row: HistoryRow, history: readonly HistoryRow[], details: readonly ServiceDeployment[]): void {
    const detail = details.find(({ arn }) => arn === row.arn);
    const name = row.taskDefinition || detail?.taskDefinition || "a revision";
    if (row.status === "STOPPED" && isReplaced(row, history) && !isFailing(detail)) {
      this.#replaced.set(row.arn, `the deployment of ${name} was stopped because another one replaced it`);
      return;
    }
    const back = detail?.rollback?.taskDefinition;
    const status = back ? `${row.status}, back to ${back}` : row.status;
    const reason = detail?.rollback?.reason ?? detail?.statusReason;
    const alarms = detail === undefined || detail.alarms.length === 0 ? "" : `; alarms: ${detail.alarms.join(", ")}`;
    this.#failures.set(name, `the deployment of ${name} FAILED (${status})${because(reason)}${alarms}`);
  }
}

const because = (reason: string | undefined): string => (reason ? `: ${reason}` : "");

/** Another deployment began while this one was in progress: someone deployed over it. */
function isReplaced({ arn, createdAt, finishedAt }: HistoryRow, history: readonly HistoryRow[]): boolean {
  const [from, to] = [Date.parse(createdAt), Date.parse(finishedAt ?? "") + AT_ONCE_MS];
  return history.some((other) => {
    const begun = Date.parse(other.createdAt);
    return other.arn !== arn && begun >= from && !(begun > to);
  });
}

const isFailing = (detail: ServiceDeployment | undefined): boolean =>
  detail !== undefined &&
  (detail.breaker?.status === "TRIGGERED" || (detail.breaker?.failures ?? 0) > 0 || detail.alarms.length > 0);
