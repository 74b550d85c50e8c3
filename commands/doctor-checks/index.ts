import { askedDatabase } from "./asked-database.ts";
import { backups } from "./backups.ts";
import { breaker } from "./breaker.ts";
import { capacity } from "./capacity.ts";
import type { Check } from "./check.ts";
import { clockSkew } from "./clock-skew.ts";
import { drain } from "./drain.ts";
import { endpoint } from "./endpoint.ts";
import { exec } from "./exec.ts";
import { healthCheck } from "./health-check.ts";
import { identity } from "./identity.ts";
import { nodeVersion } from "./node-version.ts";
import { permissions } from "./permissions.ts";
import { service } from "./service.ts";
import { stateFolder } from "./state-folder.ts";

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
