import { describe, expect, it } from "vitest";
import { judgeData } from "../../../src/actions/database/restore-verdict.ts";
import { blueGreenFindings, type Doing } from "../../../src/actions/rds/blue-green-findings.ts";
import { compareSettings } from "../../../src/actions/rds/compare-settings.ts";
import { deviations, requestSettings } from "../../../src/actions/rds/copied-settings.ts";
import { findRestore } from "../../../src/actions/rds/find-restore.ts";
import { alignRequest, settingsIn, toChange } from "../../../src/actions/rds/modify-request.ts";
import { renameInstance } from "../../../src/actions/rds/rename.ts";
import { leftBehindFindings } from "../../../src/actions/rds/restore-findings.ts";
import { restoreTime } from "../../../src/actions/rds/restore-time.ts";
import { restoreToTime } from "../../../src/actions/rds/restore-to-time.ts";
import { waitForInstance } from "../../../src/actions/rds/wait-for-instance.ts";
import type { BlueGreen, Instance, Settings } from "../../../src/domain/aws/rds.ts";
import type { RdsReads } from "../../../src/domain/aws/reads.ts";
import type { DataFacts } from "../../../src/domain/database/facts.ts";
import type { ActionServices } from "../../../src/domain/services.ts";
import { TARGET, waitingFor, worldOf } from "../support.ts";

const SETTINGS: Settings = {
  StorageType: "gp3",
  AllocatedStorage: 100,
  Iops: 3000,
  StorageThroughput: 125,
  MultiAZ: true,
  MonitoringInterval: 60,
  MonitoringRoleArn: "arn:aws:iam::111122223333:role/monitor",
  EnabledCloudwatchLogsExports: [],
};

function instanceOf(over: Partial<Instance> = {}): Instance {
  return {
    id: "vulcan-prod",
    resourceId: "db-A",
    status: "available",
    settings: SETTINGS,
    pending: [],
    engine: "postgres 16.4",
    parameterGroups: [{ name: "default.postgres16", status: "in-sync" }],
    replicas: [],
    roles: [],
    isPasswordManaged: false,
    ...over,
  };
}

describe("the moment", () => {
  const window = { earliest: "2026-04-03T03:00:00.000Z", latest: "2026-04-10T03:36:02.000Z" };
  const now = Date.parse("2026-04-10T03:41:07.000Z");
  const migration = { version: 8, description: "x", appliedAt: "2026-04-10T03:30:00.500Z", durationMs: 1200 };

  it.each([
    [{ to: "2026-04-10T03:20:00.900Z" }, "2026-04-10T03:20:00.000Z"],
    [{ latest: true }, "2026-04-10T03:36:01.000Z"],
    [{ beforeMigration: 8 }, "2026-04-10T03:29:54.000Z"],
    [{ to: "2026-04-10T03:40:00.000Z" }, "2026-04-10T03:40:00.000Z"],
  ])("%j is %s", (wish, at) => {
    expect(restoreTime(wish, window, [migration], now).at).toBe(at);
  });

  it.each([
    [{ to: "2026-04-03T02:59:59.000Z" }, "before-window"],
    [{ to: "2026-04-10T03:41:08.000Z" }, "time-ahead"],
    [{ beforeMigration: 9 }, "migration-unknown"],
    [{}, "restore-time"],
    [{ latest: true, beforeMigration: 8 }, "restore-time"],
  ])("%j is refused: %s", (wish, code) => {
    expect(() => restoreTime(wish, window, [migration], now)).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ code, exitCode: 6 }) }),
    );
  });
});

const FULL = { status: "storage-full" };

