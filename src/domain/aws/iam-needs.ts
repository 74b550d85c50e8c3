import { READS } from "./iam-actions.ts";
import { WRITE_GRANTS } from "./iam-grants.ts";

/** What a command needs of IAM. */
export interface Needs {
  /** The actions that it reads by. */
  readonly reads: readonly string[];
  /** The statements that it writes by. */
  readonly writes: readonly Write[];
}

/** A statement, by its Sid. */
export interface Write {
  readonly sid: string;
  /** Where not each run of the command needs it: when. */
  readonly only?: string;
}

const CALLER = ["sts:GetCallerIdentity"];
const LOCK = ["ssm:GetParameter"];
const SERVICE = ["ecs:DescribeServices", "ecs:DescribeTaskDefinition", "ecs:DescribeTasks", "ecs:ListTasks"];
const HISTORY = ["ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions", "ecs:ListServiceDeployments"];
const BALANCER = ["elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"];
const DRAIN = ["elasticloadbalancing:DescribeTargetGroupAttributes"];
/** How a rollout is followed, and why it fails. */
const ROLLOUT = ["ecs:DescribeContainerInstances", "ecs:GetTaskProtection", "logs:GetLogEvents"];
/** What a task needs to start. */
const START = ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "iam:GetRole", "secretsmanager:DescribeSecret"];
const SCALING = ["application-autoscaling:DescribeScalableTargets"];
const SCHEDULE = ["application-autoscaling:DescribeScheduledActions"];
const ALARMS = ["cloudwatch:DescribeAlarms"];
const METRICS = ["cloudwatch:DescribeAlarmHistory", "cloudwatch:GetMetricData", "rds:DescribeDBParameters"];
const MUTES = ["cloudwatch:GetAlarmMuteRule"];
const DATABASE = ["rds:DescribeDBInstances"];
/** Whether a database can be restored; the last two where it cannot. */
const BACKUPS = ["rds:DescribeDBInstanceAutomatedBackups", "rds:DescribeDBClusters", "rds:DescribeDBSnapshots"];
/** What earlier runs may have left: it is named before each run. */
const LEFTOVERS = [...SERVICE, ...SCALING, ...MUTES, ...ALARMS, ...DATABASE, "ecs:GetTaskProtection"];
/** What the probes of `reconnects` read by, where the configuration has some. */
const RECONNECTS = ["cloudwatch:GetMetricData", "elasticloadbalancing:DescribeTargetGroups", "logs:FilterLogEvents"];
const CALENDAR = ["ssm:GetCalendarState"];
/** For a run that starts tasks, scales or restores. */
const RUN = [
  ...[CALLER, LOCK, SERVICE, HISTORY, BALANCER, START],
  ...[DRAIN, ROLLOUT, SCALING, SCHEDULE, LEFTOVERS, BACKUPS],
].flat();
/** For a run that deploys a release and watches it. */
const RELEASE = [
  ...RUN,
  ...METRICS,
  "ecr:BatchGetImage",
  ...RECONNECTS,
  "ecr:DescribeImages",
  "ecs:ListTaskDefinitions",
  "rds:DescribeBlueGreenDeployments",
  ...CALENDAR,
];
/** For `init`, which finds the names that a target pins. */
const DISCOVERY = READS.flatMap(({ action, ofInit }) => (ofInit === true ? [action] : []));
/** Of a target that is known. */
const EVERY_READ = READS.flatMap(({ action, ofInit, ofJournal, ofFleet }) =>
  (ofInit ?? ofJournal ?? ofFleet) === true ? [] : [action],
);
const OF_JOURNAL = READS.flatMap(({ action, ofJournal }) => (ofJournal === true ? [action] : []));

const always = (...sids: readonly string[]): readonly Write[] => sids.map((sid) => ({ sid }));
const only = (when: string, ...sids: readonly string[]): readonly Write[] => sids.map((sid) => ({ sid, only: when }));

const BY_TASK = "--database-via task";
const TUNNEL = only(BY_TASK, "Tunnel", "EndTunnel");
const COPY = ["Copy", "TagCopy", "RolesOfTasks"];
/** Of every command that changes something. */
const SECRETS = only("with a secret in notices", "NoticeSecrets");
const NOTICES = [...only("with notices.topic", "Tell"), ...SECRETS];
const NOTHING: Needs = { reads: [], writes: [] };
const READING: Needs = { reads: EVERY_READ, writes: [] };
const EVERYTHING: Needs = {
  reads: EVERY_READ,
  writes: WRITE_GRANTS.map(({ sid }) => ({ sid })),
};

