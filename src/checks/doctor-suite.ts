import { alerts } from "./alarms/documented-alarms.ts";
import { backups } from "./database/backups.ts";
import { databaseUrl } from "./database/database-url.ts";
import { capacity } from "./deployment/capacity.ts";
import { breaker } from "./deployment/circuit-breaker.ts";
import { drain } from "./deployment/deregistration-delay.ts";
import { healthCheck } from "./deployment/health-check.ts";
import { service } from "./deployment/service.ts";
import { clockSkew } from "./doctor/clock-skew.ts";
import { endpoint } from "./doctor/endpoint.ts";
import { identity } from "./doctor/identity.ts";
import { journal } from "./doctor/journal.ts";
import { network } from "./doctor/network.ts";
import { nodeVersion } from "./doctor/node-version.ts";
import { permissions } from "./doctor/permissions.ts";
import { secrets } from "./doctor/secrets.ts";
import { stateFolder } from "./doctor/state-dir.ts";
import type { DoctorCheck } from "./doctor-subject.ts";
import { exec } from "./exec/readiness.ts";

/** Every check, in the order of the screen: identity and endpoint, this machine, then the needs of each rollback. */
export const DOCTOR_CHECKS: readonly DoctorCheck[] = [
  identity,
  permissions,
  endpoint,
  network,
  clockSkew,
  nodeVersion,
  stateFolder,
  journal,
  service,
  capacity,
  breaker,
  healthCheck,
  drain,
  exec,
  backups,
  secrets,
  databaseUrl,
  alerts,
];
