import { describe, expect, it } from "vitest";
import type { AutomatedBackup, Cluster, Snapshot } from "../../../src/domain/aws/backups.ts";
import type { RecoverySource } from "../../../src/domain/aws/rds.ts";
import { judgeRecovery, type Recovery, type RecoveryFacts, recoveryError } from "../../../src/domain/aws/recovery.ts";

const NOW = Date.parse("2026-04-10T12:00:00Z");
const WINDOW = { earliest: "2026-04-03T12:00:00.000Z", latest: "2026-04-10T11:55:00.000Z" };
const SOURCE: RecoverySource = { status: "available", retentionDays: 7 };
const ACTIVE: AutomatedBackup = { resourceId: "db-A", status: "active", window: WINDOW, settings: {} };
const RETAINED: AutomatedBackup = { ...ACTIVE, status: "retained", settings: { StorageType: "gp3" } };
const TAKEN: Snapshot = { id: "before", type: "manual", status: "available", createdAt: "2026-04-07T12:00:00Z" };
const GROUPS = { VpcSecurityGroupIds: ["sg-1"], DBSubnetGroupName: "private" };
const AURORA: Cluster = { id: "c", engine: "aurora-postgresql", window: WINDOW, settings: GROUPS };
const DENIED = new Error("AWS refused it");

const recoveryOf = (change: Partial<RecoveryFacts>): Recovery =>
  judgeRecovery({
    id: "vulcan-prod",
    region: "eu-west-1",
    source: SOURCE,
    backups: [],
    snapshots: [],
    cluster: undefined,
    settings: undefined,
    now: NOW,
    ...change,
  });

const linesOf = (recovery: Recovery): readonly string[] => (recovery.kind === "window" ? [] : recovery.lines);
const member = { ...SOURCE, cluster: "c" };
const latestOnly = { ...SOURCE, latestRestorableTime: WINDOW.latest };

