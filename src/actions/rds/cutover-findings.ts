import type { Service } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import type { Finding } from "../../domain/operation.ts";
import { formatDuration, utcTime } from "../../domain/time.ts";

/** How long users get nothing, and from which step to which. */
export function outageFindings(cutover: string, drainSeconds: number): Finding[] {
  const drain = `draining takes up to ${formatDuration(drainSeconds)}`;
  const names = cutover === "rename" ? ", the two renames about 12 min" : "";
  return [
    warn(
      "outage",
      `DOWNTIME from the stop of the old tasks until new ones are healthy: ${drain}${names}, then a start. The service never writes to both databases`,
    ),
  ];
}

/** Only SQL can prove that no other client writes. */
export function clientFindings(source: string, why: string | undefined): Finding[] {
  if (why === undefined) return [];
  return [warn("quiet-unproven", `other writers to ${source} cannot be ruled out: ${why}`)];
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
        `${taskDefinition} is still deploying: it would run on the new database. If it is bad, first: vulcan-ops rollback`,
      ),
    cutover === "revision" &&
      warn(
        "older-revisions",
        `${taskDefinition} and older revisions still use ${source}: a rollback to them returns to that database, with a warning`,
      ),
    cutover === "revision" &&
      warn("alarms-stay", `alarms, dashboards and Terraform that name ${source} still watch the old instance`),
    cutover === "rename" && warn("resource-new", "the resource id changes: adapt IAM policies, proxies and Terraform"),
    cutover === "revision" &&
      (breaker === undefined || (breaker.enabled && breaker.rollback)) &&
      warn(
        "breaker-goes-back",
        `the circuit breaker may restore ${taskDefinition} on ${source}: it does if the new revision fails to start${doubt}`,
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
    warn("documents-newer", `S3 documents are newer than the database: those put ${since} stay, unknown to it`),
    warn("jobs-again", `jobs and webhooks run again: those that ran ${since} are due again when the service starts`),
    warn("sequences-rewind", `sequences rewind: numbers used ${since} are used again, for other rows`),
    warn("keys-newer", `encrypted credentials are the older ones: a key replaced ${since} must still exist`),
  ];
}

function migrationFindings(to: string, image: string, applied: readonly AppliedMigration[] | Error): Finding[] {
  if (applied instanceof Error)
    return [warn("migrations-unknown", `newer migrations are not known: ${applied.message}`)];
  const later = applied.filter(({ appliedAt = "" }) => appliedAt > to).map(({ version }) => version);
  if (later.length === 0) return [ok("migrations-same", "no newer migration: the schema is the current one")];
  const which = `${later.length === 1 ? "migration" : "migrations"} ${later.join(", ")}`;
  return [
    warn(
      "migrations-again",
      `${which} will be applied again: a task of ${image} migrates when it starts. If that is the mistake, first: vulcan-ops rollback`,
    ),
  ];
}
