import type { Registry } from "../domain/action.ts";
import type { World } from "../domain/services.ts";
import { muteAlarms } from "./cloudwatch/mute-alarms.ts";
import { takeBaseline } from "./database/baseline.ts";
import { compareDatabase } from "./database/compare.ts";
import { proveCutover } from "./database/verify-cutover.ts";
import { proveQuiet } from "./database/verify-no-clients.ts";
import { proveDatabase } from "./database/verify-restore.ts";
import { checkExec } from "./ecs/check-exec.ts";
import { checkRevert } from "./ecs/check-revert.ts";
import { chooseTask } from "./ecs/choose-task.ts";
import { copyRevision } from "./ecs/copy-revision.ts";
import { cutOver } from "./ecs/cut-over.ts";
import { findRevision } from "./ecs/find-revision.ts";
import { protectTask } from "./ecs/protect-task.ts";
import { returnUnlessServing } from "./ecs/revert-unless-serving.ts";
import { scaleService } from "./ecs/scale-service.ts";
import { stopTasks } from "./ecs/stop-tasks.ts";
import { updateService } from "./ecs/update-service.ts";
import { waitForRollout } from "./ecs/wait-for-rollout.ts";
import { awaitWindow } from "./maintenance/await-window.ts";
import { checkMaintenance } from "./maintenance/check.ts";
import { announce } from "./notify/announce.ts";
import { alignSettings } from "./rds/align-settings.ts";
import { awaitRestorable } from "./rds/await-restorable.ts";
import { checkCutover } from "./rds/check-cutover.ts";
import { compareSettings } from "./rds/compare-settings.ts";
import { findRestore } from "./rds/find-restore.ts";
import { armInstance } from "./rds/protect-instance.ts";
import { readAddresses } from "./rds/read-addresses.ts";
import { renameInstance } from "./rds/rename.ts";
import { restoreToTime } from "./rds/restore-to-time.ts";
import { awaitCalm } from "./scaling/await-quiet.ts";
import { holdScaling } from "./scaling/suspend.ts";
import { findDown } from "./vulcan/find-down.ts";
import { migrateDown } from "./vulcan/migrate-down.ts";
import { migrateDownInTask } from "./vulcan/migrate-down-in-task.ts";
import { migrateByStart } from "./vulcan/migrate-on-startup.ts";
import { migrateUpInTask } from "./vulcan/migrate-up-in-task.ts";
import { expectMigrations } from "./vulcan/verify-migrations.ts";
import { watchStep } from "./watch/service.ts";

const ACTIONS = [
  findRevision,
  checkRevert,
  copyRevision,
  updateService,
  waitForRollout,
  stopTasks,
  checkExec,
  chooseTask,
  protectTask,
  scaleService,
  holdScaling,
  findDown,
  expectMigrations,
  migrateDown,
  migrateDownInTask,
  findRestore,
  awaitRestorable,
  restoreToTime,
  alignSettings,
  compareSettings,
  proveDatabase,
  checkCutover,
  readAddresses,
  proveQuiet,
  renameInstance,
  cutOver,
  proveCutover,
  armInstance,
  checkMaintenance,
  awaitWindow,
  announce,
  muteAlarms,
  awaitCalm,
  takeBaseline,
  migrateUpInTask,
  migrateByStart,
  compareDatabase,
  returnUnlessServing,
  watchStep,
];

/** The only list of actions. */
export const registry: Registry<World> = Object.fromEntries(ACTIONS.map((action) => [action.name, action]));
