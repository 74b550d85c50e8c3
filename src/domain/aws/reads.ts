import type { Caller, Target } from "../target.ts";
import type { Happening } from "../watch/baseline.ts";
import type { MetricAnswer, Subject } from "../watch/metric.ts";
import type { Point, Span } from "../watch/series.ts";
import type { AlarmRule, AlarmSetup, MuteRule, MuteSummary } from "./alarms.ts";
import type {
  Alarm,
  Database,
  HistoryRow,
  Image,
  LogLine,
  ScalingTarget,
  Service,
  ServiceDeployment,
  ServiceRevision,
  TargetHealth,
  Task,
  TaskDefinition,
} from "./ecs.ts";
import type { Instance, InstanceEvent, Quota } from "./rds.ts";
import type {
  BackupSetup,
  ClusterSetup,
  ContainerSetup,
  DefinitionSetup,
  ExecTask,
  MessagesReach,
  RestoreWindow,
  ServiceSetup,
  TargetCheck,
} from "./setup.ts";

/** Everything that actions and screens read of AWS. Reads only: the one way to write is `createGateway`. */
export interface AwsReads {
  readonly ecs: EcsReads;
  readonly around: SurroundingReads;
  readonly setup: SetupReads;
  readonly rds: RdsReads;
  readonly watch: WatchReads;
  readonly mutes: MuteReads;
  caller(): Promise<Caller>;
  /** Targets of a target group, `reason` as the load balancer gives it. */
  targetHealth(targetGroup: string): Promise<readonly TargetHealth[]>;
  /** Seconds that a deregistered target goes on answering what it has begun. */
  drainSeconds(targetGroup: string): Promise<number>;
  /** Alarms in state ALARM. */
  alarms(): Promise<readonly Alarm[]>;
  /** Undefined where the account has no such instance. */
  database(id: string): Promise<Database | undefined>;
}

/** Reads of ECS. Every answer is sanitised here, at the boundary; every failure is an OpsError. */
export interface EcsReads {
  /** Throws usage (exit 6) where the cluster has no such service. */
  service(cluster: string, service: string): Promise<Service>;
  /** Service deployments of the last 90 days, newest first; at most 200. */
  history(cluster: string, service: string): Promise<readonly HistoryRow[]>;
  /** What is known of these service deployments, at most 20; those that are no longer on record are left out. */
  deployments(arns: readonly string[]): Promise<readonly ServiceDeployment[]>;
  /** Undefined where the family has no such revision. */
  taskDefinition(name: string): Promise<TaskDefinition | undefined>;
  /** Tags of a task definition, by key. */
  definitionTags(name: string): Promise<Readonly<Record<string, string>>>;
  /** At most 20; those that ECS no longer knows are left out. */
  serviceRevisions(arns: readonly string[]): Promise<readonly ServiceRevision[]>;
  /** `family:revision`, newest first, ACTIVE ones: the newest of all, and as far down as the newest below `below`. */
  revisions(family: string, below?: number): Promise<readonly string[]>;
  tasks(cluster: string, service: string, desired: "RUNNING" | "STOPPED"): Promise<readonly Task[]>;
  /** Both kinds in three calls: those that ECS wants to run, and those stopped within the hour or on their way out. */
  allTasks(cluster: string, service: string): Promise<AllTasks>;
  /** Those of these ids that ECS still knows, in one call a hundred. */
  tasksNamed(cluster: string, ids: readonly string[]): Promise<readonly Task[]>;
  /** Of a task definition's family, whatever started them, in whatever state; stopped ones for an hour. */
  familyTasks(cluster: string, family: string): Promise<readonly Task[]>;
  /** Whether scaling in and deployments leave this task alone; undefined where it is gone. */
  isProtected(cluster: string, task: string): Promise<boolean | undefined>;
  /** The service's running tasks that scaling in and deployments leave alone. */
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
   * An image of ECR by tag or digest; undefined where its own registry does not have it. Rejects where that cannot be
   * told from here: a registry of another account or region may not show a repository that is there.
   */
  image(ref: string): Promise<Image | undefined>;
  /** Whether the secret with this ARN or name is there and not marked for deletion. */
  hasSecret(id: string): Promise<boolean>;
  /** The service's own scaling target; undefined where nothing scales it. */
  scalingTarget(cluster: string, service: string): Promise<ScalingTarget | undefined>;
  /** The newest lines of a log stream, oldest first; empty where there is no such stream. `region`: where the group lies. */
  logTail(group: string, stream: string, lines: number, region?: string): Promise<readonly LogLine[]>;
}

