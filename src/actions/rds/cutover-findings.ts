import type { Service } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import type { Finding } from "../../domain/operation.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";

/** How long users get nothing, and from which step to which. */
export function outageFindings(cutover: string, drainSeconds: number): Finding[] {
  const drain = `draining takes up to ${formatDuration(drainSeconds)}`;
  const names = cutover === "rename" ? ", the two renames and the new name about 12 min" : "";
  return [
    warn(
      "outage",
      `the service is down from the moment its tasks are told to stop until new ones serve: ${drain}${names}, then a start. So that no row is written to two databases, it never runs on both`,
    ),
  ];
}

/** Only SQL can prove that no other client writes. */
export function clientFindings(source: string, why: string | undefined): Finding[] {
  if (why === undefined) return [];
  return [warn("quiet-unproven", `that nobody else writes to ${source} meanwhile will not be proven: ${why}`)];
}

/** What may bring the service back to the old database by mistake. */
export function undoFindings(
  cutover: string,
  source: string,
  { taskDefinition, breaker, deployments }: Service,
): Finding[] {
  const doubt = breaker === undefined ? "; ECS does not say whether the breaker is on" : "";
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
      (breaker === undefined || (breaker.enabled && breaker.rollback)) &&
      warn(
        "breaker-goes-back",
        `if the new revision does not start, the circuit breaker puts ${taskDefinition} back: on ${source}${doubt}`,
      ),
  ];
  return found.filter((finding) => finding !== false);
}

/** What goes back in time with the database, and what does not. An operator who does not know of it does not see it. */
export function sideEffectFindings(
  to: string,
  taskDefinition: string,
  applied: readonly AppliedMigration[] | Error,
): Finding[] {
  const since = `after ${utcTime(to)}`;
  return [
    ...migrationFindings(to, taskDefinition, applied),
    warn(
      "documents-newer",
      `documents that were put into S3 ${since} stay there, and this database does not know them`,
    ),
    warn(
      "jobs-again",
      `jobs and webhooks that ran ${since} are due again in it, and run again when the service starts`,
    ),
    warn("sequences-rewind", `its sequences go back: numbers given out ${since} are given out again, to other rows`),
    warn(
      "keys-newer",
      `credentials encrypted ${since} are the older ones again: a key that was replaced has to be there still`,
    ),
  ];
}

function migrationFindings(to: string, image: string, applied: readonly AppliedMigration[] | Error): Finding[] {
  if (applied instanceof Error)
    return [warn("migrations-unknown", `which migrations came ${utcTime(to)} or later is unknown: ${applied.message}`)];
  const later = applied.filter(({ appliedAt = "" }) => appliedAt > to).map(({ version }) => version);
  if (later.length === 0)
    return [ok("migrations-same", "no migration was applied since: it has the schema that serves now")];
  const which = `${later.length === 1 ? "migration" : "migrations"} ${later.join(", ")}`;
  return [
    warn(
      "migrations-again",
      `${which} came later: any task of ${image} that holds ${later.length === 1 ? "it" : "them"} applies ${later.length === 1 ? "it" : "them"} again when it starts. If that is the mistake, go back first: vulcan-ops rollback`,
    ),
  ];
}
