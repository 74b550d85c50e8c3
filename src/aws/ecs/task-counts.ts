import type * as Sdk from "@aws-sdk/client-ecs";
import { isRefused } from "../../domain/error.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import { translateRead } from "../client/errors.ts";
import type * as Commands from "../sdk/ecs.ts";

/** By the ARN of a service deployment: how many tasks it was asked for, or why that could not be read. */
export interface TaskCounts {
  readonly counts: ReadonlyMap<string, number>;
  readonly unread: ReadonlyMap<string, string>;
}

export interface TaskCounter {
  count(ecs: Sdk.ECSClient, sdk: typeof Commands, briefs: readonly Sdk.ServiceDeploymentBrief[]): Promise<TaskCounts>;
  /** The deployments that were asked for: each has succeeded, so it does not change. By ARN. */
  readonly succeeded: ReadonlyMap<string, Sdk.ServiceDeployment>;
}

/** The newest successful deployments, as many as one call takes: a rollback goes back to none that is older. */
const COUNTED = 20;
/** The count tells one thing more about a revision. Nothing waits for it. */
const COUNT_MS = 1000;
const CALL = "ecs:DescribeServiceDeployments";

/**
 * How many tasks successful deployments were asked for. One that has ended never changes, so each is asked for once,
 * whether the answer has its count or not; and after a refusal none is.
 */
export function taskCounts(): TaskCounter {
  const counts = new Map<string, number>();
  const succeeded = new Map<string, Sdk.ServiceDeployment>();
  const asked = new Set<string>();
  let refusal: string | undefined;
  const count: TaskCounter["count"] = async (ecs, sdk, briefs) => {
    const successful = briefs.filter(({ status }) => status === "SUCCESSFUL").slice(0, COUNTED);
    const open = successful.flatMap(({ serviceDeploymentArn: arn }) => (arn && !asked.has(arn) ? [arn] : []));
    const because = (why: string): TaskCounts => ({ counts, unread: new Map(open.map((arn) => [arn, why])) });
    if (refusal !== undefined) return because(refusal);
    if (open.length === 0) return { counts, unread: new Map() };
    const command = new sdk.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: open });
    const answer = await withTimeLimit(COUNT_MS, ecs.send(command)).catch((failure: Error) => failure);
    if (answer instanceof Error) {
      const failure = translateRead(answer, CALL);
      if (isRefused(failure)) refusal = `not allowed ${CALL}`;
      return because(refusal ?? failure.message);
    }
    for (const arn of open) asked.add(arn);
    for (const deployment of answer.serviceDeployments ?? []) {
      const { serviceDeploymentArn = "", targetServiceRevision } = deployment;
      const { requestedTaskCount: tasks } = targetServiceRevision ?? {};
      if (tasks !== undefined) counts.set(serviceDeploymentArn, tasks);
      if (deployment.status === "SUCCESSFUL") succeeded.set(serviceDeploymentArn, deployment);
    }
    return { counts, unread: new Map() };
  };
  return { count, succeeded };
}
