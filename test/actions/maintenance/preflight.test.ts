import { describe, expect, it } from "vitest";
import { alarmFindings } from "../../../src/actions/cloudwatch/mutable-alarms.ts";
import { compare, type Picture } from "../../../src/actions/database/snapshot.ts";
import { backupFindings, flightFindings } from "../../../src/actions/maintenance/in-progress-findings.ts";
import { connectionFindings, loadFindings } from "../../../src/actions/maintenance/load-findings.ts";
import { timeFindings } from "../../../src/actions/maintenance/migration-duration.ts";
import type { Scene } from "../../../src/actions/maintenance/preflight-reads.ts";
import { watchFindings, windowFindings, windowOf } from "../../../src/actions/maintenance/window.ts";
import type { AlarmSetup } from "../../../src/domain/aws/alarms.ts";
import type { Finding } from "../../../src/domain/operation.ts";
import { deploymentOf, NOW, serviceOf } from "../support.ts";

const codes = (findings: readonly Finding[]): string[] => findings.map(({ level, code }) => `${level} ${code}`);
const iso = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
const at = (...values: readonly number[]) => values.map((value, index) => ({ at: NOW + index * 60_000, value }));

const scene = (change: Partial<Scene> = {}): Scene => ({
  now: NOW,
  service: serviceOf(42, { desired: 3, running: 3 }),
  containers: [
    {
      name: "vulcan",
      readonlyRoot: false,
      initProcess: false,
      variables: [],
      stopTimeout: 30,
      secrets: [],
      health: { interval: 30, timeout: 5, retries: 3, startPeriod: 60 },
    },
  ],
  restorable: { earliest: iso(-10_000), latest: iso(-5) },
  measured: { cpu: at(20, 22, 24), connections: at(30, 36, 33) },
  most: { most: 200, how: "SQL" },
  told: { applied: [{ version: 6, description: "", durationMs: 900 }], answeredBy: "sql" },
  locks: [],
  ...change,
});

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

  it.each<[Partial<Scene>, readonly string[]]>([
    [{}, ["ok nothing-in-flight"]],
    [{ service: moving }, ["block deployment-in-flight"]],
    [{ locks: [report] }, ["ok nothing-in-flight", "block migration-under-way"]],
    [{ locks: undefined }, ["ok nothing-in-flight", "warn not-checked"]],
    [{ locks: new Error("no route") }, ["ok nothing-in-flight", "warn not-checked"]],
  ])("%#: %j", (change, found) => {
    expect(codes(flightFindings(scene(change)))).toEqual(found);
  });

  it("names who holds the locks, and since when", () => {
    const [, found] = flightFindings(scene({ locks: [report] }));
    expect(found?.text).toContain("a report (PID 812, user app, idle in transaction, for 4 min)");
  });

  it.each<[Scene["restorable"], string]>([
    [{ earliest: iso(-9000), latest: iso(-5) }, "ok recovery"],
    [{ earliest: iso(-9000), latest: iso(-30) }, "warn recovery-late"],
    [undefined, "block no-recovery"],
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
    const told: Scene["told"] = { applied: [{ version: 6, description: "", durationMs }], answeredBy: "sql" };
    expect(codes(timeFindings(scene({ told }), expected))).toEqual([code]);
  });

  it("is not limited where no container has a health check", () => {
    expect(codes(timeFindings(scene({ containers: [] }), 7200))).toEqual(["ok no-health-check"]);
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
  const before: Picture = {
    migrations: ["5@x", "6@y"],
    rows: { users: 10, sessions: 50, big: null, migrations: 2 },
    invalidIndexes: ["old_ccnew"],
    unvalidated: [],
    behind: [],
  };
  const compared = (change: Partial<Picture>) =>
    compare(before, { ...before, migrations: ["5@x", "6@y", "7@z"], ...change }, ["sessions"]);

  it.each<[string, Partial<Picture>, readonly string[]]>([
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

  it("says what it could not count, and what is not validated", () => {
    expect(compared({ unvalidated: ["users.fk"] }).remarks).toEqual([
      "constraint users.fk is not validated",
      "not counted: big",
    ]);
  });
});
