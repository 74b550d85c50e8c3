import { alarms } from "./alarms/firing-alarms.ts";
import { room } from "./deployment/capacity.ts";
import { protection } from "./deployment/protected-tasks.ts";
import { otherWriters } from "./deployment/recent-deployments.ts";
import { upgradeBreaker } from "./deployment/upgrade-breaker.ts";
import { roles } from "./revision/iam-roles.ts";
import type { RollbackCheck } from "./rollback-subject.ts";

/** Checks before an upgrade, beside those of a window and of what keeps tasks from starting. */
export const UPGRADE_CHECKS: readonly RollbackCheck[] = [room, roles, upgradeBreaker, protection, alarms, otherWriters];
