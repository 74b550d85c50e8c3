import { DeleteDBInstanceCommand, ModifyDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Recording, recordingProxy } from "../support/odd-answers/recording-proxy.ts";
import { has, shell } from "../support/process.ts";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { named, names } from "../support/stories/restore.ts";

let rig: Rig;
let proxy: Recording;
let direct: string;
beforeAll(async () => {
  rig = await openRig("healthy", 300);
  direct = process.env.AWS_ENDPOINT_URL ?? "";
  proxy = await recordingProxy(rig.sandbox.endpoint);
});
beforeEach(async () => {
  await rig.sandbox.reset("healthy");
  process.env.AWS_ENDPOINT_URL = direct;
});
afterAll(async () => {
  await proxy.close();
  await rig.close();
});

/** What RDS answers from now on. */
function answering(change: (operation: string, body: string) => string): void {
  process.env.AWS_ENDPOINT_URL = proxy.url;
  proxy.forward((asked, { body }) => change(/Action=(\w+)/.exec(asked)?.[1] ?? "", body));
}

async function run(...argv: readonly string[]) {
  const { code, stdout, stderr } = await vulcanOps([...argv, "--state-dir", rig.stateDir], { columns: 4000 });
  return { code, text: `${stdout}${stderr}` };
}

/** The three screens that say whether the database can be restored. */
async function screens() {
  const doctor = await run("doctor", "--output", "json");
  const found = JSON.parse(doctor.text).findings.find(({ check }: { check: string }) => check === "backups");
  const status = JSON.parse((await run("status", "--output", "json")).text);
  const shown = (await run("status", "--verbose")).text;
  return { doctor: found, status, shown, restore: await run("restore", "--latest", "--dry-run", "--verbose") };
}

const rds = () => new RDSClient();
const modify = (change: object) =>
  rds().send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "vulcan-prod", ApplyImmediately: true, ...change }));

const KEPT = { DeleteAutomatedBackups: false, FinalDBSnapshotIdentifier: "vulcan-prod-final" };

async function deleted(what: object = KEPT): Promise<void> {
  await modify({ DeletionProtection: false });
  await vi.waitUntil(async () => (await named("vulcan-prod")).DeletionProtection === false, { timeout: 60_000 });
  await rds().send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "vulcan-prod", ...what }));
  await vi.waitUntil(async () => (await names()).length === 0, { timeout: 60_000 });
}

