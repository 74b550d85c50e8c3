import { badButHealthy } from "./bad-but-healthy.ts";
import { badRelease } from "./bad-release.ts";
import { type Scenario, SECONDS } from "./scenario.ts";
import { release } from "./vulcan-releases.ts";

export const ciDeploys: Scenario = {
  ...badButHealthy,
  name: "ci-deploys",
  summary: "As bad-but-healthy, but a pipeline deploys vulcan-prod:44 a minute after your first change to the service",
  happenings: [{ on: "UpdateService", after: 60 * SECONDS, release: { revision: 44, image: release("1.44.0", 8) } }],
};

export const apiTrouble: Scenario = {
  ...badRelease,
  name: "api-trouble",
  summary: "As bad-release, on a bad day of the API: throttling, errors, HTML, lost answers, slow and stale reads",
  faults: [
    { operation: "UpdateService", nth: 1, when: "after", kind: "stale", ms: 1500 },
    { operation: "DescribeServices", nth: 4, times: 3, when: "before", kind: "throttle" },
    { operation: "DescribeTasks", share: 0.1, when: "before", kind: "http500-json" },
    { operation: "DescribeTargetHealth", share: 0.1, when: "before", kind: "http503-html" },
    { operation: "*", share: 0.03, when: "before", kind: "throttle" },
    { operation: "DescribeServices", share: 0.05, when: "before", kind: "reset" },
    { operation: "DescribeServices", share: 0.05, when: "before", kind: "stall", ms: 400 },
  ],
};

/** Nothing at all: no cluster, no balancer, no database instance, no alarm. */
export const empty: Scenario = {
  name: "empty",
  summary: "An account with nothing in it",
  desired: 0,
  revisions: [],
  history: [],
  current: { revision: 0, age: 0, state: "COMPLETED" },
  tasks: [],
  migrated: [],
  breaker: { enable: false, rollback: false },
  deregistrationDelaySeconds: 300,
};

export const autoscalerFights: Scenario = {
  ...badButHealthy,
  name: "autoscaler-fights",
  summary: "As bad-but-healthy, under load: auto scaling (2 to 6 tasks, CPU 45 %) undoes a scale-down within minutes",
  demand: 96,
  autoscaler: { least: 2, most: 6, cpu: 45 },
};

/** Vulcan's document promises only `migrate down`. */
export const migrateCommands: Scenario = {
  ...badButHealthy,
  name: "migrate-commands",
  summary: "As bad-but-healthy, with a Vulcan that also has the commands migrate status and migrate up",
  vulcan: { migrateStatus: true, migrateUp: true },
};
