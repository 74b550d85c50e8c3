import { followDeployment } from "../../actions/upgrade/follow/follow.ts";
import type { Environment } from "../../domain/ports.ts";
import type { FollowReport } from "../../domain/upgrade/follow-report.ts";
import { limitHeapGrowth } from "../limit-heap-growth.ts";
import type { OpenTarget } from "../open-target.ts";

/** Follows the deployment in flight to its end. Calls `show` with each report before the last, which it returns. */
export async function followUpgrade(
  { target, clock, services, caller }: OpenTarget,
  { stop: signal }: Pick<Environment, "stop">,
  show: (report: FollowReport) => void,
): Promise<FollowReport> {
  await caller();
  limitHeapGrowth();
  return followDeployment({ services, target, clock, signal }, show);
}