/** By the name that one types. Commands of a group that need the same are named by the group. */
export const NEEDS = {
  rollback: {
    reads: [
      ...[CALLER, LOCK, SERVICE, HISTORY, BALANCER, START, DRAIN, ROLLOUT, SCALING, ALARMS, LEFTOVERS].flat(),
      ...RECONNECTS,
      "ecr:DescribeImages",
      "ecs:ListTaskDefinitions",
      "secretsmanager:DescribeSecret",
    ],
    writes: [
      ...always("Lock", "Update", "StopDeployment"),
      ...only("--stop-bad-now", "StopBadNow"),
      ...NOTICES,
      ...TUNNEL,
    ],
  },
  status: {
    reads: [
      ...[CALLER, LOCK, SERVICE, HISTORY, BALANCER, LEFTOVERS, BACKUPS].flat(),
      "cloudwatch:GetMetricData",
      "cloudwatch:ListAlarmMuteRules",
      "logs:GetLogEvents",
    ],
    writes: [],
  },
  logs: { reads: [...CALLER, ...SERVICE, "logs:FilterLogEvents"], writes: [] },
  doctor: READING,
  watch: {
    reads: [
      ...[CALLER, HISTORY, ALARMS, METRICS, DATABASE].flat(),
      "ecs:DescribeServices",
      "ecs:DescribeTaskDefinition",
      "elasticloadbalancing:DescribeTargetGroups",
    ],
    writes: [],
  },
  reconnects: {
    reads: [...CALLER, ...SERVICE, ...HISTORY, ...RECONNECTS],
    writes: TUNNEL,
  },
  "migrate status": {
    reads: [...CALLER, ...SERVICE],
    writes: [...only("--from container", "Exec", "Sessions"), ...TUNNEL],
  },
  "migrate new": NOTHING,
  "migrate down": {
    reads: [
      ...[CALLER, LOCK, SERVICE, HISTORY, BALANCER, START, DRAIN, ROLLOUT, SCALING, LEFTOVERS, BACKUPS].flat(),
      "cloudwatch:GetMetricData",
      "ecs:DescribeClusters",
      ...CALENDAR,
    ],
    writes: [
      ...always("Lock", "Update", "StopDeployment"),
      ...only("--via exec", "Scaling", "Protect", "Exec", "Sessions"),
      ...only("--via task", "RunTask", "RolesOfTasks"),
      ...NOTICES,
      ...TUNNEL,
    ],
  },
  restore: {
    reads: [
      ...RUN,
      ...RECONNECTS,
      ...CALENDAR,
      "ecs:ListTaskDefinitions",
      "rds:DescribeAccountAttributes",
      "rds:DescribeBlueGreenDeployments",
      "rds:DescribeEvents",
      "secretsmanager:DescribeSecret",
    ],
    writes: [
      ...always("Lock", "Restore", "TagRestored"),
      ...only("with Enhanced Monitoring", "MonitoringRole"),
      ...only("with a customer managed key", "DatabaseKey"),
      ...only("--cutover", "Update", "Scaling"),
      ...only("--cutover revision", ...COPY),
      ...NOTICES,
      ...TUNNEL,
    ],
  },
  upgrade: {
    reads: RELEASE,
    writes: [...always("Lock", "Update", "StopDeployment"), ...only("--image", ...COPY), ...NOTICES, ...TUNNEL],
  },
  "upgrade follow": {
    reads: [
      ...[CALLER, SERVICE, HISTORY, BALANCER, DRAIN, ROLLOUT].flat(),
      "cloudwatch:GetMetricData",
      "ecr:DescribeImages",
    ],
    writes: [],
  },
  maintenance: {
    reads: [...RELEASE, "scheduler:GetSchedule"],
    writes: [
      ...always("Lock", "Update", "StopDeployment", "Scaling"),
      ...only("with mutedAlarms", "Mute"),
      ...only("with announceTopic", "Announce"),
      ...NOTICES,
      ...only("--via task", "RunTask"),
      ...only("--image", "Copy", "TagCopy"),
      ...only("--image, --via task", "RolesOfTasks"),
      ...TUNNEL,
    ],
  },
  alerts: {
    reads: [
      ...[CALLER, LOCK, SERVICE, LEFTOVERS].flat(),
      "cloudwatch:DescribeAlarmHistory",
      "cloudwatch:ListTagsForResource",
      "elasticloadbalancing:DescribeTargetGroups",
      "events:DescribeRule",
      "events:ListRules",
      "events:ListTagsForResource",
      "events:ListTargetsByRule",
      "events:TestEventPattern",
      "rds:DescribeDBParameters",
      "sns:GetTopicAttributes",
    ],
    writes: [
      ...always("Lock", "Alarms", "AlertRule"),
      ...only("--test; with notices.topic", "Tell"),
      ...SECRETS,
      ...TUNNEL,
    ],
  },
  /** A policy beside those of the commands, which have no room for the notice of a missing end. */
  notify: {
    reads: ["scheduler:GetSchedule"],
    writes: [...NOTICES, ...only("with notices.schedulerRole", "EndNotice", "SchedulerRole")],
  },
  /** A policy beside those of the commands: the table is one's own, not a target's. */
  journal: { reads: OF_JOURNAL, writes: always("Journal") },
  run: EVERYTHING,
  plan: READING,
  approve: READING,
  resume: EVERYTHING,
  undo: EVERYTHING,
  handover: { reads: [...CALLER, ...LOCK], writes: always("Lock") },
  unlock: { reads: [...CALLER, ...LOCK], writes: always("Lock") },
  init: {
    reads: [
      ...CALLER,
      ...DISCOVERY,
      "ecs:DescribeServices",
      "ecs:DescribeTaskDefinition",
      "elasticloadbalancing:DescribeTargetGroups",
      ...DATABASE,
    ],
    writes: [],
  },
  check: NOTHING,
  explain: NOTHING,
  completion: NOTHING,
  config: NOTHING,
  schema: NOTHING,
  "fleet plan": READING,
  "fleet start": {
    reads: [...CALLER, "dynamodb:Query", "states:DescribeExecution"],
    writes: always("FleetPlans", "FleetStart"),
  },
  "fleet status": { reads: [...CALLER, "dynamodb:Query"], writes: [] },
  "fleet approve": { reads: [...CALLER, "dynamodb:Query"], writes: always("FleetAnswers", "FleetAnswer") },
  "fleet stop": {
    reads: [...CALLER, "dynamodb:Query"],
    writes: [...always("FleetBrake"), ...only("--now", "FleetStop")],
  },
  "fleet template": NOTHING,
  history: NOTHING,
  show: NOTHING,
  note: NOTHING,
  report: {
    reads: [
      ...[CALLER, SERVICE, HISTORY, ALARMS].flat(),
      "cloudwatch:DescribeAlarmHistory",
      "elasticloadbalancing:DescribeTargetGroups",
    ],
    writes: [],
  },
  rehearse: NOTHING,
  sandbox: NOTHING,
  iam: NOTHING,
  actions: NOTHING,
  /** With --target; without it nothing leaves the machine. */
  lint: { reads: [...CALLER, ...SERVICE, "elasticloadbalancing:DescribeTargetGroups"], writes: TUNNEL },
  "migrate prove": { reads: [...CALLER, ...SERVICE, "elasticloadbalancing:DescribeTargetGroups"], writes: TUNNEL },
  mcp: READING,
  docs: NOTHING,
  licenses: NOTHING,
  /** No command: who only looks, dry runs included. */
  observer: READING,
} as const satisfies Readonly<Record<string, Needs>>;

/** A managed policy has no room for these beside the others: they are in the policy of `notify`. */
const OF_NOTICES = ["EndNotice", "SchedulerRole", "NoticeSecrets", "scheduler:GetSchedule"];

/**
 * Of every command, without the settings `notices.schedulerRole` and secrets of `notices`, and without `init`, which is run
 * once, often by another person: one managed policy has no room for all.
 */
export const ALL_NEEDS: Needs = {
  reads: EVERY_READ.filter((action) => !OF_NOTICES.includes(action)),
  writes: EVERYTHING.writes.filter(({ sid }) => !OF_NOTICES.includes(sid)),
};
