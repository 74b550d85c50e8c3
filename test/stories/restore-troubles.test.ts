import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModifyDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { has, shell } from "../support/process.ts";
import { type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { LATER, MINUTE, named, names, writes } from "../support/stories/restore.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 300, { timings: LATER });
});
beforeEach(() => rig.sandbox.clearFaults());
afterAll(() => rig.close());

const COPY = "vulcan-prod-then";

function restore(...flags: string[]): Promise<Outcome> {
  return vulcanOps(["restore", ...flags, "--state-dir", rig.stateDir], { columns: 300 });
}

describe("a restore that comes to no good end", () => {
  it("incompatible parameters: exit 1 with that reason, nothing is deleted, what would delete it is printed", async () => {
    await rig.sandbox.reset("restore-incompatible-parameters");
    const { code, stdout } = await restore("--latest", "--as", COPY, "--yes", "--output", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 1,
      reason: "incompatible-parameters",
      next: expect.arrayContaining([expect.stringContaining(`delete-db-instance --db-instance-identifier ${COPY}`)]),
    });
    expect(code).toBe(1);
    expect(await names()).toEqual(["vulcan-prod", COPY]);
    expect(writes(rig)).toEqual(["RestoreDBInstanceToPointInTime"]);
  });

  it("one that never ends: exit 7 when its time is up, and resume takes it up again without a second one", async () => {
    await rig.sandbox.reset("restore-never-ends");
    const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-restore-"));
    const text = readFileSync(join(import.meta.dirname, "..", "..", "runbooks", "restore-database.yaml"), "utf8");
    const path = join(folder, "restore-database.yaml");
    writeFileSync(path, text.replace("timeoutSeconds: 14400", "timeoutSeconds: 300"));
    const given = ["--input", "latest=true", "--input", `as=${COPY}`, "--yes", "--state-dir", rig.stateDir];
    const first = await vulcanOps(["run", path, ...given, "--output", "json"], { columns: 300 });
    rmSync(folder, { recursive: true });
    const ended = JSON.parse(first.stdout);
    expect(ended).toMatchObject({ exitCode: 7, reason: "instance-not-ready" });
    const again = await vulcanOps(["resume", ended.execution, "--yes", "--state-dir", rig.stateDir], { columns: 300 });
    expect([again.code, again.stderr]).toEqual([7, expect.anything()]);
    expect(writes(rig)).toEqual(["RestoreDBInstanceToPointInTime"]);
  });

  it("no answer to the request: its effect is read back by the tag, and it is not sent again", async () => {
    await rig.sandbox.reset("healthy");
    rig.sandbox.inject({ kind: "reset", operation: "RestoreDBInstanceToPointInTime", when: "after", times: 1 });
    const { code, stderr } = await restore("--latest", "--as", COPY, "--yes");
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(await names()).toEqual(["vulcan-prod", COPY]);
    expect(writes(rig)).toEqual(["RestoreDBInstanceToPointInTime", "ModifyDBInstance"]);
  });
});

describe("a restore that RDS refuses", () => {
  beforeAll(() => rig.sandbox.reset("healthy"));

  it.each([
    ["InstanceQuotaExceeded", 1],
    ["StorageQuotaExceeded", 1],
    ["PointInTimeRestoreNotEnabled", 1],
    ["InvalidDBInstanceState", 1],
    ["InvalidRestoreFault", 1],
    ["DBSubnetGroupNotFoundFault", 1],
    ["InvalidVPCNetworkStateFault", 1],
    ["KMSKeyNotAccessibleFault", 1],
    ["InsufficientDBInstanceCapacity", 1],
    ["StorageTypeNotSupported", 1],
    ["ProvisionedIopsNotAvailableInAZFault", 1],
  ])("%s: exit %i with RDS's own word, and nothing is there that was not before", async (refusal, exitCode) => {
    const operation = "RestoreDBInstanceToPointInTime";
    rig.sandbox.inject({ kind: "refuse", operation, code: refusal, when: "before" });
    const { code, stdout, stderr } = await restore("--latest", "--as", COPY, "--yes", "--output", "json");
    expect([code, stdout + stderr]).toEqual([exitCode, expect.stringContaining(refusal)]);
    expect(await names()).toEqual(["vulcan-prod"]);
  });

  it.each([
    ["access-denied", 4],
    ["expired-token", 4],
    ["throttle", 1],
    ["http500-html", 1],
  ] as const)("%s: exit %i, looked up before it is called refused, and never sent twice", async (kind, exitCode) => {
    const before = writes(rig).length;
    rig.sandbox.inject({ kind, operation: "RestoreDBInstanceToPointInTime", when: "before" });
    const { code, stdout } = await restore("--latest", "--as", COPY, "--yes", "--output", "json");
    expect([code, JSON.parse(stdout)]).toMatchObject([exitCode, { exitCode }]);
    expect(writes(rig)).toHaveLength(before + 1);
    expect(await names()).toEqual(["vulcan-prod"]);
  });
});

