import { describe, expect, it } from "vitest";
import { alarmFindings } from "../../../src/actions/cloudwatch/mutable-alarms.ts";
import { packLines } from "../../../src/actions/database/packed-lines.ts";
import { compare, type DatabaseSnapshot } from "../../../src/actions/database/snapshot.ts";
import { databaseFindings } from "../../../src/actions/maintenance/database-findings.ts";
import { imageFindings, type NeededImage } from "../../../src/actions/maintenance/images.ts";
import { backupFindings, inProgressFindings } from "../../../src/actions/maintenance/in-progress-findings.ts";
import { connectionFindings, loadFindings } from "../../../src/actions/maintenance/load-findings.ts";
import { timeFindings } from "../../../src/actions/maintenance/migration-duration.ts";
import type { PreflightReads } from "../../../src/actions/maintenance/preflight-reads.ts";
import { overlaps } from "../../../src/actions/maintenance/rds-window.ts";
import { watchFindings, windowFindings, windowOf } from "../../../src/actions/maintenance/window.ts";
import { platformsIn } from "../../../src/aws/supporting-reads.ts";
import type { AlarmSetup } from "../../../src/domain/aws/alarms.ts";
import { runsOn } from "../../../src/domain/aws/image-platform.ts";
import type { Instance } from "../../../src/domain/aws/rds.ts";
import type { Finding } from "../../../src/domain/operation.ts";
import { containerOf, deploymentOf, NOW, serviceOf } from "../support.ts";

const codes = (findings: readonly Finding[]): string[] => findings.map(({ level, code }) => `${level} ${code}`);
const iso = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
const at = (...values: readonly number[]) => values.map((value, index) => ({ at: NOW + index * 60_000, value }));

const scene = (change: Partial<PreflightReads> = {}): PreflightReads => ({
  now: NOW,
  service: serviceOf(42, { desired: 3, running: 3 }),
  containers: [containerOf(42, { health: { interval: 30, timeout: 5, retries: 3, startPeriod: 60 } })],
  restorable: { kind: "window", window: { earliest: iso(-10_000), latest: iso(-5) } },
  measured: { cpu: at(20, 22, 24), connections: at(30, 36, 33) },
  most: { most: 200, how: "SQL" },
  told: { applied: [{ version: 6, description: "", durationMs: 900 }], answeredBy: "sql" },
  locks: [],
  asked: undefined,
  instance: instanceOf(),
  blueGreen: [],
  scheduled: [],
  storage: { free: 20 * GIB, largest: { table: "reviews", bytes: GIB } },
  images: [],
  targetGroups: checkedEvery(30, 10),
  start: [],
  guarded: [],
  ...change,
});

function checkedEvery(interval: number, unhealthyAfter: number): PreflightReads["targetGroups"] {
  return [{ arn: "arn:tg/vulcan/1", exists: true, balancers: ["arn:lb"], check: { interval, unhealthyAfter } }];
}

const GIB = 1024 ** 3;

function instanceOf(change: Partial<Instance> = {}, settings: Instance["settings"] = {}): Instance {
  return {
    id: "vulcan-prod",
    resourceId: "db-1",
    status: "available",
    settings: {
      PreferredMaintenanceWindow: "sun:03:00-sun:03:30",
      PreferredBackupWindow: "01:00-01:30",
      ...settings,
    },
    pending: [],
    engine: "postgres 16.4",
    parameterGroups: [{ name: "default.postgres16", status: "in-sync" }],
    replicas: [],
    roles: [],
    isPasswordManaged: false,
    ...change,
  };
}

describe("the window", () => {
  it("is in whole minutes; without a word it begins now and lasts two hours", () => {
    expect(windowOf({}, NOW + 30_500)).toEqual({ opens: iso(0), closes: iso(120) });
    expect(windowOf({ opens: iso(60), closes: iso(90) }, NOW)).toEqual({ opens: iso(60), closes: iso(90) });
    expect(windowOf({ opens: iso(60) }, NOW)).toEqual({ opens: iso(60), closes: iso(180) });
  });

  it.each<[number, number, string]>([
    [0, 120, "ok window"],
    [600, 720, "ok window"],
    [-60, 30, "warn window-short"],
    [-60, 0, "block window-over"],
    [60, 60, "block window-backwards"],
    [1441, 1500, "block window-far"],
    [0, 1441, "block window-long"],
  ])("from minute %i to %i: %s", (opens, closes, code) => {
    expect(codes(windowFindings({ opens: iso(opens), closes: iso(closes) }, 1800, NOW))).toEqual([code]);
  });

  it("is not watched for less than fresh tasks take", () => {
    expect([watchFindings(899), watchFindings(900)].map(codes)).toEqual([["block watch-short"], []]);
  });
});

