import type { Grant } from "./iam-grant.ts";
import { FLEET_WRITES, JOURNAL_READS, JOURNAL_WRITE } from "./iam-journal-grants.ts";

const ecs = (resource: string): string => `arn:{partition}:ecs:{region}:{account}:${resource}`;
const rds = (resource: string): string => `arn:{partition}:rds:{region}:{account}:${resource}`;
const ssm = (resource: string): string => `arn:{partition}:ssm:{region}:{account}:${resource}`;
const cloudwatch = (resource: string): string => `arn:{partition}:cloudwatch:{region}:{account}:${resource}`;

const SERVICE = ecs("service/{cluster}/{service}");
const DEPLOYMENTS = ecs("service-deployment/{cluster}/{service}/*");
const TASKS = ecs("task/{cluster}/*");
const LOCK = ssm("parameter/vulcan-ops/locks/*");
const events = (resource: string): string => `arn:{partition}:events:{region}:{account}:${resource}`;

const OWN_ALARMS = cloudwatch("alarm:vulcan-ops-*");
const OWN_RULES = events("rule/vulcan-ops-*");
const TOPICS = "arn:{partition}:sns:{region}:{account}:*";
const MUTE_RULES = cloudwatch("alarm-mute-rule:vulcan-ops-*");
const END_NOTICES = "arn:{partition}:scheduler:{region}:{account}:schedule/default/vulcan-ops-*";
const DATABASES = rds("db:{database}*");
const ROLES = "arn:{partition}:iam::{account}:role/*";

const READ_GRANTS: readonly Grant[] = [
  {
    sid: "Read",
    purpose: "What plans, screens and waits read, and AWS limits to no name that is known",
    actions: [
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScheduledActions",
      "cloudwatch:DescribeAlarmHistory",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListAlarmMuteRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ecr:BatchGetImage",
      "ecr:DescribeImages",
      "ecs:DescribeTaskDefinition",
      "ecs:ListTaskDefinitions",
      "ecs:ListTasks",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "events:ListRules",
      "events:TestEventPattern",
      "logs:FilterLogEvents",
      "logs:GetLogEvents",
      "rds:DescribeAccountAttributes",
      "rds:DescribeBlueGreenDeployments",
      "rds:DescribeDBClusters",
      "rds:DescribeDBInstanceAutomatedBackups",
      "rds:DescribeDBInstances",
      "rds:DescribeDBParameters",
      "rds:DescribeDBSnapshots",
      "rds:DescribeEvents",
      "scheduler:GetSchedule",
      "secretsmanager:DescribeSecret",
      "ssm:GetCalendarState",
      "sts:GetCallerIdentity",
    ],
    resources: ["*"],
  },
  {
    sid: "Find",
    purpose: "What an account has: for init, which finds the names of a target",
    actions: [
      "ecs:ListClusters",
      "ecs:ListServices",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules",
    ],
    resources: ["*"],
  },
  {
    sid: "ReadCluster",
    purpose: "How the cluster logs and encrypts sessions",
    actions: ["ecs:DescribeClusters"],
    resources: [ecs("cluster/{cluster}")],
  },
  {
    sid: "ReadInstances",
    purpose: "The instances that tasks run on",
    actions: ["ecs:DescribeContainerInstances"],
    resources: [ecs("container-instance/{cluster}/*")],
  },
  {
    sid: "ReadService",
    purpose: "The service, and which deployments it had",
    actions: ["ecs:DescribeServices", "ecs:ListServiceDeployments"],
    resources: [SERVICE],
  },
  {
    sid: "ReadDeployments",
    purpose: "What its deployments did",
    actions: ["ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions"],
    resources: [SERVICE, DEPLOYMENTS, ecs("service-revision/{cluster}/{service}/*")],
  },
  {
    sid: "ReadTasks",
    purpose: "Its tasks, and which are protected",
    actions: ["ecs:DescribeTasks", "ecs:GetTaskProtection"],
    resources: [TASKS],
  },
  {
    sid: "ReadRoles",
    purpose: "Whether the roles of a revision exist, and whether tasks may use them",
    actions: ["iam:GetRole"],
    resources: [ROLES],
  },
  { sid: "ReadLock", purpose: "Who holds the shared lock", actions: ["ssm:GetParameter"], resources: [LOCK] },
  {
    sid: "ReadMute",
    purpose: "What a maintenance has muted",
    actions: ["cloudwatch:GetAlarmMuteRule"],
    resources: [MUTE_RULES],
  },
  {
    sid: "ReadAlarmTags",
    purpose: "Whose alarm it is",
    actions: ["cloudwatch:ListTagsForResource"],
    resources: [OWN_ALARMS],
  },
  {
    sid: "ReadRule",
    purpose: "Which rules send failed deployments, and whose they are",
    actions: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
    resources: [events("rule/*")],
  },
  {
    sid: "ReadTopic",
    purpose: "Whether alerts may be published to their topic",
    actions: ["sns:GetTopicAttributes"],
    resources: [TOPICS],
  },
  ...JOURNAL_READS,
];