describe("an instance that follows another one", () => {
  const replica = { madeBy: "k", replicaOf: "vulcan-prod" };
  it("is no restored copy: neither the wait nor the comparison passes it", async () => {
    const { waiting } = passing([replica, 7200]);
    const given = { source: "vulcan-prod", name: "copy", to: new Date(waiting.clock.now()).toISOString() };
    const attempt = { key: "k", confirmedAt: new Date(waiting.clock.now()).toISOString(), outputs: {} };
    for (const verify of [restoreToTime.verify, compareSettings.verify])
      expect(await verify?.(given as never, attempt, waiting)).toMatchObject({
        kind: "false",
        failure: { reason: "instance-is-replica", text: expect.stringContaining("takes no writes") },
      });
  });

  it("what does not come along is named", () => {
    const source = instanceOf({
      isPasswordManaged: true,
      secret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-1",
      backupCopies: ["arn:aws:rds:eu-central-1:111122223333:auto-backup:ab-1"],
      replicas: ["vulcan-read", "vulcan-prod-green-ab12cd"],
    });
    const told = leftBehindFindings(source).map(({ text }) => text);
    expect(told).toEqual([
      expect.anything(),
      expect.stringContaining("vulcan-read, vulcan-prod-green-ab12cd (the green side of an RDS Blue/Green deployment)"),
      expect.stringMatching(/^the copy has the password of that moment and no secret: .*secret:rds!db-1$/),
      expect.stringContaining("auto-backup:ab-1"),
    ]);
  });

  it("as a source is said", () => {
    const codes = leftBehindFindings(instanceOf({ replicaOf: "main" })).map(({ code }) => code);
    expect(codes).toContain("source-is-replica");
  });
});

describe("a rename", () => {
  const denied = new Error("denied");
  it.each<[Partial<Instance>, readonly BlueGreen[] | Error, string | undefined]>([
    [{}, [], undefined],
    [{}, denied, undefined],
    [{}, [{ id: "bgd-1", status: "AVAILABLE" }], "blue-green"],
    [{}, [{ id: "bgd-1", status: "SWITCHOVER_COMPLETED" }], undefined],
    [{ replicaOf: "main" }, [], "instance-is-replica"],
  ])("%#: of %j, %j: %s", (state, blueGreen, code) => {
    const observed = { now: instanceOf(state), taken: undefined, alive: 0, blueGreen };
    const { findings, proposal } = renameInstance.plan(
      { from: "vulcan-prod", to: "old" } as never,
      observed as never,
      {},
    );
    const block = findings.find(({ level }) => level === "block");
    expect([block?.code, proposal !== undefined]).toEqual([code, code === undefined]);
  });
});

describe("a Blue/Green deployment of RDS", () => {
  it.each<[string, Doing, string[]]>([
    ["AVAILABLE", "rename", ["block blue-green"]],
    ["PROVISIONING", "rename", ["block blue-green"]],
    ["AVAILABLE", "leave", ["warn blue-green"]],
    ["AVAILABLE", "migrate", ["warn blue-green"]],
    ["SWITCHOVER_IN_PROGRESS", "leave", ["block blue-green-switching"]],
    ["SWITCHOVER_COMPLETED", "rename", []],
    ["DELETING", "rename", []],
  ])("%s, to %s: %j", (status, doing, found) => {
    const findings = blueGreenFindings("vulcan-prod", [{ id: "bgd-1", status }], doing);
    expect(findings.map(({ level, code }) => `${level} ${code}`)).toEqual(found);
  });

  it("that may not be read is not checked, and blocks nothing", () => {
    expect(blueGreenFindings("vulcan-prod", new Error("denied"), "rename")).toMatchObject([{ code: "not-checked" }]);
  });
});

