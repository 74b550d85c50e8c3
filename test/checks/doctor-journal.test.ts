import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  UpdateContinuousBackupsCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journal } from "../../src/checks/doctor/journal.ts";
import type { DoctorSubject } from "../../src/checks/doctor-subject.ts";
import { OpsError } from "../../src/domain/error.ts";
import type { JournalTable, JournalTableReads } from "../../src/domain/journal-table.ts";
import type { Target } from "../../src/domain/target.ts";
import { rawClient, TABLE, TABLE_SHAPE } from "../aws/dynamodb/stores.ts";
import { openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";

const RIGHT: JournalTable = {
  status: "ACTIVE",
  keys: "pk (S), sk (S)",
  index: { status: "ACTIVE", keys: "listed (S), at (S)", included: ["target", "end"] },
  kmsKey: "arn:aws:kms:eu-central-1:111122223333:key/1",
  isProtected: true,
};

const failure = (code: string) =>
  new OpsError({ code, exitCode: 4, fault: "operator", message: `it says ${code}`, next: [`for ${code}`] });

const readsOf = (table: JournalTable | OpsError, more: Partial<JournalTableReads> = {}): JournalTableReads => ({
  name: "dynamodb://ops?region=eu-central-1",
  region: "eu-central-1",
  table: async () => {
    if (table instanceof OpsError) throw table;
    return table;
  },
  isRestorable: async () => true,
  tryReads: async () => undefined,
  ...more,
});

const found = async (journalTable: JournalTableReads | undefined, target: Target = TARGET) => {
  const findings = await journal.run({ journalTable, target } as unknown as DoctorSubject);
  return findings.map(({ level, code, text }) => ({ level, code, text }));
};

describe("what the doctor says of a shared journal", () => {
  it("says nothing where none is configured, and that it can be read where all is well", async () => {
    expect(await found(undefined)).toEqual([]);
    expect(await found(readsOf(RIGHT))).toEqual([
      { level: "ok", code: "journal-read", text: "dynamodb://ops?region=eu-central-1 can be read" },
    ]);
    const everything = {
      ...RIGHT,
      status: "UPDATING",
      index: { ...RIGHT.index, status: "ACTIVE", keys: "listed (S), at (S)", included: undefined },
    };
    expect(await found(readsOf(everything))).toHaveLength(1);
  });

  it.each([
    ["keys of another type", { keys: "pk (S), sk (N)" }, "block", "journal-keys"],
    ["a table that is archived", { status: "ARCHIVED" }, "block", "journal-inactive"],
    ["no index", { index: undefined }, "block", "journal-index"],
    [
      "an index by other keys",
      { index: { status: "ACTIVE", keys: "at (S), listed (S)", included: undefined } },
      "block",
      "journal-index",
    ],
    [
      "an index without what is listed",
      { index: { status: "ACTIVE", keys: "listed (S), at (S)", included: ["target"] } },
      "block",
      "journal-index",
    ],
    [
      "an index that is being made",
      { index: { status: "CREATING", keys: "listed (S), at (S)", included: undefined } },
      "warn",
      "journal-index-creating",
    ],
    ["a key of AWS's", { kmsKey: undefined }, "warn", "journal-key-shared"],
    ["no protection", { isProtected: false }, "warn", "journal-unprotected"],
  ])("%s", async (_what, change, level, code) => {
    const findings = await found(readsOf({ ...RIGHT, ...change }));
    expect(findings.filter((one) => one.level !== "ok")).toEqual([{ level, code, text: expect.any(String) }]);
  });

  it("warns of a table that cannot be restored, and of one in the target's own region", async () => {
    const codes = async (more: Partial<JournalTableReads>, target?: Target) =>
      (await found(readsOf(RIGHT, more), target)).map(({ code }) => code).slice(1);
    expect(await codes({ isRestorable: async () => false })).toEqual(["journal-not-restorable"]);
    expect(await codes({ region: "eu-west-1" })).toEqual(["journal-same-region"]);
    expect(await codes({ region: undefined })).toEqual([]);
  });

  it("says once why it cannot be read, and that its set-up is hidden where only that is", async () => {
    const refused = failure("journal-store-refused");
    const tryReads = async () => {
      throw refused;
    };
    const [finding, ...rest] = await journal.run({
      journalTable: readsOf(refused, { tryReads }),
      target: TARGET,
    } as unknown as DoctorSubject);
    expect([finding, rest]).toEqual([
      { level: "block", code: "journal-unreadable", text: refused.message, next: ["for journal-store-refused"] },
      [],
    ]);
    const hidden = await found(readsOf(refused));
    expect(hidden.map(({ level, code }) => [level, code])).toEqual([
      ["ok", "journal-read"],
      ["warn", "not-checked"],
    ]);
    await expect(found(readsOf(RIGHT, { table: () => Promise.reject(new TypeError("a defect")) }))).rejects.toThrow(
      "a defect",
    );
  });
});

describe("by the command", () => {
  let rig: Rig;
  let config: string;
  beforeAll(async () => {
    rig = await openRig("healthy");
    config = join(rig.stateDir, "own.yaml");
  });
  afterAll(() => rig.close());

  const doctor = async (address: string | undefined, place: "target" | "top" = "target") => {
    const lines = ['    account: "111122223333"', "    region: eu-west-1", "    production: false"];
    const own = address === undefined ? [] : [`journal: ${address}`];
    const [top, ofTarget] = place === "top" ? [own, []] : [[], own.map((line) => `    ${line}`)];
    const file = ['schemaVersion: "1"', ...top, "targets:", "  vulcan-prod:", ...lines, ...ofTarget, ""];
    writeFileSync(config, file.join("\n"));
    const { code, stdout } = await vulcanOps(["doctor", "--output", "json"], { env: { VULCAN_OPS_CONFIG: config } });
    const { findings } = JSON.parse(stdout) as {
      findings: { check: string; level: string; evidence: string; fixes?: string[] }[];
    };
    return { code, findings: findings.filter(({ check }) => check === "journal") };
  };
  const client = () =>
    rawClient({
      endpoint: rig.sandbox.endpoint,
      credentials: { accessKeyId: rig.sandbox.env.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "x" },
    });

  it("reads the table, writes nothing to it, and finds the one of the sandbox as it should be", async () => {
    expect((await doctor(undefined)).findings).toEqual([]);
    rig.sandbox.clearFaults();
    const { findings } = await doctor(`dynamodb://${TABLE}?region=eu-central-1`);
    expect(findings.map(({ level, evidence }) => [level, evidence])).toEqual([
      ["ok", `dynamodb://${TABLE}?region=eu-central-1 can be read`],
    ]);
    expect((await doctor(`dynamodb://${TABLE}?region=eu-central-1`, "top")).findings).toEqual(findings);
    const asked = rig.sandbox.requests().filter(({ service }) => service === "dynamodb");
    expect([...new Set(asked.map(({ operation }) => operation))].toSorted()).toEqual([
      "DescribeContinuousBackups",
      "DescribeTable",
      "Query",
    ]);
    const [near] = (await doctor(`dynamodb://${TABLE}`)).findings.slice(1);
    expect(near).toMatchObject({
      level: "warn",
      evidence: expect.stringContaining("its table is in eu-west-1, as the target is"),
    });
  });

  it("fails where the table is absent, and names what makes one", async () => {
    const { code, findings } = await doctor("dynamodb://no-such-table");
    expect(code).toBe(11);
    expect(findings).toMatchObject([
      {
        level: "fail",
        evidence: expect.stringContaining("no-such-table"),
        fixes: ["vulcan-ops journal template", expect.any(String)],
      },
    ]);
  });

  it("names each thing that a table made by hand lacks", async () => {
    const { GlobalSecondaryIndexes: _, AttributeDefinitions, ...shape } = TABLE_SHAPE;
    const bare: CreateTableCommandInput = {
      ...shape,
      TableName: "bare",
      AttributeDefinitions: AttributeDefinitions.slice(0, 2),
    };
    const raw = client();
    await raw.send(new CreateTableCommand(bare));
    const codes = async () => (await doctor("dynamodb://bare?region=eu-central-1")).findings.map(({ level }) => level);
    await expect.poll(codes).toEqual(["fail", "warn", "warn", "warn"]);
    await raw.send(
      new UpdateContinuousBackupsCommand({
        TableName: "bare",
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
    raw.destroy();
    expect(await codes()).toEqual(["fail", "warn", "warn"]);
  });

  it("says whose right is missing, and what allows it", async () => {
    rig.sandbox.inject({ operation: "Query", times: Number.POSITIVE_INFINITY, when: "before", kind: "access-denied" });
    const { findings } = await doctor(`dynamodb://${TABLE}?region=eu-central-1`);
    rig.sandbox.clearFaults();
    expect(findings).toMatchObject([
      { level: "fail", fixes: expect.arrayContaining(["vulcan-ops iam --for journal"]) },
    ]);
  });
});
