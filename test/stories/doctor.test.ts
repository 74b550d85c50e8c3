import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DoctorFinding } from "../../src/domain/diagnosis.ts";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 60);
});
afterAll(() => rig.close());
afterEach(() => {
  rig.sandbox.clearFaults();
  expect(mutations(rig.sandbox)).toEqual([]);
});

const doctor = (...flags: string[]) => vulcanOps(["doctor", "--state-dir", rig.stateDir, ...flags]);

/** Once more where a machine that is busy with other tests has not answered a read within two real seconds. */
async function examined(scenario?: string) {
  if (scenario !== undefined) await rig.sandbox.reset(scenario);
  const first = await examination();
  const isLate = first.of("permissions").some(({ evidence }) => evidence.includes("or no answer"));
  return isLate ? examination() : first;
}

async function examination() {
  const { code, stdout } = await doctor("--output", "json");
  const { findings, counts } = JSON.parse(stdout) as {
    findings: DoctorFinding[];
    counts: Record<DoctorFinding["level"], number>;
  };
  const of = (check: string) => findings.filter((finding) => finding.check === check);
  return { code, counts, findings, of, level: (check: string) => of(check).map(({ level }) => level) };
}

const always = { times: Number.POSITIVE_INFINITY, when: "before" } as const;

describe("doctor", () => {
  it("finds nothing where the service is healthy, tries every read, and writes nothing", async () => {
    const { code, counts, findings, of, level } = await examined("healthy");
    expect(code).toBe(0);
    expect(counts.fail).toBe(0);
    for (const check of ["clock", "state", "service", "capacity", "health", "drain", "exec", "backups"])
      expect([check, level(check)]).toEqual([check, ["ok"]]);
    expect(of("permissions").map((finding) => finding.evidence)).toEqual([
      expect.stringMatching(/^(\d+) of \1 reads are allowed$/),
      expect.stringMatching(/^not tried, for it would change something/),
    ]);
    expect(of("breaker")[0]).toMatchObject({ level: "warn", evidence: expect.stringContaining("never rolls back") });
    expect(findings.filter(({ level: is, fixes = [] }) => ["warn", "fail"].includes(is) && fixes.length === 0)).toEqual(
      [],
    );
  });

  it.each<[string, string, DoctorFinding["level"], RegExp]>([
    ["breaker-rolled-back", "breaker", "ok", /rolls a failing release back/],
    ["storage-full", "backups", "warn", /storage-full/],
    ["empty", "service", "fail", /Cluster not found/],
    ["empty", "backups", "fail", /no database/],
    ["breaker-no-target", "exec", "fail", /no task is running/],
    ["image-gone", "permissions", "ok", /reads are allowed/],
  ])("%s: %s is %s", async (scenario, check, level, evidence) => {
    const { of } = await examined(scenario);
    expect(of(check).find((finding) => finding.level === level)?.evidence).toMatch(evidence);
  });

  it("exits 11 with the count where something would stop you, and says a common reason once", async () => {
    await rig.sandbox.reset("empty");
    const { code, stdout } = await doctor();
    expect(code).toBe(11);
    expect(stdout).toMatch(/2 failing, .*what fails\s+would stop you/);
    expect(stdout).toContain("for the reason that stands at Service");
  });

  it("prints its findings as JSON lines", async () => {
    await rig.sandbox.reset("healthy");
    const { stdout } = await doctor("--output", "ndjson");
    const [head, ...findings] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(head).toMatchObject({ schemaVersion: 1, counts: { fail: 0 } });
    expect(findings.length).toBeGreaterThanOrEqual(13);
  });
});

describe("permissions that are missing", () => {
  beforeAll(() => rig.sandbox.reset("healthy"));
  it.each<[string, string, "fail" | "warn"]>([
    ["ListTasks", "ecs:ListTasks", "fail"],
    ["DescribeServiceRevisions", "ecs:DescribeServiceRevisions", "fail"],
    ["DescribeTargetHealth", "elasticloadbalancing:DescribeTargetHealth", "fail"],
    ["GetLogEvents", "logs:GetLogEvents", "warn"],
    ["DescribeScalableTargets", "application-autoscaling:DescribeScalableTargets", "warn"],
    ["DescribeSecret", "secretsmanager:DescribeSecret", "warn"],
    ["DescribeImages", "ecr:DescribeImages", "warn"],
    ["DescribeDBInstanceAutomatedBackups", "rds:DescribeDBInstanceAutomatedBackups", "warn"],
  ])("%s is named as IAM writes it", async (operation, action, level) => {
    rig.sandbox.inject({ ...always, operation, kind: "access-denied" });
    const { code, of } = await examined();
    const found = of("permissions").find((finding) => finding.level === level);
    expect(found?.evidence).toContain(action);
    expect(JSON.parse(found?.fixes?.[0] ?? "")).toMatchObject({ Effect: "Allow", Action: [action] });
    expect(code).toBe(level === "fail" ? 11 : 0);
  });

  it("expired credentials are exit 4", async () => {
    rig.sandbox.inject({ ...always, operation: "*", kind: "expired-token" });
    const { code, stderr } = await doctor();
    expect(code).toBe(4);
    expect(stderr).toContain("aws sso login");
  });

  it("another account than the target's is a hard stop", async () => {
    const config = join(rig.stateDir, "vulcan-ops.yaml");
    writeFileSync(config, 'schemaVersion: "1"\ntargets:\n  prod:\n    account: "999988887777"\n');
    for (const command of ["doctor", "status"]) {
      const { code, stdout, stderr } = await vulcanOps([command, "--target", "prod"], {
        env: { VULCAN_OPS_CONFIG: config },
      });
      expect([code, stdout]).toEqual([11, ""]);
      expect(stderr).toContain("pinned to account 999988887777");
    }
    rmSync(config);
  });
});

describe("this machine", () => {
  it("a state folder that others can write to stops every execution", async () => {
    chmodSync(rig.stateDir, 0o777);
    const { code, of } = await examined("healthy").finally(() => chmodSync(rig.stateDir, 0o700));
    expect(code).toBe(11);
    expect(of("state")[0]).toMatchObject({ level: "fail", fixes: [`chmod 700 ${rig.stateDir}`] });
  });

  it("a clock that is ten minutes slow is found by the Date header, whatever was answered", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(400, {
        date: new Date(Date.now() + 600_000).toUTCString(),
        "content-type": "application/x-amz-json-1.1",
      });
      response.end('{"__type":"AccessDeniedException","message":"no"}');
    });
    const { AWS_ENDPOINT_URL } = process.env;
    process.env.AWS_ENDPOINT_URL = await listen(server);
    const { of } = await examined().finally(() => {
      process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
      server.close();
      server.closeAllConnections();
    });
    expect(of("clock")[0]).toMatchObject({
      level: "fail",
      evidence: expect.stringMatching(/(9 min 5\d s|10 min.*) behind/),
    });
  });
});

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