describe("settings", () => {
  it("a small gp3 shows a baseline that cannot be asked for; a large one and io2 say theirs", () => {
    const stated = (over: Settings) => requestSettings(instanceOf({ settings: { ...SETTINGS, ...over } }));
    expect(stated({})).not.toHaveProperty("Iops");
    expect(stated({ AllocatedStorage: 400, Iops: 12_000 })).toMatchObject({ Iops: 12_000, StorageThroughput: 125 });
    expect(stated({ StorageType: "io2" })).toMatchObject({ Iops: 3000 });
    expect(stated({ StorageType: "io2" })).not.toHaveProperty("StorageThroughput");
    expect(stated({})).not.toHaveProperty("EnableCloudwatchLogsExports");
  });

  it("a full source: expected is not what the source has", () => {
    const source = instanceOf({ status: "storage-full" });
    expect(requestSettings(source).AllocatedStorage).toBe(111);
    expect(deviations(source, instanceOf())).toEqual([
      { setting: "AllocatedStorage", source: 100, restored: 100, expected: 111 },
    ]);
  });

  it.each<[Settings, Partial<Instance>, Record<string, unknown>]>([
    [{ MaxAllocatedStorage: 105 }, FULL, { AllocatedStorage: 111, MaxAllocatedStorage: 123 }],
    [{ MaxAllocatedStorage: 500 }, FULL, { AllocatedStorage: 111, MaxAllocatedStorage: 500 }],
    [{ MaxAllocatedStorage: null }, FULL, { AllocatedStorage: 111, MaxAllocatedStorage: undefined }],
    [{ MaxAllocatedStorage: 105 }, {}, { AllocatedStorage: undefined, MaxAllocatedStorage: 111 }],
    [
      { AllocatedStorage: 59_000, MaxAllocatedStorage: 60_000, Iops: 20_000 },
      FULL,
      { AllocatedStorage: 64_901, MaxAllocatedStorage: undefined, Iops: 20_000 },
    ],
    // From 400 GiB on, gp3 has more, and takes no less.
    [{ AllocatedStorage: 380 }, FULL, { AllocatedStorage: 419, Iops: 12_000, StorageThroughput: 500 }],
    [{ AllocatedStorage: 380 }, {}, { AllocatedStorage: undefined, Iops: undefined }],
    [{ AllocatedStorage: 2000, StorageType: "io1", Iops: 1000 }, FULL, { AllocatedStorage: 2201, Iops: 1101 }],
    [{ AllocatedStorage: 2000, StorageType: "io2", Iops: 9000 }, FULL, { AllocatedStorage: 2201, Iops: 9000 }],
  ])("what RDS judges together fits together: %j", (over, state, expected) => {
    const source = instanceOf({ ...state, settings: { ...SETTINGS, ...over } });
    const asked = requestSettings(source);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, asked[name]]))).toEqual(expected);
    const limit = asked.MaxAllocatedStorage;
    const size = Number(asked.AllocatedStorage ?? source.settings.AllocatedStorage);
    if (limit !== undefined) expect(Number(limit)).toBeGreaterThanOrEqual(size * 1.1);
  });

  it("what the copy gets otherwise is said", () => {
    const near = { ...SETTINGS, MaxAllocatedStorage: 105 };
    const told = (state: Partial<Instance>) =>
      leftBehindFindings(instanceOf({ ...state, settings: near })).filter(({ level }) => level === "warn");
    expect(told(FULL)).toMatchObject([
      {
        code: "storage-grown",
        text: expect.stringMatching(/gets AllocatedStorage 100 → 111, MaxAllocatedStorage 105 → 123$/),
      },
    ]);
    expect(told({})).toMatchObject([{ code: "settings-raised", text: expect.stringMatching(/105 → 111$/) }]);
  });

  it("what goes together is asked for together, and read back from the request", () => {
    const change = toChange({ ...SETTINGS, MonitoringInterval: 0 }, SETTINGS);
    const { input } = alignRequest("copy", change, SETTINGS);
    expect(input).toEqual({
      DBInstanceIdentifier: "copy",
      MonitoringInterval: 60,
      MonitoringRoleArn: SETTINGS.MonitoringRoleArn,
      ApplyImmediately: true,
    });
    expect(settingsIn(input)).toEqual({ MonitoringInterval: 60, MonitoringRoleArn: SETTINGS.MonitoringRoleArn });
  });
});

