import type { DeploymentSetup } from "../../../src/actions/upgrade/phases/deployment-setup.ts";
import type { PhaseFacts } from "../../../src/actions/upgrade/phases/facts.ts";
import { type MigrationFacts, readLogFacts } from "../../../src/actions/upgrade/phases/migration-facts.ts";
import type { Service, TargetHealth, Task } from "../../../src/domain/aws/ecs.ts";
import type { LockedSession } from "../../../src/domain/database/locks.ts";
import type { AppliedMigration } from "../../../src/domain/migrations/applied.ts";
import type { PipelineRun } from "../../../src/domain/upgrade/pipeline.ts";
import { deploymentOf, serviceOf, taskOf } from "../support.ts";

/** Moments of the upgrade of :42 to :43, on three tasks, in seconds since the deployment began. */

export const BEGAN = "2026-04-10T03:40:00.000Z";
export const at = (seconds: number): string => new Date(Date.parse(BEGAN) + seconds * 1000).toISOString();

const HEALTH = { interval: 30, timeout: 5, retries: 3, startPeriod: 60 };

export const SETUP: DeploymentSetup = {
  killSeconds: 150,
  drainSeconds: 300,
  stopSeconds: 30,
  container: {
    name: "vulcan",
    image: "registry/vulcan:2.0.0",
    environment: [],
    secrets: [],
    ports: [],
    labels: {},
    others: {},
    health: HEALTH,
  },
  from: { taskDefinition: "vulcan-prod:42", image: "registry/vulcan:1.42.1" },
  to: { taskDefinition: "vulcan-prod:43", image: "registry/vulcan:2.0.0" },
};

const service = (change: Partial<Service> = {}): Service =>
  serviceOf(43, {
    desired: 3,
    deployments: [
      deploymentOf(43, { createdAt: BEGAN, rollout: "IN_PROGRESS" }),
      deploymentOf(42, { status: "ACTIVE" }),
    ],
    ...change,
  });

/** A new task; it was placed after 25 s, connected 12 s later, its image pulled in 24 s, and it started 4 s later. */
export const newTask = (number: number, change: Partial<Task> = {}): Task =>
  taskOf(43, number, {
    health: "UNKNOWN",
    startedBy: "ecs-svc/43",
    start: { createdAt: at(25), connectivityAt: at(37), pullStartedAt: at(37), pullStoppedAt: at(61) },
    startedAt: at(65),
    ...change,
  });

export const oldTask = (number: number, change: Partial<Task> = {}): Task =>
  taskOf(42, number, { startedBy: "ecs-svc/42", startedAt: "2026-04-01T00:00:00.000Z", ...change });

const three = (make: (number: number, change: Partial<Task>) => Task, change: Partial<Task> = {}): Task[] =>
  [1, 2, 3].map((number) => make(number, change));

const targets = (tasks: readonly Task[], state: string, description?: string): TargetHealth[] =>
  tasks.flatMap(({ addresses }) =>
    addresses.map((address) => ({ address, state, ...(description && { description }) })),
  );

export const applied = (...rows: readonly (readonly [version: number, seconds: number])[]): AppliedMigration[] =>
  rows.map(([version, seconds]) => ({ version, description: "", appliedAt: at(seconds), durationMs: 400 }));

const BEFORE: MigrationFacts = {
  applied: applied([5, -90_000], [6, -80_000]),
  before: 6,
  log: { isComplete: false },
  sessions: [],
};

const session = (pid: number, application: string, change: Partial<LockedSession> = {}): LockedSession => ({
  pid,
  application,
  user: application === "vulcan" ? "vulcan" : "analyst",
  holds: [],
  behind: [],
  isMigrating: false,
  ...change,
});

export const BLOCKED: MigrationFacts = {
  ...BEFORE,
  applied: applied([5, -90_000], [6, -80_000], [7, 66]),
  log: readLogFacts([
    { at: at(65), text: 'INF Applying migration version=7 description="Add licences.seats"' },
    { at: at(66), text: "INF Migration applied version=7 duration=400ms" },
    { at: at(66), text: 'INF Applying migration version=8 description="Add documents.checksum column"' },
  ]),
  sessions: [
    session(4711, "quarterly-report", { state: "idle in transaction", seconds: 240 }),
    session(4801, "vulcan", {
      state: "active",
      seconds: 76,
      isMigrating: true,
      waitsFor: { on: "documents", mode: "AccessExclusiveLock", rows: 41_000 },
      behind: [4711],
    }),
    session(4802, "vulcan", {
      state: "active",
      seconds: 75,
      waitsFor: { on: "advisory lock 7233001", mode: "ExclusiveLock" },
      behind: [4801],
    }),
  ],
};

const MIGRATED: MigrationFacts = {
  ...BEFORE,
  applied: applied([5, -90_000], [6, -80_000], [7, 66], [8, 67]),
  log: { isComplete: true },
};

export const RUN: PipelineRun = {
  number: 812,
  sha: "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
  branch: "main",
  status: "completed",
  conclusion: "success",
  createdAt: at(-700),
  startedAt: at(-690),
  updatedAt: at(-400),
  url: "https://github.com/acme/vulcan/actions/runs/1",
};

const base = (seconds: number, change: Partial<PhaseFacts>): PhaseFacts => ({
  wanted: "vulcan-prod:43",
  began: BEGAN,
  now: Date.parse(at(seconds)),
  snapshot: { service: service(), running: three(oldTask), stopped: [], targets: [targets(three(oldTask), "healthy")] },
  setup: SETUP,
  migration: BEFORE,
  ...change,
});

const started = three(newTask);
const healthy = three(newTask, { health: "HEALTHY" });

/** Some tasks have started, others pull their image. */
export const starting: PhaseFacts = base(58, {
  pushed: {
    run: { visible: true, value: RUN },
    image: {
      visible: true,
      value: { ref: "registry/vulcan:2.0.0", digest: `sha256:${"1f2e".repeat(16)}`, pushedAt: at(-420) },
    },
  },
  snapshot: {
    service: service(),
    running: [
      ...three(oldTask),
      newTask(1, { startedAt: at(57) }),
      ...[2, 3].map((number) => {
        const { startedAt: _, ...task } = newTask(number, { status: "PENDING" });
        return { ...task, start: { createdAt: at(25), connectivityAt: at(37), pullStartedAt: at(37) } };
      }),
    ],
    stopped: [],
    targets: [targets(three(oldTask), "healthy")],
  },
});

/** Version 8 waits for a table that a report has read. */
export const blocked: PhaseFacts = base(142, {
  pushed: { run: { visible: false, why: "GitHub answered 401" }, image: { visible: false, why: "not in Amazon ECR" } },
  migration: BLOCKED,
  snapshot: {
    service: service(),
    running: [...three(oldTask), ...started],
    stopped: [],
    targets: [
      [...targets(three(oldTask), "healthy"), ...targets(started, "initial", "Initial health checks in progress")],
    ],
  },
});

/** All new tasks serve; of the old ones two drain, one has been killed. */
export const draining: PhaseFacts = base(400, {
  migration: MIGRATED,
  requests: { minute: at(120), count: 236 },
  snapshot: {
    service: service(),
    running: healthy,
    stopped: [
      ...[1, 2].map((number) => oldTask(number, { status: "DEACTIVATING", desired: "STOPPED", stoppingAt: at(130) })),
      oldTask(3, { status: "STOPPED", stoppingAt: at(130), stoppedAt: at(380), exitCodes: [137] }),
    ],
    targets: [[...targets(healthy, "healthy"), ...targets([oldTask(1), oldTask(2)], "draining")]],
  },
});
