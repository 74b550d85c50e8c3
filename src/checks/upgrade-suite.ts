import { alarms } from "./alarms/firing-alarms.ts";
import { room } from "./deployment/capacity.ts";
import { protection } from "./deployment/protected-tasks.ts";
import { otherWriters } from "./deployment/recent-deployments.ts";
import { upgradeBreaker } from "./deployment/upgrade-breaker.ts";
import { roles } from "./revision/iam-roles.ts";
import { logGroups } from "./revision/log-groups.ts";
import { ports } from "./revision/ports.ts";
import { secrets } from "./revision/secrets.ts";
import type { RollbackCheck } from "./rollback-subject.ts";

/** All checks of the revision that an upgrade deploys or copies, in the order of the report. */
export const UPGRADE_CHECKS: readonly RollbackCheck[] = [
  secrets,
  logGroups,
  ports,
  room,
  roles,
  upgradeBreaker,
  protection,
  alarms,
  otherWriters,
];
