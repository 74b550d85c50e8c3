import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createReads } from "../../src/aws/reads.ts";
import type { Plan, PlannedStep } from "../../src/domain/plan.ts";
import { mutations, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";
import { HANGS_MS } from "../support/soon.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 120);
});
afterAll(() => rig.close());

const answered = ["--yes", "--confirm", "42", "--expect-current", "43"];
const rollback = (...flags: string[]) =>
  vulcanOps(["rollback", "--state-dir", rig.stateDir, ...flags], {
    env: { VULCAN_OPS_CONFIG: configured(rig.sandbox.loadBalancer) },
  });

/** A configuration of the operator's own that says where Vulcan's admin API is. */
function configured(adminUrl: string): string {
  const path = join(rig.stateDir, "vulcan-ops.yaml");
  writeFileSync(path, `schemaVersion: "1"\ntargets:\n  vulcan-prod: {adminUrl: "${adminUrl}"}\n`);
  return path;
}

async function planned(...flags: string[]): Promise<{ code: number; check: PlannedStep; revert: PlannedStep }> {
  const { code, stdout } = await rollback("--dry-run", "--output", "json", ...flags);
  const { steps } = JSON.parse(stdout) as Plan;
  const [, check, revert] = steps as [PlannedStep, PlannedStep, PlannedStep];
  return { code, check, revert };
}

const told = ({ findings }: PlannedStep) => findings.map(({ level, code }) => `${level} ${code}`);
const textOf = ({ findings }: PlannedStep, code: string) => findings.find((found) => found.code === code)?.text ?? "";

describe("before a revert", () => {
  it("all is looked at, and what is in order says why", async () => {
    await rig.sandbox.reset("healthy");
    const { code, check } = await planned();
    expect(code).toBe(0);
    expect(told(check).sort()).toEqual([
      "ok alarms-quiet",
      "ok database-available",
      "ok database-same",
      "ok image-same",
      "ok log-groups-there",
      "ok ports-match",
      "ok roles-same",
      "ok roles-there",
      "ok room-enough",
      "ok scaling-none",
      "ok schema-compatible",
      "ok secrets-there",
      "ok settings-same",
      "ok subnets-there",
      "ok target-groups-used",
      "ok writers-quiet",
      "warn breaker-off",
    ]);
    expect(textOf(check, "schema-compatible")).toContain("7 “Add licences.seats column”");
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("an image that is gone stops it before anything is asked or sent: exit 11", async () => {
    await rig.sandbox.reset("image-gone");
    const outcome = await rollback(...answered);
    expect(outcome.code).toBe(11);
    expect(outcome.stderr).toContain("[image-gone, exit 11]");
    expect(outcome.stderr).not.toContain("SEND");
    expect(mutations(rig.sandbox)).toEqual([]);
    const { check, revert } = await planned("--to", "41");
    expect(told(check)).not.toContain("block image-gone");
    expect(revert.operation).not.toBeNull();
  });

  it("a tag that was pushed again is a warning with both digests", async () => {
    await rig.sandbox.reset("tag-moved");
    const { code, check } = await planned();
    expect(code).toBe(0);
    expect(told(check)).toContain("warn image-moved");
    expect(textOf(check, "image-moved")).toMatch(/sha256:\w{12} now, and vulcan-prod:42 ran sha256:\w{12}/);
  });

  it("what the schema got since is named, with how that is known", async () => {
    await rig.sandbox.reset("schema-newer");
    const { check } = await planned();
    const text = textOf(check, "schema-compatible");
    expect(text).toContain("8 “Add documents.checksum column”");
    expect(text).toContain("inferred from when each was applied");
    expect(text).toContain("judged by description alone");
  });

  it("a migration that breaks older code is said once more in the question, with the way back", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const client = new pg.Client(rig.sandbox.databaseUrl);
    await client.connect();
    const row = [9, "Drop findings.severity column", new Date(rig.sandbox.now()), 12];
    await client.query("INSERT INTO migrations VALUES ($1, $2, $3, $4)", row);
    await client.end();
    const { code, check, revert } = await planned();
    expect(code).toBe(0);
    expect(told(check)).toContain("warn schema-breaking");
    expect(textOf(revert, "caution")).toBe(textOf(check, "schema-breaking"));
    expect(textOf(revert, "caution")).toMatch(/9 “Drop findings\.severity column”.* vulcan-ops migrate down/);
  });

  it("a revision that asks for a secret which is gone is refused as a target", async () => {
    await rig.sandbox.reset("secret-missing");
    expect((await rollback(...answered)).code).toBe(0);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:42");
    const { code, check, revert } = await planned("--to", "43");
    expect(code).toBe(11);
    expect(told(check)).toContain("block secret-missing");
    expect(textOf(check, "secret-missing")).toContain("relay-key-Zz98Yx");
    expect(revert.operation).toBeNull();
  });

  it("auto scaling that will act during the rollout is a warning", async () => {
    await rig.sandbox.reset("autoscaler-fights");
    const { code, check } = await planned();
    expect(code).toBe(0);
    expect(textOf(check, "scaling-active")).toContain("auto scaling (2 to 6 tasks) is active");
  });

  it("a breaker that would bring the bad revision back is a warning", async () => {
    await rig.sandbox.reset("revert-fails");
    const { check } = await planned();
    expect(textOf(check, "breaker-brings-back")).toContain(
      "the circuit breaker restores vulcan-prod:43: the release that you roll back",
    );
  });

  it("and the change itself says which settings differ, by name alone", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const { revert } = await planned();
    expect(revert.changes).toContainEqual({
      subject: "task definition",
      property: "environment of vulcan",
      before: "VULCAN_VERSION",
      after: "VULCAN_VERSION (value changes, hidden)",
    });
  });
});

