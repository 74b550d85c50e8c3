import type { Attempt, VerifyContext } from "../../src/domain/action.ts";
import type {
  Container,
  Deployment,
  HistoryRow,
  LogLine,
  Service,
  ServiceDeployment,
  TargetHealth,
  Task,
  TaskDefinition,
} from "../../src/domain/aws/ecs.ts";
import type { AwsReads } from "../../src/domain/aws/reads.ts";
import type { RevisionMark } from "../../src/domain/failed-revision.ts";
import type { Clock } from "../../src/domain/ports.ts";
import type { ActionServices } from "../../src/domain/services.ts";
import type { Target } from "../../src/domain/target.ts";

/** Recorded observations of the documented service, each with what a test changes about it. */

export const NOW = Date.UTC(2026, 3, 10, 12);
const hoursAgo = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();

export function deploymentOf(revision: number, change: Partial<Deployment> = {}): Deployment {
  return {
    id: `ecs-svc/${revision}`,
    status: "PRIMARY",
    taskDefinition: `vulcan-prod:${revision}`,
    rollout: "COMPLETED",
    desired: 2,
    running: 2,
    pending: 0,
    failed: 0,
    createdAt: hoursAgo(1),
    ...change,
  };
}

export function serviceOf(revision: number, change: Partial<Service> = {}): Service {
  return {
    arn: "arn:aws:ecs:eu-west-1:111122223333:service/vulcan-prod/vulcan-prod",
    name: "vulcan-prod",
    status: "ACTIVE",
    controller: "ECS",
    strategy: "ROLLING",
    taskDefinition: `vulcan-prod:${revision}`,
    desired: 2,
    running: 2,
    pending: 0,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    breaker: { enabled: true, rollback: true },
    balancers: [{ targetGroup: "targetgroup/vulcan/1", container: "vulcan", port: 8080 }],
    deployments: [deploymentOf(revision)],
    targetGroups: ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/vulcan/1"],
    events: [],
    ...change,
  };
}

export function taskOf(revision: number, number: number, change: Partial<Task> = {}): Task {
  return {
    id: `${revision}-${number}`,
    taskDefinition: `vulcan-prod:${revision}`,
    status: "RUNNING",
    health: "HEALTHY",
    exitCodes: [],
    addresses: [`10.0.${revision}.${number}`],
    ...change,
  };
}

export const tasksOf = (revision: number, count: number, change: Partial<Task> = {}) =>
  Array.from({ length: count }, (_, index) => taskOf(revision, index, change));

export const targetsOf = (tasks: readonly Task[], state = "healthy"): TargetHealth[][] => [
  tasks.flatMap((task) => task.addresses.map((address) => ({ address, state }))),
];

export function definitionOf(revision: number, change: Partial<TaskDefinition> = {}): TaskDefinition {
  return {
    name: `vulcan-prod:${revision}`,
    status: "ACTIVE",
    containers: [containerOf(revision)],
    others: {},
    ...change,
  };
}

export function containerOf(revision: number, change: Partial<Container> = {}): Container {
  return {
    name: "vulcan",
    image: `vulcan:v1.${revision}`,
    environment: [],
    secrets: [],
    ports: [{ number: 8080, protocol: "tcp" }],
    labels: {},
    others: {},
    ...change,
  };
}

/** One deployment of the history: `43 SUCCESSFUL 5` began five hours ago and took six minutes. */
export function rowsOf(...lines: readonly string[]): HistoryRow[] {
  return lines.map((line, index) => {
    const [revision = "", status = "", hours = "0", images, tasks] = line.split(" ");
    return {
      arn: `d${index}`,
      status,
      taskDefinition: revision === "?" ? "" : `vulcan-prod:${revision}`,
      ...(images && images !== "-" && { images }),
      ...(tasks && { tasks: Number(tasks) }),
      startedAt: hoursAgo(Number(hours)),
      finishedAt: hoursAgo(Number(hours) - 0.1),
      createdAt: hoursAgo(Number(hours)),
    };
  });
}

export const TARGET: Target = {
  name: "vulcan-prod",
  cluster: "vulcan-prod",
  service: "vulcan-prod",
  database: "vulcan-prod",
  production: false,
};

/** What AWS shows at one moment; what is left out is as the documented service has it. */
export interface Moment {
  readonly service?: Service;
  readonly running?: readonly Task[];
  readonly stopped?: readonly Task[];
  readonly targets?: readonly (readonly TargetHealth[])[];
  readonly definitions?: readonly TaskDefinition[];
  readonly history?: readonly HistoryRow[];
  readonly deployment?: ServiceDeployment;
  /** What the containers have written. */
  readonly log?: readonly LogLine[];
  readonly cluster?: AwsReads["ecs"]["cluster"];
  readonly migrations?: ActionServices["vulcan"]["migrations"];
  /** Thrown by the read of the service's tasks. */
  readonly unreadTasks?: Error;
  /** Thrown by the read of the deployment history. */
  readonly unread?: Error;
  /** Nothing of the history ever answers. */
  readonly isHistoryHanging?: boolean;
  readonly guarded?: Awaited<ReturnType<AwsReads["ecs"]["protectedTasks"]>>;
  /** What executions of ours have seen of revisions. */
  readonly marks?: readonly RevisionMark[];
  /** Thrown by the read of the service. */
  readonly error?: Error;
}

