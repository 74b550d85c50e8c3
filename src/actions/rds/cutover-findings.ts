import type { Service } from "../../domain/aws/ecs.ts";
import { warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { formatDuration } from "../../domain/time.ts";

/** How long users get nothing, and from which step to which. */
export function ofTheOutage(cutover: string, drainSeconds: number): Finding[] {
  const drain = `draining takes up to ${formatDuration(drainSeconds)}`;
  const names = cutover === "rename" ? ", the two renames and the new name about 12 min" : "";
  return [
    warn(
      "outage",
      `the service is down from the moment its tasks are told to stop until new ones serve: ${drain}${names}, then a start. So that no row is written to two databases, it never runs on both`,
    ),
  ];
}

/** That nobody else writes is proven by SQL or not at all. */
export function ofTheQuiet(source: string, why: string | undefined): Finding[] {
  if (why === undefined) return [];
  return [warn("quiet-unproven", `that nobody else writes to ${source} meanwhile will not be proven: ${why}`)];
}

/** What may lead somebody back by mistake. */
export function ofTheWayBack(
  cutover: string,
  source: string,
  { taskDefinition, breaker, deployments }: Service,
): Finding[] {
  const found = [
    deployments.length > 1 &&
      warn(
        "deployment-in-flight",
        `a deployment of ${taskDefinition} is in progress: it is that one that would serve from the new database. If it is bad, go back first: vulcan-ops rollback`,
      ),
    cutover === "revision" &&
      warn(
        "older-revisions",
        `${taskDefinition} and all older revisions go on pointing at ${source}: a rollback to one of them goes back to that database, and is warned of`,
      ),
    cutover === "revision" &&
      warn("alarms-stay", `alarms, dashboards and Terraform that name ${source} go on watching it`),
    cutover === "rename" &&
      warn(
        "resource-new",
        "IAM policies, proxies and Terraform go by the resource id, which is a new one under the old name",
      ),
    cutover === "revision" &&
      breaker.enabled &&
      breaker.goesBack &&
      warn(
        "breaker-goes-back",
        `if the new revision does not start, the circuit breaker puts ${taskDefinition} back: on ${source}`,
      ),
  ];
  return found.filter((finding) => finding !== false);
}