/** Reads of how things are set up rather than how they are. */
export interface SetupReads {
  /** Undefined where the account has no such cluster. */
  cluster(cluster: string): Promise<ClusterSetup | undefined>;
  service(cluster: string, service: string): Promise<ServiceSetup | undefined>;
  definition(taskDefinition: string): Promise<DefinitionSetup>;
  containers(taskDefinition: string): Promise<readonly ContainerSetup[]>;
  /** The service's running tasks; at most 100. */
  execTasks(cluster: string, service: string): Promise<readonly ExecTask[]>;
  /** Undefined where requests do not go to AWS itself, so that nothing can be told from here. */
  messagesReach(): Promise<MessagesReach | undefined>;
  /** Seconds that a target group keeps a target that is leaving. */
  deregistrationDelay(targetGroup: string): Promise<number>;
  /** How these target groups tell a bad target; without an entry for one whose checks are off. */
  targetChecks(targetGroups: readonly string[]): Promise<readonly TargetCheck[]>;
  /** Undefined where the account has no such instance. */
  backups(database: string): Promise<BackupSetup | undefined>;
  /** Of the instance's parameter groups; `in-sync` where what they set is in force. */
  parameterGroups(database: string): Promise<readonly { readonly name: string; readonly status: string }[]>;
  /** Every metric alarm of the region; at most 20 pages. */
  metricAlarms(): Promise<readonly AlarmRule[]>;
  /** The rules that keep alarms silent now. */
  activeMutes(): Promise<readonly MuteSummary[]>;
  /** Undefined where there is no backup to restore from. */
  restoreWindow(database: string): Promise<RestoreWindow | undefined>;
}

/** Reads of database instances with all that a copy of them has to be told. */
export interface RdsReads {
  /** Undefined where the account has no instance of that name. */
  instance(id: string): Promise<Instance | undefined>;
  /** What RDS says has happened to it since (epoch ms), oldest first; it keeps fourteen days. */
  events(id: string, since: number): Promise<readonly InstanceEvent[]>;
  /** By name: DBInstances, AllocatedStorage (GiB) … */
  quotas(): Promise<Readonly<Record<string, Quota>>>;
}

/** What a watch reads beside the service itself. */
export interface WatchReads {
  subject(target: Target, service: Service): Promise<Subject>;
  /** One-minute points of everything that is watched. */
  metrics(subject: Subject, span: Span): Promise<MetricAnswer>;
  /** Bytes, each minute; empty where CloudWatch has none. */
  freeStorage(database: string, span: Span): Promise<readonly Point[]>;
  alarmTimes(subject: Subject, span: Span): Promise<readonly Happening[]>;
  /** As the parameter group sets it; undefined where it sets no number. */
  setConnections(database: string): Promise<number | undefined>;
}

export interface MuteReads {
  /** Those of these alarms that there are; at most 100. */
  alarmsNamed(names: readonly string[]): Promise<readonly AlarmSetup[]>;
  /** Undefined where there is none of that name. */
  muteRule(name: string): Promise<MuteRule | undefined>;
  /** Names of the alarms that fire now and have auto scaling add tasks to this service. */
  askForMore(cluster: string, service: string): Promise<readonly string[]>;
}