describe("one task", () => {
  it.each<[readonly number[], string]>([
    [[20, 20], "ok load"],
    [[20, 22], "warn load-high"],
    [[26, 28], "block load-too-high"],
    [[], "warn not-checked"],
  ])("that gets the load of three at %j %% CPU: %s", (values, code) => {
    expect(codes(loadFindings(scene({ measured: { cpu: at(...values) } })))).toEqual([code]);
  });

  it.each<[number, number, string]>([
    [30, 200, "ok connections"],
    [85, 200, "warn connections-many"],
    [101, 200, "block connections-too-many"],
  ])("%i connections of %i, twice: %s", (now, most, code) => {
    const found = connectionFindings(scene({ measured: { connections: at(1, now) }, most: { most, how: "SQL" } }));
    expect(codes(found)).toEqual([code]);
  });

  it("is not checked where ECS says that none, or not how many, of the measured tasks run", () => {
    const { running: _, ...silent } = serviceOf(42, { desired: 3 });
    const measured = { cpu: at(9, 9) };
    const found = [serviceOf(42, { desired: 3, running: 0 }), silent].map((service) =>
      loadFindings(scene({ service, measured })),
    );
    expect(found.map(codes)).toEqual(Array(2).fill(["warn not-checked"]));
    expect(codes(inProgressFindings(scene({ service: silent })))).toContain("warn not-checked");
  });

  it("is not checked where CloudWatch or max_connections are silent", () => {
    const silent = scene({ measured: new Error("throttled"), most: undefined });
    expect(codes([...loadFindings(silent), ...connectionFindings(silent)])).toEqual(Array(2).fill("warn not-checked"));
    expect(codes(connectionFindings(scene({ most: undefined })))).toEqual(["warn not-checked"]);
  });
});

describe("what is in flight", () => {
  const moving = serviceOf(42, { deployments: [deploymentOf(42, { rollout: "IN_PROGRESS" })] });
  const report = {
    pid: 812,
    application: "a report",
    user: "app",
    state: "idle in transaction",
    seconds: 240,
    holds: [],
    behind: [],
    isMigrating: false,
  };

  it.each<[Partial<PreflightReads>, readonly string[]]>([
    [{}, ["ok nothing-in-flight"]],
    [{ service: moving }, ["block deployment-in-flight"]],
    [{ locks: [report] }, ["ok nothing-in-flight", "block migration-under-way"]],
    [{ locks: [{ ...report, isOtherLock: true }] }, ["ok nothing-in-flight", "warn other-locks"]],
    [
      { locks: [report, { ...report, isOtherLock: true }] },
      ["ok nothing-in-flight", "block migration-under-way", "warn other-locks"],
    ],
    [{ locks: undefined }, ["ok nothing-in-flight", "warn not-checked"]],
    [{ locks: new Error("no route") }, ["ok nothing-in-flight", "warn not-checked"]],
  ])("%#: %j", (change, found) => {
    expect(codes(inProgressFindings(scene(change)))).toEqual(found);
  });

  it("names who holds the locks, and since when", () => {
    const [, found] = inProgressFindings(scene({ locks: [report] }));
    expect(found?.text).toContain("a report (PID 812, user app, idle in transaction, for 4 min)");
  });

  it.each<[PreflightReads["restorable"], string]>([
    [{ kind: "window", window: { earliest: iso(-9000), latest: iso(-5) } }, "ok recovery"],
    [{ kind: "window", window: { latest: iso(-5) } }, "ok recovery"],
    [{ kind: "window", window: { earliest: iso(-9000), latest: iso(-30) } }, "warn recovery-late"],
    [{ kind: "cluster", text: "a member", lines: [], window: { latest: iso(-5) } }, "ok recovery"],
    [{ kind: "cluster", text: "a member", lines: [] }, "warn recovery-by-cluster"],
    [{ kind: "off", text: "off", lines: [] }, "block no-recovery"],
    [new Error("denied"), "warn not-checked"],
  ])("recovery %j: %s", (restorable, code) => {
    expect(codes(backupFindings(scene({ restorable })))).toEqual([code]);
  });
});