/** A world in which the instance passes through these states, each for so many seconds; the last one stays. */
function passing(...states: readonly (readonly [Partial<Instance>, number])[]) {
  const calls = { instance: 0, events: 0 };
  const world = worldOf();
  const waiting = waitingFor(world, 7200);
  const begun = waiting.clock.now();
  const stateAt = (): Partial<Instance> => {
    let end = begun;
    for (const [state, seconds] of states) {
      end += seconds * 1000;
      if (waiting.clock.now() < end) return state;
    }
    return {};
  };
  const rds: RdsReads = {
    ...world.aws.rds,
    instance: async () => {
      calls.instance++;
      return instanceOf(stateAt());
    },
    events: async () => {
      calls.events++;
      return [];
    },
  };
  const seconds = () => (waiting.clock.now() - begun) / 1000;
  return {
    waiting: { ...waiting, services: { ...world, aws: { ...world.aws, rds } } as ActionServices },
    calls,
    seconds,
  };
}

const WATCHED = { name: "copy", since: 0, next: [] };
const FOR_EVER = Number.POSITIVE_INFINITY;

describe("waiting for an instance", () => {
  it.each([
    "failed",
    "restore-error",
    "incompatible-restore",
    "incompatible-network",
    "incompatible-parameters",
    "incompatible-option-group",
    "insufficient-capacity",
    "inaccessible-encryption-credentials",
    "storage-full",
    "deleting",
  ])("%s ends it", async (status) => {
    const { waiting, seconds } = passing([{ status: "creating" }, 40], [{ status }, FOR_EVER]);
    expect(await waitForInstance(WATCHED, waiting)).toMatchObject({ kind: "false", failure: { reason: status } });
    expect(seconds()).toBeLessThanOrEqual(55);
  });

  it("at most six calls a minute before it is available, and at most 25 s more than RDS takes", async () => {
    let worst = 0;
    for (let takes = 300; takes < 330; takes++) {
      const { waiting, seconds } = passing([{ status: "creating" }, takes], [{}, FOR_EVER]);
      expect(await waitForInstance(WATCHED, waiting)).toMatchObject({ kind: "true" });
      worst = Math.max(worst, seconds() - takes);
    }
    expect(worst).toBeLessThanOrEqual(25);
    const { waiting, calls } = passing([{ status: "creating" }, FOR_EVER]);
    expect(await waitForInstance(WATCHED, { ...waiting, deadline: waiting.clock.now() + 600_000 })).toMatchObject({
      kind: "open",
    });
    expect((calls.instance + calls.events - 2) / 10).toBeLessThanOrEqual(6);
  });

  it("one that leaves that state again is not taken for ready", async () => {
    const { waiting, seconds } = passing([{}, 8], [{ status: "backing-up" }, 90], [{}, FOR_EVER]);
    expect(await waitForInstance(WATCHED, waiting)).toMatchObject({ kind: "true" });
    expect(seconds()).toBeGreaterThan(98);
  });

  it("nor is one with values that are still to be applied", async () => {
    const { waiting, seconds } = passing([{ pending: ["MultiAZ"] }, 60], [{}, FOR_EVER]);
    expect(await waitForInstance(WATCHED, waiting)).toMatchObject({ kind: "true" });
    expect(seconds()).toBeGreaterThan(60);
  });
});

it("a member of a cluster is refused, with the call that restores it", async () => {
  const world = worldOf();
  const rds = { ...world.aws.rds, instance: async () => instanceOf({ cluster: "aurora-1" }) };
  const looking = {
    services: { ...world, aws: { ...world.aws, rds } },
    target: TARGET,
    clock: waitingFor(world).clock,
  };
  await expect(findRestore.observe({ latest: true }, looking)).rejects.toMatchObject({
    detail: {
      code: "cluster-member",
      exitCode: 11,
      next: [expect.stringContaining("restore-db-cluster-to-point-in-time")],
    },
  });
});