/** A world that shows one moment after another, the next one whenever the service is read; the last one stays. */
export function worldOf(
  ...moments: readonly Moment[]
): ActionServices & { readonly reads: () => number; readonly looks: () => number } {
  let shown = -1;
  let looks = 0;
  const now = (): Moment => moments[Math.min(Math.max(shown, 0), moments.length - 1)] ?? {};
  const ecs: AwsReads["ecs"] = {
    cluster: async (name) => now().cluster?.(name),
    async service() {
      shown++;
      const { error, service = serviceOf(42) } = now();
      if (error !== undefined) throw error;
      return service;
    },
    history: async () => {
      const { unread, isHistoryHanging, history = [] } = now();
      if (isHistoryHanging === true) return new Promise<never>(() => {});
      if (unread !== undefined) throw unread;
      return history;
    },
    taskDefinition: async (name) => now().definitions?.find((definition) => definition.name === name),
    serviceRevisions: async () => [],
    revisions: async () =>
      (now().definitions ?? []).filter(({ status }) => status === "ACTIVE").map(({ name }) => name),
    deployments: async () => [now().deployment].filter((deployment) => deployment !== undefined),
    tasks: async (_cluster, _service, desired) => {
      const { unreadTasks, running = [], stopped = [] } = now();
      if (unreadTasks !== undefined) throw unreadTasks;
      return desired === "RUNNING" ? running : stopped;
    },
    tasksNamed: async (_cluster, ids) =>
      [...(now().running ?? []), ...(now().stopped ?? [])].filter(({ id }) => ids.includes(id)),
    familyTasks: async () => [...(now().running ?? []), ...(now().stopped ?? [])],
    isProtected: async () => false,
    protectedTasks: async () => now().guarded ?? [],
    allTasks: async () => {
      looks++;
      return { running: now().running ?? [], stopped: now().stopped ?? [] };
    },
  };
  const aws: AwsReads = {
    ecs,
    around: {
      image: async () => undefined,
      imagePlatforms: async () => undefined,
      hasSecret: async () => true,
      scalingTarget: async () => undefined,
      scheduledScaling: async () => [],
      logTail: async () => now().log ?? [],
      logLines: async () => ({ lines: [] }),
      hasLogGroup: async () => true,
      role: async (name) => ({ name, trusts: ["ecs-tasks.amazonaws.com"] }),
      subnets: async (ids) => ids.map((id) => ({ id, vpc: "vpc-1" })),
      securityGroups: async (ids) => ids.map((id) => ({ id, vpc: "vpc-1" })),
    },
    schedule: async () => undefined,
    calendarState: async () => ({ isOpen: true }),
    mutes: {
      activeMutes: async () => [],
      alarmsNamed: async () => [],
      muteRule: async () => undefined,
      askForMore: async () => [],
    },
    alerts: {
      topic: async () => undefined,
      alarm: async () => undefined,
      actions: async () => [],
      rule: async () => undefined,
      rulesOn: async () => [],
      matches: async () => false,
    },
    rds: {
      instance: async () => undefined,
      events: async () => [],
      quotas: async () => ({}),
      automatedBackups: async () => [],
      snapshots: async () => [],
      cluster: async () => undefined,
      blueGreen: async () => [],
    },
    watch: {
      subject: async () => ({ cluster: "", service: "", database: "", groups: [] }),
      metrics: async () => ({ measured: {}, remarks: [] }),
      alarmTimes: async () => [],
      setConnections: async () => undefined,
      traffic: async () => [],
      freeStorage: async () => [],
      series: async () => [],
    },
    caller: async () => ({ account: "111122223333", arn: "arn:aws:iam::111122223333:user/test" }),
    messagesReach: async () => undefined,
    targetGroups: async () => [],
    targetHealth: async () => now().targets?.[0] ?? [],
    drainSeconds: async () => 300,
    alarms: async () => [],
    metricAlarms: async () => [],
    database: async () => undefined,
  };
  const schema = { migrations: async () => ({ applied: [], answeredBy: "api" as const }) };
  const container = () => ({ attach: async () => ({ kind: "absent" as const }) });
  const vulcan = { migrations: () => now().migrations?.() ?? Promise.resolve([]) };
  const marks = async () => now().marks ?? [];
  return {
    aws,
    vulcan,
    schema,
    failedRevisions: marks,
    container,
    execVia: "own" as const,
    reads: () => shown + 1,
    looks: () => looks,
  };
}

/** A clock that only moves while somebody sleeps. */
export function fixedClock(): Clock {
  let now = NOW;
  return {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

export function waitingFor(
  world: ActionServices,
  seconds = 60,
): VerifyContext<ActionServices> & { readonly told: string[] } {
  const told: string[] = [];
  const progress = (text: string) => void told.push(text);
  const signal = new AbortController().signal;
  return {
    services: world,
    target: TARGET,
    clock: fixedClock(),
    deadline: NOW + seconds * 1000,
    signal,
    progress,
    told,
  };
}

export function attemptOn(
  basis: Attempt["basis"] = { taskDefinition: "vulcan-prod:43", primary: "ecs-svc/43" },
): Attempt {
  return { confirmedAt: new Date(NOW).toISOString(), outputs: {}, ...(basis && { basis }) };
}