it("a tag of a task definition is read, so that a pipeline may say there which migrations its image knows", async () => {
  const { ecs } = createReads(createClients({ region: "eu-west-1" }, 1));
  expect((await ecs.taskDefinition("vulcan-prod:42"))?.tags).toEqual({ release: "1.42.0" });
});

describe("what does not answer", () => {
  let deaf: Server;
  beforeAll(async () => {
    deaf = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
    await rig.sandbox.reset("bad-but-healthy");
  });
  afterAll(() => {
    rig.sandbox.clearFaults();
    deaf.close();
  });

  it("an admin API that accepts and never answers holds nothing up: not checked, and why", async () => {
    const VULCAN_OPS_CONFIG = configured(`http://127.0.0.1:${(deaf.address() as AddressInfo).port}`);
    const begun = performance.now();
    const outcome = await vulcanOps(["rollback", "--dry-run", "--verbose"], {
      env: { VULCAN_OPS_CONFIG },
      columns: 500,
    });
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/not checked: which migrations .* did not answer within 1\.4 s/);
    expect(outcome.stdout).toMatch(/type +42/);
  });

  it("nor does a part of AWS that hangs", async () => {
    for (const operation of ["DescribeImages", "DescribeAlarms", "DescribeScalableTargets"])
      rig.sandbox.inject({ operation, when: "before", kind: "stall", ms: HANGS_MS, times: Number.POSITIVE_INFINITY });
    const begun = performance.now();
    const { code, check } = await planned();
    rig.sandbox.clearFaults();
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(code).toBe(0);
    expect(told(check).filter((line) => line === "warn not-checked")).toHaveLength(3);
    expect(told(check)).toContain("ok secrets-there");
  });

  it("and what was late is told during the wait, once it answers", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    rig.sandbox.inject({ operation: "DescribeImages", when: "before", kind: "stall", ms: 2500 });
    const { code, stdout } = await rollback(...answered, "--output", "ndjson");
    expect(code).toBe(0);
    const events = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
    const planned = events.find(({ type, step }) => type === "step.planned" && step === "check");
    expect(JSON.stringify(planned)).toContain("not checked: whether the images");
    const told = events.flatMap(({ type, text }) => (type === "step.progress" ? [String(text)] : []));
    expect(told).toContainEqual(expect.stringMatching(/^late check, passed: image vulcan:1\.42\.0 exists/));
  });
});
