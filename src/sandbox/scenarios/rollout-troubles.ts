import type { Migration } from "../vulcan/migrations.ts";
import { LONG_LIVED } from "./base-history.ts";
import { MINUTES, type Scenario, SECONDS } from "./scenario.ts";
import { stuckRollout, withRelease } from "./stuck-rollout.ts";
import { release } from "./vulcan-releases.ts";

export const imageMissing: Scenario = withRelease(
  stuckRollout({
    name: "image-missing",
    summary: "vulcan-prod:43 names an image that was never pushed: no task of it gets past PENDING; :42 serves",
    image: release("1.43.0", 8),
    failed: { waves: 2, lived: 40 * SECONDS, reason: "image-missing" },
    migrated: false,
  }),
  43,
  { imageGone: true },
);

export const wrongPlatform: Scenario = stuckRollout({
  name: "wrong-platform",
  summary: "The image of vulcan-prod:43 was built for another platform: no task of it gets past PENDING; :42 serves",
  image: { ...release("1.43.0", 8, { kind: "healthy" }, { cannotPull: "platform" }), platforms: ["linux/arm64"] },
  migrated: false,
});

export const registryUnreachable: Scenario = {
  ...stuckRollout({
    name: "registry-unreachable",
    summary: "Tasks of vulcan-prod:43 cannot reach the registry; the circuit breaker will put :42 back, which serves",
    image: release("1.43.0", 8, { kind: "healthy" }, { cannotPull: "network" }),
    migrated: false,
  }),
  breaker: { enable: true, rollback: true },
};

export const secretMissing: Scenario = withRelease(
  stuckRollout({
    name: "secret-missing",
    summary: "vulcan-prod:43 asks for a secret that does not exist: no task of it starts; :42 serves",
    image: release("1.43.0", 8),
    failed: { waves: 2, lived: 40 * SECONDS, reason: "secret-missing" },
    migrated: false,
  }),
  43,
  { secrets: ["relay-key-Zz98Yx"] },
);

const panics = { kind: "crash-on-start", exitCode: 1, reason: "panic: config: RELAY_URL is not set" } as const;

export const crashLoop: Scenario = stuckRollout({
  name: "crash-loop",
  summary: "Every task of vulcan-prod:43 exits with 1 as soon as it has started; :42 serves",
  image: release("1.43.0", 8, panics),
  failed: { waves: 5, lived: 42 * SECONDS, reason: "exit-1" },
});

export const healthFailing: Scenario = stuckRollout({
  name: "health-failing",
  summary: "The image of vulcan-prod:43 lost curl, so its container check fails though the balancer finds it well",
  image: release("1.43.0", 8, { kind: "healthy" }, { withoutCurl: true }),
  failed: { waves: 2, lived: 195 * SECONDS, reason: "container-health" },
});

export const slowMigration: Scenario = {
  ...stuckRollout({
    name: "slow-migration",
    summary: "Migration 8 of vulcan-prod:43 waits behind a long report; its tasks are killed before it can finish",
    image: release("1.43.0", 8, { kind: "healthy" }, { startsSlowly: true }),
    failed: { waves: 2, lived: 195 * SECONDS, reason: "killed-while-starting" },
    migrated: false,
  }),
  report: { table: "documents", lasts: 20 * MINUTES },
};

export const migrationLock: Scenario = {
  ...stuckRollout({
    name: "migration-lock",
    summary: "One task of vulcan-prod:43 migrates behind a long report; the others tire of its lock and exit 1",
    image: release("1.43.0", 8, { kind: "healthy" }, { startsSlowly: true }),
    failed: { waves: 3, lived: 75 * SECONDS, reason: "exit-1" },
    migrated: false,
  }),
  report: { table: "documents", lasts: 20 * MINUTES },
  vulcan: { lockTimeout: 30 * SECONDS },
};

/** Migration 8 in :43's build. Customers who logged in twice violate the unique index that it adds. */
export const DUPLICATES: Migration = {
  version: 8,
  description: "Add documents.checksum column",
  up: `ALTER TABLE documents ADD COLUMN IF NOT EXISTS checksum TEXT;
       CREATE UNIQUE INDEX idx_audit_log_actor ON audit_log(tenant_id, actor)`,
  down: "ALTER TABLE documents DROP COLUMN IF EXISTS checksum",
};

export const migrationFails: Scenario = stuckRollout({
  name: "migration-fails",
  summary:
    "Migration 8 of vulcan-prod:43 fails on the data that is there: rolled back whole, its tasks exit 1; :42 serves",
  image: release("1.43.0", 8, { kind: "healthy" }, { ownMigration: DUPLICATES }),
  failed: { waves: 5, lived: 42 * SECONDS, reason: "exit-1" },
  migrated: false,
});

export const noCapacity: Scenario = {
  ...stuckRollout({
    name: "no-capacity",
    summary: "There is room for three tasks and no more: those of vulcan-prod:43 wait in PROVISIONING; :42 serves",
    image: release("1.43.0", 8),
    migrated: false,
  }),
  capacity: LONG_LIVED.desired,
};