describe("a machine whose clock is off", () => {
  it.each([
    [4 * 60_000, /WARN +this machine's clock is 4 min ahead of AWS's/],
    [-4 * 60_000, /WARN +this machine's clock is 4 min behind AWS's/],
    [20_000, /^(?!.*this machine's clock)/s],
  ])("by %d ms: a moment that is typed as an age, and a window, are said to be", async (ms, text) => {
    answering((_operation, body) => body);
    proxy.carry({ date: new Date(Date.now() - ms).toUTCString() });
    const restore = await run("restore", "--to", "-15m", "--dry-run", "--verbose");
    const maintenance = await run("maintenance", "--to", "43", "--dry-run", "--verbose");
    const latest = await run("restore", "--latest", "--dry-run", "--verbose");
    proxy.carry({});
    expect([restore.text, maintenance.text]).toEqual([expect.stringMatching(text), expect.stringMatching(text)]);
    expect(latest.text).not.toContain("this machine's clock");
  });
});

describe("a Blue/Green deployment of RDS that the database is a member of", () => {
  const inProgress = (operation: string, body: string) =>
    operation !== "DescribeBlueGreenDeployments"
      ? body
      : body.replace(
          /<BlueGreenDeployments ?\/>|<BlueGreenDeployments><\/BlueGreenDeployments>/,
          `<BlueGreenDeployments><member><BlueGreenDeploymentIdentifier>bgd-1</BlueGreenDeploymentIdentifier>
           <Source>arn:aws:rds:eu-west-1:111122223333:db:vulcan-prod</Source><Status>AVAILABLE</Status></member></BlueGreenDeployments>`,
        );

  it.each([
    ["rename", 11, /BLOCK +vulcan-prod is a member of the RDS Blue\/Green deployment bgd-1 \(AVAILABLE\): RDS renames/],
    ["none", 0, /^(?!.*bgd-1)/s],
  ])("a cutover by %s ends %d", async (cutover, code, text) => {
    answering(inProgress);
    const found = await run("restore", "--latest", "--cutover", cutover, "--dry-run", "--verbose");
    expect(found).toMatchObject({ code, text: expect.stringMatching(text) });
  });

  it("is said before a window", async () => {
    answering(inProgress);
    expect((await run("maintenance", "--to", "43", "--dry-run", "--verbose")).text).toMatch(
      /WARN +vulcan-prod is a member of the RDS/,
    );
  });
});

describe("whether the database can be restored, and how: doctor, status and restore agree", () => {
  it("a member of a cluster: the cluster is named, its lines are printed, restore ends 11", async () => {
    answering((operation, body) => {
      if (operation === "DescribeDBInstanceAutomatedBackups")
        return body.replace(/<DBInstanceAutomatedBackups>.*<\/DBInstanceAutomatedBackups>/s, "");
      if (operation !== "DescribeDBInstances") return body;
      return body
        .replaceAll("<Engine>postgres<", "<Engine>aurora-postgresql<")
        .replace(
          "</DBInstanceIdentifier>",
          "</DBInstanceIdentifier><DBClusterIdentifier>vulcan-c</DBClusterIdentifier>",
        )
        .replace(/<LatestRestorableTime>.*?<\/LatestRestorableTime>/, "");
    });
    const { doctor, status, shown, restore } = await screens();
    const sentence = /vulcan-prod is a member of the cluster vulcan-c: clusters are restored as a whole/;
    const line = "aws rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier vulcan-c ";
    expect(doctor).toMatchObject({ level: "warn", evidence: expect.stringMatching(sentence) });
    expect(doctor.fixes[0]).toContain(line);
    expect(status.window).toMatchObject({ known: false, code: "cluster-member", why: expect.stringMatching(sentence) });
    expect(shown).toMatch(/^✓ 1\.42\.0 \(:42\) serves, 3\/3 healthy\. Next: nothing to do$/m);
    expect(shown).toContain(line);
    expect(restore).toMatchObject({ code: 11, text: expect.stringMatching(sentence) });
    expect(restore.text).toContain(line);
    expect(restore.text).toMatch(/aws rds create-db-instance .*--engine aurora-postgresql --db-instance-class db\./);
    const maintenance = await run("maintenance", "--to", "43", "--dry-run", "--verbose");
    expect(maintenance.text).toMatch(/WARN +vulcan-prod is a member of the cluster/);
    expect(maintenance.text).not.toContain("does not cover the database");
  });

  it("one without RestoreWindow, and with a latest time, can be restored until then", async () => {
    answering((operation, body) =>
      operation === "DescribeDBInstanceAutomatedBackups"
        ? body.replace(/<RestoreWindow>.*?<\/RestoreWindow>/s, "")
        : body,
    );
    const { doctor, status, restore } = await screens();
    expect(doctor).toMatchObject({
      level: "ok",
      evidence: expect.stringMatching(/^restorable to .*does not say from/),
    });
    expect(status.window).toMatchObject({ known: true, value: { latest: expect.any(String) } });
    expect(restore).toMatchObject({ code: 0, text: expect.stringMatching(/WARN +vulcan-prod can be restored until/) });
    expect((await run("restore", "--to", "-1h", "--dry-run", "--verbose")).code).toBe(0);
  });

  it("a deleted one: its retained backups are named, and the line restores it under its old name", async () => {
    const { DbiResourceId } = await named("vulcan-prod");
    await deleted();
    const { doctor, shown, restore } = await screens();
    const sentence =
      /the instance vulcan-prod is deleted; its retained backups reach from .*; the newest snapshot is vulcan-prod-final/;
    const line = `aws rds restore-db-instance-to-point-in-time --source-dbi-resource-id ${DbiResourceId} --target-db-instance-identifier vulcan-prod `;
    expect(doctor).toMatchObject({ level: "fail", evidence: expect.stringMatching(sentence) });
    expect(doctor.fixes[0]).toContain(line);
    expect(shown).toMatch(new RegExp(`Failing +${sentence.source}`));
    expect(shown).toMatch(new RegExp(`Next +${line}`));
    expect(restore).toMatchObject({ code: 11, text: expect.stringMatching(sentence) });
    expect(restore.text).toContain(line);
    expect(restore.text).toContain("--db-snapshot-identifier vulcan-prod-final ");
    const to = new Date(rig.sandbox.now() - 3_600_000).toISOString();
    expect((await run("restore", "--to", to, "--dry-run", "--verbose")).text).toContain(
      `--restore-time ${to.slice(0, 19)}`,
    );
    if (!(await has("aws"))) return;
    const printed = doctor.fixes[0] as string;
    expect(await shell(printed)).toMatchObject({ code: 0 });
    expect(await names()).toEqual(["vulcan-prod"]);
  });

  it("one whose backups are off: it says so, and that there is no snapshot", async () => {
    await modify({ BackupRetentionPeriod: 0 });
    await vi.waitUntil(async () => (await named("vulcan-prod")).BackupRetentionPeriod === 0, { timeout: 60_000 });
    const { doctor, status, restore } = await screens();
    const sentence = /^backups of vulcan-prod are off: .*; there is no snapshot of it$/;
    expect(doctor).toMatchObject({ level: "fail", evidence: expect.stringMatching(sentence) });
    expect(doctor.fixes[0]).toContain("--backup-retention-period 7");
    expect(status.window).toMatchObject({ code: "no-backup", why: expect.stringMatching(sentence) });
    expect(restore).toMatchObject({ code: 11, text: expect.stringContaining("backups of vulcan-prod are off") });
  });

  it("one of which nothing is left: the configuration is to be mended, exit 6", async () => {
    await deleted({ SkipFinalSnapshot: true, DeleteAutomatedBackups: true });
    const { doctor, shown, restore } = await screens();
    expect(doctor).toMatchObject({ level: "fail", evidence: "there is no database vulcan-prod" });
    expect(shown).toMatch(/Failing +there is no database vulcan-prod/);
    expect(restore).toMatchObject({ code: 6, text: expect.stringContaining("there is no database vulcan-prod") });
  });
});