describe("the time that a migration takes", () => {
  it.each<[number | undefined, number, string]>([
    [undefined, 900, "ok migration-time"],
    [undefined, 130_000, "warn migration-time-unknown"],
    [120, 0, "ok migration-time"],
    [121, 0, "block migration-too-long"],
  ])("expected %s s, the longest so far %i ms: %s", (expected, durationMs, code) => {
    const told: PreflightReads["told"] = { applied: [{ version: 6, description: "", durationMs }], answeredBy: "sql" };
    expect(codes(timeFindings(scene({ told }), expected))).toEqual([code]);
  });

  it("is stopped by an alarm of the deployment as well", () => {
    const alarmed = scene({ service: serviceOf(42, { deploymentAlarms: ["vulcan-prod-5xx"] }) });
    expect(codes(timeFindings(alarmed, 60))).toEqual(["ok migration-time", "warn deployment-alarms"]);
  });

  it("is not limited where neither a container nor the load balancer has a health check", () => {
    expect(codes(timeFindings(scene({ containers: [], targetGroups: [] }), 7200))).toEqual(["ok no-health-check"]);
  });

  it.each<[string, Partial<PreflightReads>, number]>([
    ["the container's check, where the load balancer's takes longer", {}, 150],
    ["the load balancer's check, where it comes first", { targetGroups: checkedEvery(15, 3) }, 45],
    ["the load balancer's check alone", { containers: [], targetGroups: checkedEvery(15, 3) }, 45],
    ["the grace period, where all checks fail within it", { service: serviceOf(42, { graceSeconds: 600 }) }, 600],
    [
      "the check that fails after the grace period",
      { service: serviceOf(42, { graceSeconds: 60 }), containers: [] },
      300,
    ],
  ])("is limited by %s", (_, change, limit) => {
    const [fits] = timeFindings(scene(change), limit * 0.8);
    const [tooLong] = timeFindings(scene(change), limit * 0.8 + 1);
    expect([fits, tooLong].map((finding) => finding?.code)).toEqual(["migration-time", "migration-too-long"]);
    expect(tooLong?.text).toContain(`stops a task after ${limit} s`);
  });

  it("says so where the load balancer's check cannot be read", () => {
    const unread = scene({ containers: [], targetGroups: new Error("denied") });
    expect(codes(timeFindings(unread, 7200))).toEqual(["warn not-checked"]);
  });
});

