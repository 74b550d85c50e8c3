import { badButHealthy } from "./bad-but-healthy.ts";
import { badRelease } from "./bad-release.ts";
import { breakerRollsBack } from "./breaker-rolls-back.ts";
import { clientsReconnect, lostAgents, lostRelay } from "./clients.ts";
import { databasePrivate } from "./database-private.ts";
import { healthy } from "./healthy.ts";
import {
  breakerNoTarget,
  breakerRolledBack,
  crashAfterHealthy,
  imageGone,
  schemaNewer,
  tagMoved,
} from "./late-troubles.ts";
import { longHistory } from "./long-history.ts";
import {
  majorRelease,
  majorReleaseFails,
  majorReleaseKills,
  majorReleaseLingers,
  majorReleaseSlow,
  majorReleaseUnplaced,
} from "./major-release.ts";
import { nothingToRevert } from "./nothing-to-revert.ts";
import { apiTrouble, autoscalerFights, ciDeploys, empty, migrateCommands } from "./other-actors.ts";
import { ipv6Only, twoTargetGroups } from "./other-networks.ts";
import { restoreIncompatibleParameters } from "./restore-incompatible-parameters.ts";
import { restoreNameTaken } from "./restore-name-taken.ts";
import { restoreNeverEnds } from "./restore-never-ends.ts";
import { revertFails } from "./revert-fails.ts";
import {
  crashLoop,
  healthFailing,
  imageMissing,
  migrationFails,
  migrationLock,
  noCapacity,
  registryUnreachable,
  secretMissing,
  slowMigration,
  wrongPlatform,
} from "./rollout-troubles.ts";
import type { Scenario } from "./scenario.ts";
import { frontProxy, logRouter } from "./several-containers.ts";
import { storageFull } from "./storage-full.ts";
import { twentyServices } from "./twenty-services.ts";

export const SCENARIOS: readonly Scenario[] = [
  healthy,
  badRelease,
  badButHealthy,
  nothingToRevert,
  breakerRollsBack,
  revertFails,
  restoreNeverEnds,
  restoreIncompatibleParameters,
  restoreNameTaken,
  storageFull,
  databasePrivate,
  imageMissing,
  wrongPlatform,
  registryUnreachable,
  secretMissing,
  crashLoop,
  healthFailing,
  slowMigration,
  migrationLock,
  migrationFails,
  noCapacity,
  crashAfterHealthy,
  schemaNewer,
  imageGone,
  tagMoved,
  breakerRolledBack,
  breakerNoTarget,
  ciDeploys,
  autoscalerFights,
  migrateCommands,
  majorRelease,
  majorReleaseFails,
  majorReleaseSlow,
  majorReleaseKills,
  majorReleaseLingers,
  majorReleaseUnplaced,
  apiTrouble,
  longHistory,
  twentyServices,
  ipv6Only,
  twoTargetGroups,
  frontProxy,
  logRouter,
  clientsReconnect,
  lostAgents,
  lostRelay,
  empty,
];

/** The scenario with that name. If there is none, the error lists the existing ones. */
export function findScenario(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  throw new Error(`There is no scenario "${name}"; there are: ${SCENARIOS.map((one) => one.name).join(", ")}.`);
}
