import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scenarios } from "../../src/sandbox/index.ts";
import { sample } from "../support/sample.ts";
import {
  eventsOf,
  mutations,
  openRig,
  type Rig,
  runningRevisions,
  serviceRevision,
  vulcanOps,
} from "../support/sandbox-harness.ts";

/** What a rollback has to come to in each world: its exit code, its reason, what it sent, and what runs in the end. */
interface Outcome {
  readonly code: number;
  /** More than one where it depends on the machine whether the first task's end or the breaker is seen first: both are true. */
  readonly reason?: string;
  readonly sent: readonly string[];
  /** Revision number that the service is set to afterwards; absent where there is no service. */
  readonly ends?: number;
}

const STOPPED = { code: 0, sent: ["StopServiceDeployment"], ends: 42 } as const;
const UPDATED = { code: 0, sent: ["UpdateService"], ends: 42 } as const;
const nothing = (code: number, reason: string, ends?: number): Outcome => ({
  code,
  reason,
  sent: [],
  ...(ends === undefined ? {} : { ends }),
});

/** ecs.md §2.7, row by row. No false success, no double rollback, at most one write. */
const MATRIX: Readonly<Record<string, Outcome>> = {
  healthy: { code: 0, sent: ["UpdateService"], ends: 41 },
  "bad-release": STOPPED,
  "bad-but-healthy": UPDATED,
  "ipv6-only": UPDATED,
  "two-target-groups": UPDATED,
  "front-proxy": UPDATED,
  "log-router": UPDATED,
  "twenty-services": UPDATED,
  "image-missing": STOPPED,
  "wrong-platform": STOPPED,
  "registry-unreachable": STOPPED,
  "secret-missing": STOPPED,
  "crash-loop": STOPPED,
  "health-failing": STOPPED,
  "slow-migration": STOPPED,
  "migration-lock": STOPPED,
  "migration-fails": STOPPED,
  "no-capacity": STOPPED,
  "crash-after-healthy": UPDATED,
  "autoscaler-fights": UPDATED,
  "migrate-commands": UPDATED,
  "api-trouble": STOPPED,
  "long-history": { code: 0, sent: ["UpdateService"], ends: 4999 },
  "nothing-to-revert": nothing(11, "nothing-to-revert", 1),
  "breaker-rolled-back": nothing(11, "already-rolled-back", 42),
  "breaker-no-target": nothing(11, "nothing-to-revert", 1),
  "revert-fails": { code: 1, reason: "breaker-rollback", sent: ["UpdateService"], ends: 43 },
  "schema-newer": { code: 1, reason: "task-exits", sent: ["UpdateService"], ends: 42 },
  "tag-moved": { code: 1, reason: "health-failing", sent: ["UpdateService"], ends: 42 },
  "ci-deploys": { code: 1, reason: "superseded", sent: ["UpdateService"], ends: 44 },
  "image-gone": nothing(11, "image-gone", 43),
  "breaker-rolls-back": { code: 0, sent: ["UpdateService"], ends: 41 },
  empty: nothing(6, "aws-absent"),
};

/** Their trouble is the database's, or comes with the release that is still ahead: for the service they are as `healthy`. */
const AS_HEALTHY = [
  ...["restore-never-ends", "restore-incompatible-parameters", "restore-name-taken", "storage-full"],
  ...["database-private", "clients-reconnect", "lost-agents", "lost-relay"],
  ...["major-release", "major-release-fails", "major-release-slow", "major-release-kills"],
  ...["major-release-lingers", "major-release-unplaced"],
];

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 240);
});
afterAll(() => rig.close());

describe("rollback in every world", () => {
  it("is looked at here", () => {
    const names = scenarios().map(({ name }) => name);
    expect(Object.keys(MATRIX).concat(AS_HEALTHY).sort()).toEqual([...names].sort());
  });

  // Those that come to what many worlds come to are a sample; each other end is always seen.
  it.each(sample(Object.entries(MATRIX), 15, ([, { code }]) => code !== 0))("%s", async (scenario, expected) => {
    await rig.sandbox.reset(scenario);
    const current = scenario === "empty" ? "1" : (serviceRevision(rig.sandbox).split(":")[1] ?? "");
    const confirm = ["42", "41", "1", "4999"].flatMap((revision) => ["--confirm", revision]);
    const outcome = await vulcanOps([
      "rollback",
      "--state-dir",
      rig.stateDir,
      "--yes",
      ...confirm,
      "--expect-current",
      current,
      "--output",
      "ndjson",
    ]);
    const last = eventsOf(outcome.stdout).at(-1) as { reason?: string } | undefined;
    const reason = last?.reason ?? /\[([\w-]+), exit \d+\]/.exec(outcome.stderr)?.[1];
    expect({ code: outcome.code, ...(expected.reason && { reason }), sent: mutations(rig.sandbox) }).toEqual({
      code: expected.code,
      ...(expected.reason && { reason: expected.reason }),
      sent: expected.sent,
    });
    if (expected.ends === undefined) return;
    expect(serviceRevision(rig.sandbox)).toBe(`vulcan-prod:${expected.ends}`);
    if (expected.code === 0) {
      expect(new Set(runningRevisions(rig.sandbox))).toEqual(new Set([`vulcan-prod:${expected.ends}`]));
    }
  });
});

describe("a history of 500 deployments and 5,000 revisions", () => {
  it("is planned in at most 60 calls, and offers the newest proven one", async () => {
    await rig.sandbox.reset("long-history");
    const outcome = await vulcanOps(["rollback", "--dry-run", "--output", "json", "--state-dir", rig.stateDir]);
    const [find, , revert] = JSON.parse(outcome.stdout).steps;
    expect(find.findings[0]).toMatchObject({ code: "revision-proven" });
    expect(revert.operation.input.taskDefinition).toBe("vulcan-prod:4999");
    expect(rig.sandbox.requests().length).toBeLessThanOrEqual(60);
  });
});
