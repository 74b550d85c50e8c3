import type { JsonObject } from "../json.ts";
import type { TrafficMinute } from "../status/traffic.ts";
import type { Caller, Target } from "../target.ts";
import type { TimedEvent } from "../watch/baseline.ts";
import type { MetricAnswer, Statistic, Subject } from "../watch/metric.ts";
import type { Point, Span } from "../watch/series.ts";
import type { AlarmRule, AlarmSetup, MuteRule, MuteSummary } from "./alarms.ts";
import type { AlarmAction, EventRule, Topic, WholeAlarm } from "./alerts.ts";
import type { AutomatedBackup, Cluster, Snapshot } from "./backups.ts";
import type {
  Alarm,
  HistoryRow,
  Image,
  LogLine,
  ScalingTarget,
  ScheduledScaling,
  Service,
  ServiceDeployment,
  ServiceRevision,
  TargetHealth,
  Task,
  TaskDefinition,
} from "./ecs.ts";
import type { BlueGreen, Database, Instance, InstanceEvent, Quota } from "./rds.ts";
import type {
  ClusterSetup,
  MessagesReach,
  RoleSetup,
  SecurityGroupSetup,
  SubnetSetup,
  TargetGroupSetup,
} from "./setup.ts";

/** Everything that actions and screens read from AWS. Reads only: `createGateway` is the only way to write. */
export interface AwsReads {
  readonly ecs: EcsReads;
  readonly around: SurroundingReads;
  readonly rds: RdsReads;
  readonly watch: WatchReads;
  readonly mutes: MuteReads;
  readonly alerts: AlertReads;
  caller(): Promise<Caller>;
  /** Undefined where the default group of EventBridge Scheduler has no schedule of that name. */
  schedule(name: string): Promise<OneTimeSchedule | undefined>;
  /** What Change Calendars (ARNs, of one region) say of a moment, in epoch ms. Closed where one of them is. */
  calendarState(calendars: readonly string[], at: number): Promise<CalendarState>;
  /** Undefined where requests do not go to AWS itself, because nothing can be tested then. */
  messagesReach(): Promise<MessagesReach | undefined>;
  /** One entry for each of these target groups, by ARN, in their order. */
  targetGroups(arns: readonly string[]): Promise<readonly TargetGroupSetup[]>;
  /** Targets of a target group, `reason` as the load balancer gives it. */
  targetHealth(targetGroup: string): Promise<readonly TargetHealth[]>;
  /** Seconds in which a deregistered target finishes the requests that it has begun. */
  drainSeconds(targetGroup: string): Promise<number>;
  /** Metric and composite alarms in state ALARM. */
  alarms(): Promise<readonly Alarm[]>;
  /** Every metric alarm of the region. */
  metricAlarms(): Promise<readonly AlarmRule[]>;
  /** Undefined where the account has no such instance. */
  database(id: string): Promise<Database | undefined>;
}

