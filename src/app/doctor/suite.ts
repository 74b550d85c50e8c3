import { askedDatabase } from "../../../commands/doctor-checks/asked-database.ts";
import { backups } from "../../checks/database/backups.ts";
import { capacity } from "../../checks/deployment/capacity.ts";
import { breaker } from "../../checks/deployment/circuit-breaker.ts";
import { drain } from "../../checks/deployment/deregistration-delay.ts";
import { healthCheck } from "../../checks/deployment/health-check.ts";
import { service } from "../../checks/deployment/service.ts";
import type { Check } from "../../checks/doctor-check.ts";
import { exec } from "../../checks/exec/readiness.ts";
import { clockSkew } from "./clock-skew.ts";
import { endpoint } from "./endpoint.ts";
import { identity } from "./identity.ts";
import { nodeVersion } from "./node-version.ts";
import { permissions } from "./permissions.ts";
import { stateFolder } from "./state-dir.ts";

/** Every check, in the order of the screen: who and where, this machine, then what each kind of rollback needs. */
export const checks: readonly Check[] = [
  identity,
  permissions,
  endpoint,
  clockSkew,
  nodeVersion,
  stateFolder,
  service,
  capacity,
  breaker,
  healthCheck,
  drain,
  exec,
  backups,
  askedDatabase,
];