const CHANGING_THE_SERVICE: readonly Grant[] = [
  {
    sid: "Lock",
    purpose: "The lock that operators share; without it the lock is this machine's alone",
    actions: ["ssm:DeleteParameter", "ssm:PutParameter"],
    resources: [LOCK],
  },
  {
    sid: "Update",
    purpose: "Another revision, another size",
    actions: ["ecs:UpdateService"],
    resources: [SERVICE],
  },
  {
    sid: "StopDeployment",
    purpose: "The way back that stops a deployment in flight",
    actions: ["ecs:StopServiceDeployment"],
    resources: [SERVICE, DEPLOYMENTS],
  },
  { sid: "StopBadNow", purpose: "Stop bad tasks at once", actions: ["ecs:StopTask"], resources: [TASKS] },
  {
    sid: "Scaling",
    purpose: "Suspend auto scaling, and put it back",
    actions: ["application-autoscaling:RegisterScalableTarget"],
    resources: ["arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/*"],
  },
  {
    sid: "Protect",
    purpose: "Protect the task that a migration runs in",
    actions: ["ecs:UpdateTaskProtection"],
    resources: [TASKS],
  },
  {
    sid: "RunTask",
    purpose: "A task of its own that migrates",
    actions: ["ecs:RunTask"],
    resources: [ecs("task-definition/*:*")],
    condition: { ArnLike: { "ecs:cluster": ecs("cluster/{cluster}") } },
  },
  {
    sid: "Copy",
    purpose: "Register a copy of a revision",
    actions: ["ecs:RegisterTaskDefinition"],
    resources: ["*"],
  },
  {
    sid: "TagCopy",
    purpose: "The copy's tags",
    actions: ["ecs:TagResource"],
    resources: [ecs("task-definition/*:*")],
    condition: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
  },
  {
    sid: "RolesOfTasks",
    purpose: "The execution role and the task role; limit it to these two",
    actions: ["iam:PassRole"],
    resources: [ROLES],
    condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
];

const ENTERING_TASKS: readonly Grant[] = [
  {
    sid: "Exec",
    purpose: "A command in a container",
    actions: ["ecs:ExecuteCommand"],
    resources: [ecs("cluster/{cluster}"), TASKS],
  },
  {
    sid: "Sessions",
    purpose: "Come back to such a command after a lost connection, and end it",
    actions: ["ssm:ResumeSession", "ssm:TerminateSession"],
    resources: [ssm("session/ecs-execute-command-*")],
  },
  {
    sid: "Tunnel",
    purpose: "SQL through a running task",
    actions: ["ssm:StartSession"],
    resources: [TASKS, ssm("document/AWS-StartPortForwardingSessionToRemoteHost")],
  },
  {
    sid: "EndTunnel",
    purpose: "The same tunnels after a lost connection, and their end: one's own alone",
    actions: ["ssm:ResumeSession", "ssm:TerminateSession"],
    resources: [ssm("session/*")],
    // The id of a session begins like the caller's name or its role's session, which no variable of IAM holds for both.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's, for the caller that starts the session
    condition: { StringEquals: { "ssm:resourceTag/aws:ssmmessages:session-id": "${aws:userid}" } },
  },
];

const TELLING: readonly Grant[] = [
  {
    sid: "Mute",
    purpose: "Mute the alarms that the target names",
    actions: ["cloudwatch:DeleteAlarmMuteRule", "cloudwatch:PutAlarmMuteRule"],
    resources: [MUTE_RULES, cloudwatch("alarm:{alarm}")],
  },
  {
    sid: "Alarms",
    purpose: "The documented alarms: make, tag, delete and test our own",
    actions: [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:SetAlarmState",
      "cloudwatch:TagResource",
    ],
    resources: [OWN_ALARMS],
  },
  {
    sid: "AlertRule",
    purpose: "The rule for failed deployments",
    actions: ["events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:TagResource"],
    resources: [OWN_RULES],
  },
  {
    sid: "Tell",
    purpose: "Notices to an SNS topic, and a message marked TEST",
    actions: ["sns:Publish"],
    resources: [TOPICS],
  },
  {
    sid: "EndNotice",
    purpose: "Schedule the notice of a missing end, and delete it",
    actions: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"],
    resources: [END_NOTICES],
  },
  {
    sid: "SchedulerRole",
    purpose: "The role of that notice; limit it to that one",
    actions: ["iam:PassRole"],
    resources: [ROLES],
    condition: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
  },
  {
    sid: "NoticeSecrets",
    purpose: "Keys and addresses of notices; limit it to the secrets that your configuration names",
    actions: ["secretsmanager:GetSecretValue"],
    resources: ["arn:{partition}:secretsmanager:{region}:{account}:secret:*"],
  },
  { sid: "Announce", purpose: "Announce the window", actions: ["sns:Publish"], resources: ["{topic}"] },
];

const CHANGING_THE_DATABASE: readonly Grant[] = [
  {
    sid: "Restore",
    purpose: "Restore beside the database, and rename; a name for --as begins like the database's",
    actions: ["rds:ModifyDBInstance", "rds:RestoreDBInstanceToPointInTime"],
    resources: [DATABASES, rds("og:*"), rds("pg:*"), rds("subgrp:*")],
  },
  {
    sid: "TagRestored",
    purpose: "The tags of the restored database",
    actions: ["rds:AddTagsToResource"],
    resources: [DATABASES],
  },
  {
    sid: "MonitoringRole",
    purpose: "The role of Enhanced Monitoring; limit it to that one",
    actions: ["iam:PassRole"],
    resources: [ROLES],
    condition: { StringEquals: { "iam:PassedToService": "monitoring.rds.amazonaws.com" } },
  },
  {
    sid: "DatabaseKey",
    purpose: "The customer managed key; limit it to that one",
    actions: ["kms:CreateGrant", "kms:DescribeKey"],
    resources: ["arn:{partition}:kms:{region}:{account}:key/*"],
    condition: { StringLike: { "kms:ViaService": "rds.*" } },
  },
];

export const WRITE_GRANTS: readonly Grant[] = [
  ...CHANGING_THE_SERVICE,
  ...ENTERING_TASKS,
  ...TELLING,
  ...CHANGING_THE_DATABASE,
];

/** Every statement that a policy may have, in the order in which it has them. */
export const GRANTS: readonly Grant[] = [...READ_GRANTS, ...WRITE_GRANTS, JOURNAL_WRITE, ...FLEET_WRITES];