/** Reads of ECS. Every answer is sanitised here, at the boundary; every failure is an OpsError. */
export interface EcsReads {
  /** Undefined where the account has no such cluster. */
  cluster(cluster: string): Promise<ClusterSetup | undefined>;
  /** Throws usage (exit 6) where the cluster has no such service. */
  service(cluster: string, service: string): Promise<Service>;
  /** Service deployments of the last 90 days, newest first; at most 200. */
  history(cluster: string, service: string): Promise<readonly HistoryRow[]>;
  /** What is known of these service deployments, at most 20; those that are no longer on record are left out. */
  deployments(arns: readonly string[]): Promise<readonly ServiceDeployment[]>;
  /** Undefined where the family has no such revision. */
  taskDefinition(name: string): Promise<TaskDefinition | undefined>;
  /** At most 20; those that ECS no longer knows are left out. */
  serviceRevisions(arns: readonly string[]): Promise<readonly ServiceRevision[]>;
  /** ACTIVE revisions as `family:revision`, newest first, at least down to the newest one below `below`. */
  revisions(family: string, below?: number): Promise<readonly string[]>;
  tasks(cluster: string, service: string, desired: "RUNNING" | "STOPPED"): Promise<readonly Task[]>;
  /** Both kinds in three calls: tasks that ECS wants to run, and tasks that stopped within the hour or are stopping. */
  allTasks(cluster: string, service: string): Promise<AllTasks>;
  /** The tasks with these ids that ECS still knows; one call per hundred. */
  tasksNamed(cluster: string, ids: readonly string[]): Promise<readonly Task[]>;
  /** The tasks of a task definition's family, whatever started them, in any state; stopped ones for an hour. */
  familyTasks(cluster: string, family: string): Promise<readonly Task[]>;
  /** Whether this task is protected from scale-in and deployments; undefined where it is gone. */
  isProtected(cluster: string, task: string): Promise<boolean | undefined>;
  /** The service's running tasks that are protected from scale-in and deployments. */
  protectedTasks(cluster: string, service: string): Promise<readonly ProtectedTask[]>;
}

export interface ProtectedTask {
  readonly id: string;
  /** RFC 3339; absent where ECS names no end. */
  readonly until?: string;
}

export interface AllTasks {
  readonly running: readonly Task[];
  readonly stopped: readonly Task[];
}

/** Reads of what surrounds a service: its images, secrets, logs and scaling. */
export interface SurroundingReads {
  /**
   * An image of ECR by tag or digest; undefined where its own registry does not have it. Rejects where that is not
   * known from here: a registry of another account or region may not show a repository that exists.
   */
  image(ref: string): Promise<Image | undefined>;
  /** What an image of ECR is built for, as `linux/amd64`; undefined where its manifest does not say: one image alone. */
  imagePlatforms(ref: string): Promise<readonly string[] | undefined>;
  /** Whether the secret with this ARN or name exists and is not marked for deletion. */
  hasSecret(id: string): Promise<boolean>;
  /** The service's own scaling target; undefined where nothing scales it. */
  scalingTarget(cluster: string, service: string): Promise<ScalingTarget | undefined>;
  /** The service's scheduled actions. */
  scheduledScaling(cluster: string, service: string): Promise<readonly ScheduledScaling[]>;
  /** The newest lines of a log stream, oldest first; empty where the stream does not exist. `region`: the group's. */
  logTail(group: string, stream: string, lines: number, region?: string): Promise<readonly LogLine[]>;
  /** Lines of all streams of the group whose names begin so, oldest first; empty where there are none. */
  logLines(group: string, question: LogQuestion, region?: string): Promise<LinesRead>;
  /** A role of the target's account by its name; undefined where there is none. */
  role(name: string): Promise<RoleSetup | undefined>;
  /** Those of these subnets, and of these security groups, that exist. */
  subnets(ids: readonly string[]): Promise<readonly SubnetSetup[]>;
  securityGroups(ids: readonly string[]): Promise<readonly SecurityGroupSetup[]>;
  /** Whether there is a log group of that name in `region`, which is the target's where it is left out. */
  hasLogGroup(group: string, region?: string): Promise<boolean>;
}

export interface LogQuestion {
  readonly streamPrefix: string;
  /** Epoch ms, inclusive. */
  readonly from: number;
  /** Epoch ms, exclusive; by default now. */
  readonly to?: number;
  /** A filter pattern of CloudWatch Logs; by default every line. */
  readonly pattern?: string;
}

export interface LinesRead {
  readonly lines: readonly StreamLine[];
  /** RFC 3339: there are more lines after this moment than were read. */
  readonly unreadAfter?: string;
}

/** A line with the stream that it is in, and an id that no other line of the group has. */
export interface StreamLine extends LogLine {
  readonly stream: string;
  readonly id: string;
}

