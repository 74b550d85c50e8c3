import { alarms } from "./alarms/firing-alarms.ts";
import { databaseState } from "./database/database-state.ts";
import { scaling } from "./deployment/autoscaling.ts";
import { room } from "./deployment/capacity.ts";
import { rollbackBreaker } from "./deployment/circuit-breaker.ts";
import { protection } from "./deployment/protected-tasks.ts";
import { otherWriters } from "./deployment/recent-deployments.ts";
import { subnets } from "./deployment/subnets.ts";
import { targetGroups } from "./deployment/target-groups.ts";
import { database } from "./revision/database-settings.ts";
import { roles } from "./revision/iam-roles.ts";
import { images } from "./revision/images.ts";
import { logGroups } from "./revision/log-groups.ts";
import { ports } from "./revision/ports.ts";
import { roleTrust } from "./revision/role-trust.ts";
import { schema } from "./revision/schema.ts";
import { secrets } from "./revision/secrets.ts";
import { notRestored } from "./revision/settings-not-reverted.ts";
import type { RollbackCheck } from "./rollback-subject.ts";

/** All checks before a revert, in the order of the report. */
export const ROLLBACK_CHECKS: readonly RollbackCheck[] = [
  images,
  secrets,
  logGroups,
  roleTrust,
  subnets,
  ports,
  targetGroups,
  room,
  schema,
  databaseState,
  database,
  roles,
  rollbackBreaker,
  scaling,
  protection,
  alarms,
  otherWriters,
  notRestored,
];