describe("the database that is migrated", () => {
  const window = windowOf({ opens: "2026-04-10T12:00:00.000Z", closes: "2026-04-10T14:00:00.000Z" }, NOW);
  const found = (change: Partial<PreflightReads>) => codes(databaseFindings(scene(change), window));
  const quiet = ["ok database-available", "ok storage"];

  it.each<[Partial<PreflightReads>, readonly string[]]>([
    [{}, quiet],
    [{ instance: instanceOf({ status: "upgrading" }) }, ["block database-not-available", "ok storage"]],
    [{ instance: instanceOf({ status: "storage-full" }) }, ["block database-not-available", "ok storage"]],
    [{ instance: instanceOf({ status: "a-state-of-tomorrow" }) }, ["block database-not-available", "ok storage"]],
    [{ instance: instanceOf({ status: "storage-optimization" }) }, ["warn database-busy", "ok storage"]],
    [{ instance: instanceOf({ status: "backing-up" }) }, ["warn database-busy", "ok storage"]],
    [{ instance: undefined }, ["block database-absent"]],
    [{ instance: undefined, restorable: { kind: "cluster", text: "", lines: [] } }, ["warn not-checked"]],
    [{ instance: new Error("denied") }, ["warn not-checked"]],
    [
      { instance: instanceOf({ pending: ["EngineVersion"] }) },
      ["ok database-available", "warn database-pending", "ok storage"],
    ],
    [
      { storage: { free: GIB / 2, largest: { table: "reviews", bytes: GIB } } },
      ["ok database-available", "warn storage-short"],
    ],
    [{ storage: { largest: { table: "reviews", bytes: GIB } } }, ["ok database-available", "warn not-checked"]],
    [{ storage: { free: GIB } }, ["ok database-available", "warn not-checked"]],
    [{ storage: new Error("throttled") }, ["ok database-available", "warn not-checked"]],
  ])("%#: %j", (change, expected) => {
    expect(found(change)).toEqual(expected);
  });

  // 10 April 2026 is a Friday.
  it.each<[string, boolean]>([
    ["fri:13:30-fri:14:30", true],
    ["fri:11:30-fri:12:01", true],
    ["fri:11:30-fri:12:00", false],
    ["fri:14:00-fri:14:30", false],
    ["thu:23:00-fri:12:30", true],
    ["sat:13:00-sat:13:30", false],
    ["12:30-13:00", true],
    ["23:45-00:15", false],
    ["13:59-00:15", true],
    ["unreadable", false],
  ])("RDS's own window %s overlaps: %s", (span, isIn) => {
    expect(overlaps(span, window)).toBe(isIn);
  });

  it("is left alone by RDS across midnight, and from Saturday to Sunday, too", () => {
    const late = { opens: "2026-04-11T23:00:00.000Z", closes: "2026-04-12T01:00:00.000Z" };
    expect(["sun:00:30-sun:01:30", "00:30-01:00", "sat:22:00-sat:22:30"].map((span) => overlaps(span, late))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("is told of RDS's windows by name", () => {
    const { text } = databaseFindings(
      scene({ instance: instanceOf({}, { PreferredBackupWindow: "12:30-13:00" }) }),
      window,
    )[1] as Finding;
    expect(text).toContain("backup window of the database (12:30-13:00 UTC)");
  });
});

describe("an image that is brought", () => {
  const ref = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:9.9.9";
  it.each<[NeededImage["found"], string]>([
    [{ digest: "sha256:1" }, "ok image-there"],
    [undefined, "block image-absent"],
    [new Error("AccessDenied"), "warn not-checked"],
  ])("of which the registry says %j: %s", (seen, code) => {
    expect(codes(imageFindings([{ ref, found: seen }]))).toEqual([code]);
  });

  it.each<[string, NeededImage["platforms"], string]>([
    ["of the revision's platform", ["linux/amd64"], "ok image-platform"],
    ["of several, that among them", ["linux/arm64", "linux/amd64"], "ok image-platform"],
    ["of another platform", ["linux/arm64"], "block image-platform"],
    ["that says none", undefined, "warn not-checked"],
    ["that may not be read", new Error("not allowed ecr:BatchGetImage"), "warn not-checked"],
  ])("an image %s", (_name, platforms, expected) => {
    const image = { ref: "r/vulcan:2", found: { digest: "sha256:0" }, platforms, wanted: "linux/amd64" };
    const [, found] = imageFindings([image]);
    expect(`${found?.level} ${found?.code}`).toBe(expected);
  });

  it.each([
    ["LINUX/ARM64", "linux/arm64"],
    ["LINUX/X86_64", "linux/amd64"],
    ["ARM64", "linux/arm64"],
    [undefined, "linux/amd64"],
    ["WINDOWS_SERVER_2022_CORE/X86_64", "windows/amd64"],
  ])("a revision on %s runs images of %s", (platform, images) => expect(runsOn(platform)).toBe(images));

  it("an index names platforms; attestations and single images do not", () => {
    const index = (...platforms: readonly object[]) =>
      JSON.stringify({ manifests: platforms.map((platform) => ({ platform })) });
    const amd = { os: "linux", architecture: "amd64" };
    expect(platformsIn(index(amd, { os: "unknown", architecture: "unknown" }))).toEqual(["linux/amd64"]);
    expect([platformsIn(index({ os: "unknown" })), platformsIn('{"config":{}}'), platformsIn("")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("an alarm", () => {
  const alarm = (change: Partial<AlarmSetup>): AlarmSetup => ({
    name: "a",
    metric: "HTTPCode_Target_5XX_Count",
    actions: ["arn:aws:sns:eu-west-1:111122223333:on-call"],
    isComposite: false,
    ...change,
  });

  it.each<[string, AlarmSetup[], readonly string[], string]>([
    ["that only tells people", [alarm({})], [], "ok alarm-mutable"],
    ["that is not there", [], [], "block alarm-absent"],
    [
      "that scales",
      [
        alarm({
          actions: ["arn:aws:autoscaling:eu-west-1:111122223333:scalingPolicy:1:resource/ecs/service/c/s:policyName/p"],
        }),
      ],
      [],
      "block alarm-needed",
    ],
    ["that stops a deployment", [alarm({})], ["a"], "block alarm-needed"],
    ["that counts healthy hosts", [alarm({ metric: "HealthyHostCount" })], [], "block alarm-needed"],
    ["that counts unhealthy hosts", [alarm({ metric: "UnHealthyHostCount" })], [], "block alarm-needed"],
    ["made of others", [alarm({ metric: "", isComposite: true })], [], "block alarm-needed"],
  ])("%s: %s", (_, alarms, deploymentAlarms, code) => {
    expect(codes(alarmFindings({ names: ["a"], alarms, deploymentAlarms }))).toEqual([code]);
  });
});

describe("the database after a migration", () => {
  const before: DatabaseSnapshot = {
    migrations: ["5@x", "6@y"],
    rows: { users: 10, sessions: 50, big: null, migrations: 2 },
    invalidIndexes: ["old_ccnew"],
    unvalidated: [],
    behind: [],
  };
  const compared = (change: Partial<DatabaseSnapshot>) =>
    compare(before, { ...before, migrations: ["5@x", "6@y", "7@z"], ...change }, ["sessions"]);

  it.each<[string, Partial<DatabaseSnapshot>, readonly string[]]>([
    ["as it was, and a migration more", {}, []],
    ["more rows, a new table", { rows: { ...before.rows, users: 11, added: 0 } }, []],
    ["fewer rows", { rows: { ...before.rows, users: 9 } }, ["users has 9 rows, 1 fewer than before"]],
    ["fewer rows where that was said", { rows: { ...before.rows, sessions: 1 } }, []],
    ["a table less", { rows: { sessions: 50, big: null, migrations: 3 } }, ["table users is gone"]],
    ["a migration less", { migrations: ["6@y"] }, ["migration 5 is gone, or was applied again"]],
    ["one applied again", { migrations: ["5@x", "6@later"] }, ["migration 6 is gone, or was applied again"]],
    ["a new invalid index", { invalidIndexes: ["old_ccnew", "new_ccnew"] }, ["invalid index new_ccnew"]],
    [
      "a sequence behind",
      { behind: ["users_id_seq"] },
      ["sequence users_id_seq would give out a number which is taken"],
    ],
  ])("%s", (_, change, problems) => {
    expect(compared(change).problems).toEqual(problems);
  });

  const structure = (...lines: readonly string[]) => ({ structure: packLines(lines) ?? "" });

  it("tells what migrations have changed of the structure, and calls any change without one a problem", () => {
    const was = { ...before, ...structure("column users.n: integer", "comment table users: old") };
    const migrated = { ...was, migrations: ["5@x", "6@y", "7@z"], ...structure("column users.n: bigint") };
    expect(compare(was, migrated, [])).toMatchObject({
      problems: [],
      remarks: [
        "schema changed: column users.n: integer → bigint",
        "besides the schema: - comment table users: old",
        "not counted: big",
      ],
    });
    expect(compare(was, { ...migrated, migrations: was.migrations }, []).problems).toEqual([
      "the schema has changed without a migration: column users.n: integer → bigint",
    ]);
    expect(compare(was, was, []).problems).toEqual([]);
  });

  it("compares with a baseline of an earlier release what that one has", () => {
    const after = { ...before, ...structure("column users.n: integer") };
    expect(compare(before, after, [])).toEqual({
      problems: [],
      remarks: ["schema NOT COMPARED line by line", "not counted: big"],
    });
  });

  it("says what it could not count, and what is not validated", () => {
    expect(compared({ unvalidated: ["users.fk"] }).remarks).toEqual([
      "constraint users.fk is not validated",
      "not counted: big",
    ]);
  });
});