it("settings that differ are a failure, side by side", async () => {
  const world = worldOf();
  const restored = instanceOf({ id: "copy", settings: { ...SETTINGS, MultiAZ: false, MonitoringRoleArn: null } });
  const rds = { ...world.aws.rds, instance: async (id: string) => (id === "copy" ? restored : instanceOf()) };
  const waiting = { ...waitingFor(world), services: { ...world, aws: { ...world.aws, rds } } };
  const verdict = await compareSettings.verify?.({ source: "vulcan-prod", name: "copy" }, { outputs: {} }, waiting);
  expect(verdict).toMatchObject({
    kind: "false",
    failure: {
      reason: "settings-differ",
      evidence: [
        "setting            source                                  restored  expected",
        "MultiAZ            true                                    false     true",
        `MonitoringRoleArn  ${SETTINGS.MonitoringRoleArn}  (none)    ${SETTINGS.MonitoringRoleArn}`,
      ],
    },
  });
});

it("resumed: an instance with the attempt's tag is adopted, one without it is another's and left alone", async () => {
  const world = worldOf();
  const probed = async (found: Instance | undefined) => {
    const rds = { ...world.aws.rds, instance: async () => found };
    const looking = { ...waitingFor(world), services: { ...world, aws: { ...world.aws, rds } } };
    const given = { source: "vulcan-prod", to: "2026-04-10T03:20:00.000Z", name: "copy" };
    const confirmedAt = new Date(looking.clock.now()).toISOString();
    return restoreToTime.probe?.(given, { key: "x0001-1", confirmedAt, outputs: {} }, looking);
  };
  expect(await probed(instanceOf({ madeBy: "x0001-1" }))).toMatchObject({ kind: "inProgress" });
  expect(await probed(instanceOf({ madeBy: "x0001-2" }))).toMatchObject({ kind: "notDone" });
  expect(await probed(instanceOf())).toMatchObject({ kind: "notDone", evidence: expect.stringContaining("another's") });
  expect(await probed(undefined)).toMatchObject({ kind: "notDone" });
});

describe("what is in it", () => {
  const TO = "2026-04-10T03:20:00.000Z";
  const table = (newest: string) => ({ table: "notes", rows: 2, isExact: true, timedBy: ["at"], newest, newer: 1 });
  const lines = ["column notes.at: timestamp", "privileges table notes: PUBLIC SELECT"];
  const structure = { version: 7, lines, invalidIndexes: [], unvalidated: [], behind: [] };
  const source: DataFacts = { tables: [table("2026-04-10T03:30:00.000Z")], structure };
  const problems = (over: Partial<DataFacts["structure"]>, newest = "2026-04-10T03:19:59.500Z") =>
    judgeData(TO, { tables: [table(newest)], structure: { ...structure, ...over } }, source).problems;

  it("older rows than the source's are no fault, nor is another schema at another migration", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ version: 6, lines: [] })).toEqual([]);
  });

  it.each([
    ["rows of later", problems({}, "2026-04-10T03:20:30.000Z"), "notes has 1 row of later"],
    [
      "another schema",
      problems({ lines: ["column notes.at: date", lines[1] ?? ""] }),
      "the source's, at the same migration: column notes.at: timestamp → date",
    ],
    ["an invalid index", problems({ invalidIndexes: ["i"] }), "invalid index i"],
    ["a constraint", problems({ unvalidated: ["c"] }), "not validated: c"],
    ["a sequence", problems({ behind: ["s"] }), "which is taken: s"],
  ])("%s is one", (_, found, text) => {
    expect(found).toEqual([expect.stringContaining(text)]);
  });

  it("a privilege that the source got since is told, and no fault; lines that were not read are never the same", () => {
    const judged = (over: Partial<DataFacts["structure"]>) =>
      judgeData(TO, { tables: [], structure: { ...structure, ...over } }, source);
    const without = judged({ lines: lines.slice(0, 1) });
    expect(without.problems).toEqual([]);
    expect(without.text).toContain("the same schema but for - privileges table notes: PUBLIC SELECT");
    const { lines: _lines, ...unread } = structure;
    const blind = judgeData(TO, { tables: [], structure: { ...unread, linesUnread: "too slow" } }, source);
    expect(blind.text).toContain("schema NOT COMPARED: too slow");
  });
});
