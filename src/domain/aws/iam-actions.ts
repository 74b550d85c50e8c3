/** An IAM action that this product uses. */
export interface Permission {
  readonly action: string;
  /** Without it a rollback of the service cannot be planned, sent or followed. */
  readonly needed?: true;
  /** Asked for only where the service's tasks run on instances: where it was not asked for, it is not missed. */
  readonly onInstances?: true;
  /** Asked for only where a setting of the target calls for it: where it was not asked for, it is not missed. */
  readonly ofSettings?: true;
  /** Asked for only where rules, alarms and a topic of ours are there: where it was not asked for, it is not missed. */
  readonly ofAlerts?: true;
  /** Asked for only where the configuration names a shared journal: where it was not asked for, it is not missed. */
  readonly ofJournal?: true;
  /** Asked for only by the commands of a fleet, which the roles of its template allow. */
  readonly ofFleet?: true;
  /** Asked for by `init` alone, which looks for a target: nothing else needs it. */
  readonly ofInit?: true;
}

/** The reads, each of which is tried. */
export const READS: readonly Permission[] = [
  { action: "sts:GetCallerIdentity", needed: true },
  { action: "ecs:DescribeServices", needed: true },
  { action: "ecs:ListServiceDeployments", needed: true },
  { action: "ecs:DescribeServiceDeployments", needed: true },
  { action: "ecs:DescribeServiceRevisions", needed: true },
  { action: "ecs:DescribeTaskDefinition", needed: true },
  { action: "ecs:ListTasks", needed: true },
  { action: "ecs:DescribeTasks", needed: true },
  { action: "elasticloadbalancing:DescribeTargetHealth", needed: true },
  { action: "ecs:DescribeClusters" },
  { action: "ecs:DescribeContainerInstances", onInstances: true },
  { action: "ecs:GetTaskProtection" },
  { action: "ecs:ListClusters", ofInit: true },
  { action: "ecs:ListServices", ofInit: true },
  { action: "ecs:ListTaskDefinitions" },
  { action: "elasticloadbalancing:DescribeListeners", ofInit: true },
  { action: "elasticloadbalancing:DescribeLoadBalancers", ofInit: true },
  { action: "elasticloadbalancing:DescribeRules", ofInit: true },
  { action: "elasticloadbalancing:DescribeTargetGroupAttributes" },
  { action: "elasticloadbalancing:DescribeTargetGroups" },
  { action: "application-autoscaling:DescribeScalableTargets" },
  { action: "application-autoscaling:DescribeScheduledActions" },
  { action: "cloudwatch:DescribeAlarmHistory" },
  { action: "cloudwatch:DescribeAlarms" },
  { action: "cloudwatch:GetAlarmMuteRule" },
  { action: "cloudwatch:GetMetricData" },
  { action: "cloudwatch:ListAlarmMuteRules" },
  { action: "cloudwatch:ListTagsForResource", ofAlerts: true },
  { action: "dynamodb:DescribeContinuousBackups", ofJournal: true },
  { action: "dynamodb:DescribeTable", ofJournal: true },
  { action: "dynamodb:Query", ofJournal: true },
  { action: "ec2:DescribeSecurityGroups" },
  { action: "ec2:DescribeSubnets" },
  { action: "ecr:BatchGetImage" },
  { action: "ecr:DescribeImages" },
  { action: "events:DescribeRule" },
  { action: "events:ListRules" },
  { action: "events:ListTagsForResource", ofAlerts: true },
  { action: "events:ListTargetsByRule", ofAlerts: true },
  { action: "events:TestEventPattern" },
  { action: "iam:GetRole" },
  { action: "logs:FilterLogEvents" },
  { action: "logs:GetLogEvents" },
  { action: "rds:DescribeDBInstances" },
  { action: "rds:DescribeDBInstanceAutomatedBackups" },
  { action: "rds:DescribeBlueGreenDeployments" },
  { action: "rds:DescribeDBSnapshots" },
  { action: "rds:DescribeDBClusters" },
  { action: "rds:DescribeAccountAttributes" },
  { action: "rds:DescribeEvents" },
  { action: "rds:DescribeDBParameters" },
  { action: "scheduler:GetSchedule", ofSettings: true },
  { action: "secretsmanager:DescribeSecret" },
  { action: "sns:GetTopicAttributes", ofAlerts: true },
  { action: "ssm:GetCalendarState", ofSettings: true },
  { action: "ssm:GetParameter" },
  { action: "states:DescribeExecution", ofFleet: true },
];