describe("an instance that becomes busy between our look and the request", () => {
  it("is waited for, and the same request is sent once more: exit 0, with one confirmation", async () => {
    await rig.sandbox.reset("healthy");
    const operation = "ModifyDBInstance";
    rig.sandbox.inject({ kind: "refuse", operation, code: "InvalidDBInstanceState", when: "before" });
    const { code, stdout } = await restore("--latest", "--as", COPY, "--yes", "--output", "ndjson");
    expect(code).toBe(0);
    const sent = rig.sandbox.requests().filter((request) => request.operation === operation);
    expect(sent[1]?.input).toEqual(sent[0]?.input);
    expect(sent.map(({ status }) => status).slice(0, 2)).toEqual([400, 200]);
    expect(stdout.match(/"type":"step\.confirmed"[^\n]*"ModifyDBInstance"/g)).toHaveLength(sent.length - 1);
  });
});

describe("a source whose storage is full", () => {
  it("gives a copy with the least growth that RDS takes, and says so", async () => {
    await rig.sandbox.reset("storage-full");
    const { code, stdout, stderr } = await restore("--latest", "--as", COPY, "--yes");
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(stdout + stderr).toContain("so the copy gets AllocatedStorage 100 → 111");
    expect((await named(COPY)).AllocatedStorage).toBe(111);
  });

  it("and a limit of growth that fits it, where the source has come near its own", async () => {
    await rig.sandbox.reset("storage-full");
    const { DBInstanceIdentifier } = await named("vulcan-prod");
    await new RDSClient().send(new ModifyDBInstanceCommand({ DBInstanceIdentifier, MaxAllocatedStorage: 110 }));
    await vi.waitUntil(async () => (await named("vulcan-prod")).MaxAllocatedStorage === 110, { timeout: 60_000 });
    const { code, stdout, stderr } = await restore("--latest", "--as", COPY, "--yes");
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(stdout + stderr).toContain("MaxAllocatedStorage 110 → 123");
    expect(await named(COPY)).toMatchObject({ AllocatedStorage: 111, MaxAllocatedStorage: 123 });
  });

  it("and nothing later than its log was shipped: exit 11, nothing is sent", async () => {
    await rig.sandbox.reset("storage-full");
    const { code, stderr } = await restore("--to", "-10m", "--as", COPY, "--yes");
    expect([code, stderr]).toEqual([11, expect.stringContaining("ships no log")]);
    expect(writes(rig)).toEqual([]);
  });
});

describe.skipIf(!has("aws"))("the aws line of the plan", () => {
  it("is taken by the AWS CLI as it is printed, and gives an instance with the source's settings", async () => {
    await rig.sandbox.reset("healthy");
    const at = new Date(rig.sandbox.now() - 10 * MINUTE).toISOString();
    const { stdout } = await restore("--to", at, "--as", COPY, "--dry-run", "--output", "json");
    const line = JSON.parse(stdout).steps.find((step: { id: string }) => step.id === "restore").awsCli;
    expect(line).toMatch(
      /^aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier vulcan-prod --target/,
    );
    const { code, stderr } = await shell(line, { AWS_PAGER: "", AWS_DEFAULT_OUTPUT: "json" });
    expect([code, stderr]).toEqual([0, ""]);
    const [source, copy] = [await named("vulcan-prod"), await named(COPY)];
    for (const name of ["MultiAZ", "VpcSecurityGroups", "DBParameterGroups", "TagList", "StorageType"] as const)
      expect(new Set(JSON.stringify(copy[name])), name).toEqual(new Set(JSON.stringify(source[name])));
  });
});
