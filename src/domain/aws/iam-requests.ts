/**
 * The statements of a policy (by Sid) that a request needs. `notify:Announce` is the webhook's: it needs none. With an
 * undo of a restore nothing is deleted, so no statement deletes an instance.
 */
export const STATEMENTS_OF: Readonly<Record<string, readonly string[]>> = {
  "application-autoscaling:RegisterScalableTarget": ["Scaling"],
  "cloudwatch:DeleteAlarmMuteRule": ["Mute"],
  "cloudwatch:DeleteAlarms": ["Alarms"],
  "cloudwatch:PutAlarmMuteRule": ["Mute"],
  "cloudwatch:PutMetricAlarm": ["Alarms"],
  "cloudwatch:SetAlarmState": ["Alarms"],
  "container:ExecuteCommand": ["Exec", "Sessions"],
  "ecs:RegisterTaskDefinition": ["Copy", "TagCopy", "RolesOfTasks"],
  "ecs:RunTask": ["RunTask", "RolesOfTasks"],
  "ecs:StopServiceDeployment": ["StopDeployment"],
  "ecs:StopTasks": ["StopBadNow"],
  "ecs:UpdateService": ["Update"],
  "ecs:UpdateTaskProtection": ["Protect"],
  "events:DeleteRule": ["AlertRule"],
  "events:PutRule": ["AlertRule"],
  "events:PutTargets": ["AlertRule"],
  "events:RemoveTargets": ["AlertRule"],
  "notify:Announce": [],
  "rds:ModifyDBInstance": ["Restore"],
  "rds:RestoreDBInstanceToPointInTime": ["Restore", "TagRestored", "MonitoringRole", "DatabaseKey"],
  "scheduler:CreateSchedule": ["EndNotice", "SchedulerRole"],
  "scheduler:DeleteSchedule": ["EndNotice"],
  "sns:Publish": ["Announce", "Tell"],
};
