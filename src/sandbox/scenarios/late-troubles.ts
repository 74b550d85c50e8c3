import { createHash } from "node:crypto";
import { badButHealthy } from "./bad-but-healthy.ts";
import { DAYS, HOURS, MINUTES, type Scenario } from "./scenario.ts";
import { withRelease } from "./stuck-rollout.ts";
import { release } from "./vulcan-releases.ts";

export const crashAfterHealthy: Scenario = {
  ...withRelease(badButHealthy, 43, {
    image: release("1.43.0", 8, { kind: "healthy" }, { outOfMemoryAfter: 12 * 60 }),
  }),
  name: "crash-after-healthy",
  summary: "vulcan-prod:43 completed, but leaks: each task is killed for its memory twelve minutes after its start",
  tasks: [
    { revision: 43, count: 3, age: 24 * MINUTES, stopped: { age: 11 * MINUTES, reason: "out-of-memory" } },
    { revision: 43, count: 3, age: 10 * MINUTES },
  ],
};

export const schemaNewer: Scenario = {
  ...badButHealthy,
  name: "schema-newer",
  summary: "As bad-but-healthy, but :42 exits with 1 on the database that :43 has migrated",
  vulcan: { refusesNewerSchema: true },
};

export const imageGone: Scenario = {
  ...withRelease(badButHealthy, 42, { imageGone: true }),
  name: "image-gone",
  summary: "As bad-but-healthy, but the registry's lifecycle rule has deleted the image of :42",
};

const original = release("1.42.0", 7);

export const tagMoved: Scenario = {
  ...withRelease(badButHealthy, 42, {
    image: original,
    repushed: {
      ...original,
      digest: `sha256:${createHash("sha256").update("1.42.0, built again").digest("hex")}`,
      behaviour: { kind: "failing-health", reason: "licence service: x509: certificate signed by unknown authority" },
    },
  }),
  name: "tag-moved",
  summary: "As bad-but-healthy, but :42's tag was pushed again since: a revert to it starts another, failing build",
};

export const breakerRolledBack: Scenario = {
  ...badButHealthy,
  name: "breaker-rolled-back",
  summary: "vulcan-prod:43 was deployed an hour ago and failed: the circuit breaker has put :42 back already",
  revisions: withRelease(badButHealthy, 43, {
    image: release("1.43.0", 8, { kind: "failing-health", reason: "licence service: connection refused" }),
    age: 61 * MINUTES,
  }).revisions,
  history: badButHealthy.history.slice(0, -1),
  current: { revision: 42, age: 6 * DAYS, state: "COMPLETED" },
  since: [{ revision: 43, age: HOURS, status: "ROLLBACK_SUCCESSFUL", took: 12 * MINUTES }],
  tasks: [
    { revision: 42, count: 3, age: 6 * DAYS },
    { revision: 43, count: 3, age: 59 * MINUTES, stopped: { age: 56 * MINUTES, reason: "elb-health" } },
  ],
  migrated: [...badButHealthy.migrated.slice(0, -1), 59 * MINUTES],
  breaker: { enable: true, rollback: true },
};

const broken = release("1.0.0", 7, { kind: "failing-health", reason: "relay: listener did not start" });

export const breakerNoTarget: Scenario = {
  name: "breaker-no-target",
  summary: "The very first deployment failed: the breaker tripped and has no release to restore; no task serves",
  desired: 3,
  revisions: [{ revision: 1, age: 22 * MINUTES, image: broken }],
  history: [],
  current: { revision: 1, age: 20 * MINUTES, state: "FAILED", failedTasks: 3 },
  tasks: [{ revision: 1, count: 3, age: 19 * MINUTES, stopped: { age: 14 * MINUTES, reason: "elb-health" } }],
  migrated: Array.from({ length: 7 }, () => 18 * MINUTES),
  breaker: { enable: true, rollback: true },
  deregistrationDelaySeconds: 300,
};
