import type { HealthSetup } from "../../domain/aws/setup.ts";
import { block, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { formatDuration } from "../../domain/time.ts";
import type { Scene } from "./preflight-reads.ts";

/** A migration needs some of the time for starting, connecting and listening. */
const USABLE = 0.8;

/** Seconds after which ECS stops a task that does not answer, its migrations with it. */
export const allowed = ({ startPeriod, retries, interval }: HealthSetup): number => startPeriod + retries * interval;

/**
 * A task that migrates at its start does not answer meanwhile. Refused where the time that the release notes announce
 * comes near what the health check allows.
 */
export function timeFindings({ containers, service, told }: Scene, expectSeconds?: number): readonly Finding[] {
  const serving = service.balancers[0]?.container;
  const health = (containers.find(({ name }) => name === serving) ?? containers[0])?.health;
  if (health === undefined) return [ok("no-health-check", "no health check of a container cuts a migration short")];
  const limit = allowed(health);
  const { startPeriod, retries, interval } = health;
  const rule = `the health check stops a task after ${limit} s (${startPeriod} s + ${retries} × ${interval} s)`;
  if (expectSeconds !== undefined) return [judge(expectSeconds, limit, rule)];
  if (told instanceof Error) return [notChecked("how long the migrations may take", told.message)];
  const longest = Math.max(0, ...told.applied.map(({ durationMs = 0 }) => durationMs)) / 1000;
  const said = `${rule}; the longest so far took ${formatDuration(Math.ceil(longest))}. If the release notes announce more, say so: --expect 20m`;
  return [longest > limit * USABLE ? warn("migration-time-unknown", said) : ok("migration-time", said)];
}

function judge(seconds: number, limit: number, rule: string): Finding {
  const text = `${formatDuration(seconds)} are expected, and ${rule}`;
  if (seconds <= limit * USABLE) return ok("migration-time", text);
  return block("migration-too-long", `a migration of that length would be killed: ${text}`, [
    "the same command with --via task, if the image has `vulcan migrate up`",
    "a task definition with a longer startPeriod, then --to its revision",
  ]);
}