/** Reads of database instances with all that a copy of them needs. */
export interface RdsReads {
  /** Undefined where the account has no instance of that name. */
  instance(id: string): Promise<Instance | undefined>;
  /** The events of the instance since `since` (epoch ms), oldest first. RDS keeps them for fourteen days. */
  events(id: string, since: number): Promise<readonly InstanceEvent[]>;
  /** By name: DBInstances, AllocatedStorage (GiB) … */
  quotas(): Promise<Readonly<Record<string, Quota>>>;
  /** All that bear the instance's name: its own, and those that are kept of deleted instances. */
  automatedBackups(id: string): Promise<readonly AutomatedBackup[]>;
  /** Of the instance, also where it is deleted; newest first. */
  snapshots(id: string): Promise<readonly Snapshot[]>;
  /** Undefined where the account has no such cluster. */
  cluster(id: string): Promise<Cluster | undefined>;
  /** RDS's own Blue/Green deployments that the instance is a member of. */
  blueGreen(id: string): Promise<readonly BlueGreen[]>;
}

/** What a watch reads besides the service itself. */
export interface WatchReads {
  subject(target: Target, service: Service): Promise<Subject>;
  /** One-minute points of everything that is watched. */
  metrics(subject: Subject, span: Span): Promise<MetricAnswer>;
  /** What the targets of these groups answered, by the minute; a group behind a network load balancer counts nothing. */
  traffic(groups: Subject["groups"], span: Span): Promise<readonly TrafficMinute[]>;
  /** The points of these statistics, one a minute, in their order. Throws where CloudWatch did not give all. */
  series(statistics: readonly Statistic[], span: Span): Promise<readonly (readonly Point[])[]>;
  /** Bytes, each minute; empty where CloudWatch has none. */
  freeStorage(database: string, span: Span): Promise<readonly Point[]>;
  alarmTimes(subject: Subject, span: Span): Promise<readonly TimedEvent[]>;
  /** max_connections as a parameter group sets it; undefined where it sets no number. */
  setConnections(parameterGroup: string): Promise<number | undefined>;
}

export interface MuteReads {
  /** The rules that mute alarms now. */
  activeMutes(): Promise<readonly MuteSummary[]>;
  /** Those of these alarms that exist; at most 100. */
  alarmsNamed(names: readonly string[]): Promise<readonly AlarmSetup[]>;
  /** Undefined where there is no rule of that name. */
  muteRule(name: string): Promise<MuteRule | undefined>;
  /** Names of the alarms that fire now and make auto scaling add tasks to this service. */
  askForMore(cluster: string, service: string): Promise<readonly string[]>;
}

/** A schedule of EventBridge Scheduler that invokes once. */
export interface OneTimeSchedule {
  /** `at(2026-04-10T04:10:00)` */
  readonly expression: string;
}

/** What a Change Calendar of Systems Manager says of a moment. */
export interface CalendarState {
  readonly isOpen: boolean;
  /** RFC 3339, UTC: when that changes. Absent where it never does. */
  readonly next?: string;
}

/** Reads of what alerts operators: alarms, rules of the default event bus, and the topics that they notify. */
export interface AlertReads {
  /** Undefined where there is no topic of that ARN; asked in the topic's own region. */
  topic(arn: string): Promise<Topic | undefined>;
  /** Undefined where there is no metric alarm of that name. */
  alarm(name: string): Promise<WholeAlarm | undefined>;
  /** The actions of an alarm since `since` (epoch ms), those that failed as well, the newest first. */
  actions(name: string, since: number): Promise<readonly AlarmAction[]>;
  /** Undefined where the default event bus has no rule of that name. */
  rule(name: string): Promise<EventRule | undefined>;
  /** The rules of the default event bus whose pattern names `source`, without their tags. */
  rulesOn(source: string): Promise<readonly EventRule[]>;
  /** Whether an event would match a pattern, by EventBridge itself. */
  matches(pattern: string, event: JsonObject): Promise<boolean>;
}
