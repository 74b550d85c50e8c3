import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mutations, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
let file: string;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy");
  file = join(rig.stateDir, "revert.json");
});
beforeEach(() => rig.sandbox.reset("bad-but-healthy"));
afterAll(() => rig.close());

const plan = (...words: string[]) => vulcanOps(["plan", ...words, "--state-dir", rig.stateDir], { columns: 300 });
const runSaved = (...flags: string[]) =>
  vulcanOps(["run", "--plan", file, "--state-dir", rig.stateDir, ...flags], { columns: 300 });
const ANSWERED = ["--yes", "--confirm", "42"];

describe("plan -o FILE, then run --plan FILE", () => {
  it("carries out exactly that plan; the file is its owner's alone, and holds no secret", async () => {
    const planned = await plan("rollback-service", "-o", file);
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining("Next: type 42 at step 3")]);
    expect(planned.stderr).toContain(`vulcan-ops run --plan ${file}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).not.toContain(new URL(rig.sandbox.databaseUrl).password);
    expect(mutations(rig.sandbox)).toEqual([]);
    // What is current then is part of the plan: no --expect-current is needed.
    const { code, stderr } = await runSaved(...ANSWERED);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
  });

  it("--output markdown is the document of the kept plan, by its digest", async () => {
    const { code, stdout, stderr } = await plan("rollback-service", "-o", file, "--output", "markdown");
    const { digest } = JSON.parse(readFileSync(file, "utf8"));
    expect([code, stdout]).toEqual([0, expect.stringContaining(`| Digest of the plan | ${digest} |`)]);
    expect(stdout).toMatch(/^# Plan: roll back 1\.43\.0 \(:43\) → 1\.42\.0 \(:42\)\n/);
    expect([stdout, stderr]).toEqual([expect.stringContaining(`vulcan-ops run --plan ${file}`), ""]);
    expect((await plan("rollback-service", "restore-database", "--output", "markdown")).code).toBe(6);
    expect((await plan("rollback-service", "--dry-run=offline", "--output", "markdown")).code).toBe(6);
  });

  it("still asks what the plan asks", async () => {
    await plan("rollback-service", "-o", file);
    const { code, stderr } = await runSaved();
    expect([code, stderr]).toEqual([6, expect.stringContaining("--confirm 42")]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("is refused where the world has moved: exit 11, with what differs", async () => {
    await plan("rollback-service", "-o", file);
    const taskDefinition = "vulcan-prod:43";
    const service = { cluster: "vulcan-prod", service: "vulcan-prod" };
    await new ECSClient({}).send(new UpdateServiceCommand({ ...service, taskDefinition, forceNewDeployment: true }));
    const { code, stderr } = await runSaved(...ANSWERED);
    expect([code, stderr]).toEqual([11, expect.stringContaining("this is no longer the plan that was made at")]);
    expect(stderr).toContain("step revert: ");
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
    expect(serviceRevision(rig.sandbox)).toBe(taskDefinition);
  });

  it("keeps no plan that is blocked or that cannot be made", async () => {
    await rig.sandbox.reset("nothing-to-revert");
    const other = join(rig.stateDir, "none.json");
    const { code } = await plan("rollback-service", "-o", other);
    expect(code).toBe(11);
    expect(statSync(other, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe("a plan file that is none: exit 6 or 11, and nothing is sent", () => {
  beforeEach(() => plan("rollback-service", "-o", file));

  const edits: readonly (readonly [string, number, string, (text: string) => string])[] = [
    ["another text", 6, "is no plan that can be read", () => "{"],
    ["other JSON", 6, "is no plan that vulcan-ops plan -o has written", () => "[]"],
    ["edited", 6, "is not as it was written", (text) => text.replaceAll("vulcan-prod:42", "vulcan-prod:41")],
    ["of another version", 6, "another version", (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2')],
  ];
  it.each(edits)("%s", async (_name, exit, said, edit) => {
    writeFileSync(file, edit(readFileSync(file, "utf8")));
    const { code, stderr } = await runSaved(...ANSWERED);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(said)]);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("made in another world", async () => {
    const { code, stderr } = await vulcanOps(["run", "--plan", file, "--state-dir", rig.stateDir], {
      env: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      columns: 300,
    });
    expect([code, stderr]).toEqual([11, expect.stringContaining("this plan was made of http://127.0.0.1:")]);
  });

  it.each([
    [["run", "rollback-service", "--plan", "x.json"], "--plan says everything"],
    [["run", "--plan", "absent.json"], "does not exist"],
    [["plan", "rollback-service", "restore-database", "-o", "x.json"], "-o keeps the plan of one runbook"],
    [["plan", "rollback-service", "--dry-run=offline", "-o", "x.json"], "-o keeps the plan of one runbook"],
    [["plan", "rollback-service", "-o", "/no/such/folder/x.json"], "cannot be written (ENOENT)"],
  ])("%j", async (argv, text) => {
    const { code, stderr } = await vulcanOps(argv, { columns: 300 });
    expect([code, stderr]).toEqual([6, expect.stringContaining(text)]);
  });
});