describe("can this database be restored, and how", () => {
  it.each<[string, Partial<RecoveryFacts>, Recovery["kind"], RegExp]>([
    ["its backups have a window", { backups: [ACTIVE] }, "window", /^$/],
    ["an older namesake's backups are not its own", { backups: [RETAINED] }, "none-yet", /none yet to restore from/],
    [
      "no RestoreWindow, and a latest time",
      { source: latestOnly, backups: [{ ...ACTIVE, window: undefined }] as never },
      "window",
      /^$/,
    ],
    ["a first backup is not there", { backups: [] }, "none-yet", /no automated backup, kept for 7 days yet/],
    ["backups off", { source: { ...SOURCE, retentionDays: 0 } }, "off", /off: .*; there is no snapshot of it$/],
    [
      "backups off, snapshots",
      { source: { ...SOURCE, retentionDays: 0 }, snapshots: [TAKEN] },
      "off",
      /newest snapshot is before, of 3 d ago/,
    ],
    [
      "backups off, snapshots unread",
      { source: { ...SOURCE, retentionDays: 0 }, snapshots: DENIED },
      "off",
      /its snapshots are not known \(AWS refused it\)/,
    ],
    [
      "it failed",
      { source: { ...SOURCE, status: "failed" }, backups: [ACTIVE] },
      "unfit",
      /is failed: RDS does not restore from it/,
    ],
    [
      "a member",
      { source: member, cluster: AURORA },
      "cluster",
      /member of the cluster c: clusters are restored as a whole.*its backups reach from 2026-04-03/,
    ],
    [
      "a member, its cluster unread",
      { source: member, cluster: DENIED },
      "cluster",
      /how far its backups reach is not known \(AWS refused it\)/,
    ],
    ["a cluster by that name", { source: undefined, cluster: AURORA }, "cluster", /is a cluster, and no instance/],
    [
      "deleted, retained",
      { source: undefined, backups: [RETAINED] },
      "deleted",
      /is deleted; its retained backups reach from 2026-04-03.* to 2026-04-10/,
    ],
    [
      "deleted, snapshots alone",
      { source: undefined, snapshots: [TAKEN] },
      "deleted",
      /no automated backup of it is left; the newest snapshot is before/,
    ],
    [
      "deleted, snapshots alone, backups unread",
      { source: undefined, backups: DENIED, snapshots: [TAKEN] },
      "deleted",
      /no automated backup of it is known \(AWS refused it\)/,
    ],
    ["never there", { source: undefined }, "absent", /^there is no database vulcan-prod$/],
    [
      "not there, whether it is a cluster unread",
      { source: undefined, cluster: DENIED },
      "absent",
      /^there is no database vulcan-prod; whether it is a cluster is not known: AWS refused it$/,
    ],
    [
      "not there, the rest unread",
      { source: undefined, snapshots: DENIED },
      "absent",
      /whether backups of it are left is not known/,
    ],
  ])("%s", (_name, change, kind, text) => {
    const found = recoveryOf(change);
    expect(found).toMatchObject({ kind });
    expect(found.kind === "window" ? "" : found.text).toMatch(text);
  });

  it("fails where nothing says so, and claims nothing", () => {
    expect(() => recoveryOf({ backups: DENIED })).toThrow(DENIED);
    expect(() => recoveryOf({ source: latestOnly, backups: DENIED })).toThrow(DENIED);
  });

  it("a deleted instance is restored by its resource id, under its old name, to the moment that was asked for", () => {
    const gone = { source: undefined, backups: [RETAINED], snapshots: [TAKEN] };
    expect(linesOf(recoveryOf(gone))).toEqual([
      "aws rds restore-db-instance-to-point-in-time --source-dbi-resource-id db-A --target-db-instance-identifier vulcan-prod --use-latest-restorable-time --storage-type gp3 --region eu-west-1",
      "aws rds restore-db-instance-from-db-snapshot --db-instance-identifier vulcan-prod --db-snapshot-identifier before --region eu-west-1",
    ]);
    expect(linesOf(recoveryOf({ ...gone, to: WINDOW.latest }))[0]).toContain("--restore-time 2026-04-10T11:55:00.000Z");
  });

  it("only the backups that hold the moment are restored from; where none does, that is said", () => {
    const older = { earliest: "2026-03-01T00:00:00.000Z", latest: "2026-03-20T00:00:00.000Z" };
    const gone = { source: undefined, backups: [RETAINED, { ...RETAINED, resourceId: "db-OLD", window: older }] };
    const resources = (to?: string) =>
      linesOf(recoveryOf({ ...gone, ...(to && { to }) })).map((line) => /resource-id (\S+)/.exec(line)?.[1]);
    expect(resources()).toEqual(["db-A", "db-OLD"]);
    expect(resources("2026-03-10T00:00:00.000Z")).toEqual(["db-OLD"]);
    expect(resources(WINDOW.earliest)).toEqual(["db-A"]);
    const none = recoveryOf({ ...gone, to: "2026-03-25T00:00:00.000Z" });
    expect(none).toMatchObject({
      kind: "deleted",
      text: expect.stringContaining(", none of them 2026-03-25 00:00:00Z"),
    });
    expect(linesOf(none)).toEqual([]);
  });

  it("a snapshot of an instance that is there is restored beside it, with its groups; manual ones first", () => {
    const off = {
      source: { ...SOURCE, retentionDays: 0 },
      settings: { ...GROUPS, MultiAZ: true, OptionGroupName: null },
    };
    const own = { ...TAKEN, id: "rds:own", type: "automated", createdAt: "2026-04-09T12:00:00Z" };
    expect(
      linesOf(recoveryOf({ ...off, snapshots: [own, { ...TAKEN, status: "creating", id: "new" }, TAKEN] })),
    ).toEqual([
      "aws rds restore-db-instance-from-db-snapshot --db-instance-identifier vulcan-prod-restored --db-snapshot-identifier before --db-subnet-group-name private --vpc-security-group-ids sg-1 --multi-az --region eu-west-1",
    ]);
  });

  it("an Aurora cluster is restored without instances, so one is made; a Multi-AZ cluster has its own", () => {
    const settings = { DBInstanceClass: "db.r7g.large", Engine: "aurora-postgresql" };
    const aurora = linesOf(recoveryOf({ source: member, cluster: AURORA, settings }));
    expect(aurora).toEqual([
      "aws rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier c --db-cluster-identifier c-restored --use-latest-restorable-time --vpc-security-group-ids sg-1 --db-subnet-group-name private --region eu-west-1",
      "aws rds wait db-cluster-available --db-cluster-identifier c-restored --region eu-west-1",
      "aws rds create-db-instance --db-instance-identifier vulcan-prod-restored --db-cluster-identifier c-restored --engine aurora-postgresql --db-instance-class db.r7g.large --region eu-west-1",
    ]);
    const cluster = { ...AURORA, engine: "postgres", settings: { ...GROUPS, DBClusterInstanceClass: "db.m6gd.large" } };
    const multi = linesOf(recoveryOf({ source: member, cluster, settings }));
    expect(multi).toEqual([
      expect.stringMatching(/restore-db-cluster-to-point-in-time .*--db-cluster-instance-class db.m6gd.large/),
    ]);
    expect(linesOf(recoveryOf({ source: member, cluster: DENIED, settings }))).toHaveLength(3);
  });

  it.each<[Partial<RecoveryFacts>, string, number]>([
    [{ source: member }, "cluster-member", 11],
    [{ source: undefined, backups: [RETAINED] }, "database-deleted", 11],
    [{ source: { ...SOURCE, retentionDays: 0 } }, "no-backup", 11],
    [{ source: { ...SOURCE, status: "creating" } }, "source-unfit", 11],
    [{ source: undefined }, "database-unknown", 6],
  ])("%#: is refused as %s, exit %d", (change, code, exitCode) => {
    const found = recoveryOf(change);
    if (found.kind === "window") throw new Error("it can be restored");
    expect(recoveryError(found).detail).toMatchObject({ code, exitCode, next: [expect.any(String)] });
  });
});
