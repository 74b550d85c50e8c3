import { limitOf } from "../../checks/deployment/health-check.ts";
import { certainContainerName, chooseContainer } from "../../domain/aws/application-container.ts";
import { block, notChecked, ok, warn } from "../../domain/finding.ts";
import type { TaskLimit } from "../../domain/lint.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Known } from "../../domain/status/target-status.ts";
import { formatDuration } from "../../domain/time.ts";
import type { PreflightReads } from "./preflight-reads.ts";

/** A migration cannot use all of the time: starting, connecting and listening take some of it. */
const USABLE = 0.8;

interface Limit {
  readonly seconds: number;
  readonly text: string;
}

/** What the checks of a task are read from. */
type ChecksRead = Pick<PreflightReads, "containers" | "container" | "service" | "targetGroups">;

/**
 * What stops a task that does not answer, and its migrations: the health check of the container or of the load
 * balancer, whichever comes first. During the service's grace period ECS ignores both. [D]
 */
export function limitsOf({ containers, container, service, targetGroups }: ChecksRead): readonly Limit[] {
  const { graceSeconds = 0 } = service;
  const application = certainContainerName(
    chooseContainer({ named: container, balancers: service.balancers, containers }),
  );
  // If it is not certain which container migrates, any health check could cut the migration short.
  const checked = containers.filter(({ name }) => name === (application ?? name)).flatMap(({ health }) => health ?? []);
  const [health] = checked.map(limitOf).toSorted((one, other) => one.seconds - other.seconds);
  const checks = targetGroups instanceof Error ? [] : targetGroups.flatMap(({ check }) => check ?? []);
  return [
    ...(health === undefined ? [] : [withGrace("the container's health check", health, graceSeconds)]),
    ...checks.map(({ interval, unhealthyAfter }) => {
      const rule = `${unhealthyAfter} × ${interval} s`;
      return withGrace("the load balancer's health check", { seconds: unhealthyAfter * interval, rule }, graceSeconds);
    }),
  ];
}

/** The first of them; null where nothing stops a task. */
export function firstLimit(reads: ChecksRead): Known<TaskLimit | null> {
  if (reads.targetGroups instanceof Error) return { known: false, why: reads.targetGroups.message };
  return { known: true, value: limitsOf(reads).toSorted((a, b) => a.seconds - b.seconds)[0] ?? null };
}

function withGrace(what: string, { seconds, rule }: ReturnType<typeof limitOf>, grace: number): Limit {
  const isGrace = grace > seconds;
  const why = isGrace ? `grace period ${grace} s; ${rule}` : rule;
  return {
    seconds: Math.max(grace, seconds),
    text: `${what} stops a task after ${Math.max(grace, seconds)} s (${why})`,
  };
}

/**
 * A task that migrates at its start does not answer meanwhile. Block if the time that the release notes announce comes
 * near the limit of the health checks.
 */
export function timeFindings(reads: PreflightReads, expectSeconds?: number): readonly Finding[] {
  return [...checkFindings(reads, expectSeconds), ...alarmFindings(reads)];
}

/** An alarm of the deployment ends it, with the task that migrates. A mute rule stops actions, and no alarm. [D] */
function alarmFindings({ service: { deploymentAlarms = [] } }: PreflightReads): readonly Finding[] {
  if (deploymentAlarms.length === 0) return [];
  const names = deploymentAlarms.join(", ");
  return [warn("deployment-alarms", `an alarm of the deployment that fires stops the migration as well: ${names}`)];
}

function checkFindings(reads: PreflightReads, expectSeconds?: number): readonly Finding[] {
  const { told, targetGroups } = reads;
  const unread =
    targetGroups instanceof Error
      ? [notChecked("when the load balancer's health check stops a task", targetGroups.message)]
      : [];
  const [limit] = [...limitsOf(reads)].sort((a, b) => a.seconds - b.seconds);
  if (limit === undefined) {
    return unread.length > 0 ? unread : [ok("no-health-check", "no health check stops a migration")];
  }
  if (expectSeconds !== undefined) return [judge(expectSeconds, limit), ...unread];
  if (told instanceof Error) return [notChecked("how long the migrations take", told.message), ...unread];
  const longest = Math.max(0, ...told.applied.map(({ durationMs = 0 }) => durationMs)) / 1000;
  const text = `${limit.text}; the longest migration took ${formatDuration(Math.ceil(longest))}. If the release notes say more: --expect 20m`;
  const isLong = longest > limit.seconds * USABLE;
  return [isLong ? warn("migration-time-unknown", text) : ok("migration-time", text), ...unread];
}

function judge(seconds: number, limit: Limit): Finding {
  const text = `${formatDuration(seconds)} are expected, and ${limit.text}`;
  if (seconds <= limit.seconds * USABLE) return ok("migration-time", text);
  return block("migration-too-long", `the health check would stop the migration: ${text}`, [
    "the same command with --via task, if the image has `vulcan migrate up`",
    "a longer startPeriod (task definition) or grace period (service), then the same command",
  ]);
}
