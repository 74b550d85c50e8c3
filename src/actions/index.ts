import type { Registry } from "../domain/action.ts";
import type { ActionServices } from "../domain/services.ts";
import { checkAlerts } from "./alerts/check.ts";
import { proveAlerts } from "./alerts/prove.ts";
import { muteAlarms } from "./cloudwatch/mute-alarms.ts";
import { putAlarm } from "./cloudwatch/put-alarm.ts";
import { setAlarmState } from "./cloudwatch/set-alarm-state.ts";
import { takeBaseline } from "./database/baseline.ts";
import { compareDatabase } from "./database/compare.ts";
import { verifyCutover } from "./database/verify-cutover.ts";
import { verifyNoClients } from "./database/verify-no-clients.ts";
import { verifyRestore } from "./database/verify-restore.ts";
import { checkExec } from "./ecs/check-exec.ts";
import { checkRevert } from "./ecs/check-revert.ts";
import { chooseTask } from "./ecs/choose-task.ts";
import { copyRevision } from "./ecs/copy-revision.ts";
import { cutOver } from "./ecs/cut-over.ts";
import { findRevision } from "./ecs/find-revision.ts";
import { holdSize } from "./ecs/hold-size.ts";
import { protectTask } from "./ecs/protect-task.ts";
import { restartService } from "./ecs/restart-service.ts";
import { revertUnlessServing } from "./ecs/revert-unless-serving.ts";
import { scaleService } from "./ecs/scale-service.ts";
import { stopTasks } from "./ecs/stop-tasks.ts";
import { updateService } from "./ecs/update-service.ts";
import { waitForRollout } from "./ecs/wait-for-rollout.ts";
import { putRule } from "./events/put-rule.ts";
import { putTarget } from "./events/put-target.ts";
import { awaitWindow } from "./maintenance/await-window.ts";
import { checkMaintenance } from "./maintenance/check.ts";
import { announce } from "./notify/announce.ts";
import { alignSettings } from "./rds/align-settings.ts";
import { awaitRestorable } from "./rds/await-restorable.ts";
import { checkCutover } from "./rds/check-cutover.ts";
import { compareSettings } from "./rds/compare-settings.ts";
import { findRestore } from "./rds/find-restore.ts";
import { protectInstance } from "./rds/protect-instance.ts";
import { readAddresses } from "./rds/read-addresses.ts";
import { renameInstance } from "./rds/rename.ts";
import { restoreToTime } from "./rds/restore-to-time.ts";
import { takeReconnectBaseline } from "./reconnects/baseline.ts";
import { checkReconnects } from "./reconnects/check.ts";
import { awaitQuiet } from "./scaling/await-quiet.ts";
import { suspendScaling } from "./scaling/suspend.ts";
import { noticeUnlessEnded } from "./scheduler/notice-unless-ended.ts";
import { publishTest } from "./sns/publish-test.ts";
import { checkUpgrade } from "./upgrade/check.ts";
import { deployUpgrade } from "./upgrade/deploy.ts";
import { drainUpgrade } from "./upgrade/drain.ts";
import { showingPhases } from "./upgrade/showing-phases.ts";
import { findDown } from "./vulcan/find-down.ts";
import { migrateDown } from "./vulcan/migrate-down.ts";
import { migrateDownInTask } from "./vulcan/migrate-down-in-task.ts";
import { migrateOnStartup } from "./vulcan/migrate-on-startup.ts";
import { migrateUpInTask } from "./vulcan/migrate-up-in-task.ts";
import { verifyMigrations } from "./vulcan/verify-migrations.ts";
import { watchStep } from "./watch/service.ts";

const ACTIONS = [
  findRevision,
  checkRevert,
  copyRevision,
  updateService,
  waitForRollout,
  restartService,
  stopTasks,
  checkExec,
  chooseTask,
  protectTask,
  scaleService,
  holdSize,
  suspendScaling,
  findDown,
  verifyMigrations,
  migrateDown,
  migrateDownInTask,
  findRestore,
  awaitRestorable,
  restoreToTime,
  alignSettings,
  compareSettings,
  verifyRestore,
  checkCutover,
  readAddresses,
  verifyNoClients,
  renameInstance,
  cutOver,
  verifyCutover,
  protectInstance,
  checkMaintenance,
  awaitWindow,
  announce,
  muteAlarms,
  noticeUnlessEnded,
  awaitQuiet,
  takeBaseline,
  migrateUpInTask,
  migrateOnStartup,
  compareDatabase,
  revertUnlessServing,
  checkUpgrade,
  showingPhases(deployUpgrade),
  showingPhases(drainUpgrade),
  watchStep,
  takeReconnectBaseline,
  checkReconnects,
  checkAlerts,
  putRule,
  putTarget,
  putAlarm,
  proveAlerts,
  publishTest,
  setAlarmState,
];

/** The only list of actions. */
export const registry: Registry<ActionServices> = Object.fromEntries(ACTIONS.map((action) => [action.name, action]));