/** The writes, which cannot be tried without writing. */
export const WRITES: readonly Permission[] = [
  { action: "ecs:StopServiceDeployment", needed: true },
  { action: "ecs:UpdateService", needed: true },
  { action: "ecs:StopTask" },
  { action: "ssm:DeleteParameter" },
  { action: "ssm:PutParameter" },
  { action: "application-autoscaling:RegisterScalableTarget" },
  { action: "ecs:RunTask" },
  { action: "ecs:RegisterTaskDefinition" },
  { action: "ecs:UpdateTaskProtection" },
  { action: "ecs:ExecuteCommand" },
  { action: "ssm:ResumeSession" },
  { action: "ssm:StartSession" },
  { action: "ssm:TerminateSession" },
  { action: "rds:RestoreDBInstanceToPointInTime" },
  { action: "rds:ModifyDBInstance" },
  { action: "cloudwatch:DeleteAlarmMuteRule" },
  { action: "cloudwatch:PutAlarmMuteRule" },
  { action: "cloudwatch:DeleteAlarms" },
  { action: "cloudwatch:PutMetricAlarm" },
  { action: "cloudwatch:SetAlarmState" },
  { action: "dynamodb:PutItem", ofJournal: true },
  { action: "dynamodb:UpdateItem", ofFleet: true },
  { action: "events:DeleteRule" },
  { action: "events:PutRule" },
  { action: "events:PutTargets" },
  { action: "events:RemoveTargets" },
  { action: "scheduler:CreateSchedule" },
  { action: "scheduler:DeleteSchedule" },
  { action: "secretsmanager:GetSecretValue" },
  { action: "sns:Publish" },
  { action: "states:SendTaskFailure", ofFleet: true },
  { action: "states:SendTaskSuccess", ofFleet: true },
  { action: "states:StartExecution", ofFleet: true },
  { action: "states:StopExecution", ofFleet: true },
];

/** What AWS also asks for when it gets another request: it is no request of its own. */
export interface Dependent {
  readonly action: string;
  /** The requests that it comes with. */
  readonly of: readonly string[];
  /** Where AWS documents it. */
  readonly source: string;
}

export const DEPENDENTS: readonly Dependent[] = [
  {
    action: "cloudwatch:TagResource",
    of: ["cloudwatch:PutMetricAlarm"],
    source: "CloudWatch API Reference, PutMetricAlarm: tags",
  },
  {
    action: "events:TagResource",
    of: ["events:PutRule"],
    source: "EventBridge API Reference, PutRule: tags",
  },
  {
    action: "ecs:TagResource",
    of: ["ecs:RegisterTaskDefinition"],
    source: "ECS Developer Guide, Grant permission to tag resources on creation",
  },
  {
    action: "iam:PassRole",
    of: [
      "ecs:RegisterTaskDefinition",
      "ecs:RunTask",
      "rds:RestoreDBInstanceToPointInTime",
      "rds:ModifyDBInstance",
      "scheduler:CreateSchedule",
    ],
    source: "Service Authorization Reference, ECS and RDS; ECS Developer Guide, task execution role",
  },
  {
    action: "rds:AddTagsToResource",
    of: ["rds:RestoreDBInstanceToPointInTime"],
    source: "Service Authorization Reference, RDS",
  },
  {
    action: "kms:CreateGrant",
    of: ["rds:RestoreDBInstanceToPointInTime", "rds:ModifyDBInstance"],
    source: "RDS User Guide, AWS KMS key management: the caller's own permission on a customer managed key",
  },
  {
    action: "kms:DescribeKey",
    of: ["rds:RestoreDBInstanceToPointInTime", "rds:ModifyDBInstance"],
    source: "RDS User Guide, AWS KMS key management: the caller's own permission on a customer managed key",
  },
];
