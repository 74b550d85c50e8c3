import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateClusterCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
import { clients } from "../sandbox/support.ts";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
let cwd: string;
beforeAll(async () => {
  rig = await openRig("healthy", 60);
});
afterAll(() => rig.close());
beforeEach(() => {
  rig.sandbox.clearFaults();
  cwd = mkdtempSync(join(tmpdir(), "vulcan-ops-init-"));
  return () => rmSync(cwd, { recursive: true, force: true });
});

const init = (...flags: string[]) =>
  vulcanOps(["init", ...flags], { cwd, env: { XDG_CONFIG_HOME: join(cwd, "home") }, columns: 200 });
const file = () => readFileSync(join(cwd, "vulcan-ops.yaml"), "utf8");

it("finds the target with a few reads, writes a file that the other commands take, and says what it did not find", async () => {
  const before = rig.sandbox.requests().length;
  const { code, stdout } = await init();
  expect(code).toBe(0);
  expect(stdout.replaceAll(cwd, "FOLDER")).toMatchInlineSnapshot(`
    "Found for target vulcan-prod (not production: requests go elsewhere than AWS)
      account      111122223333  (arn:aws:sts::111122223333:assumed-role/operator/rehearsal)
      region       eu-west-1  (AWS_REGION)
      cluster      vulcan-prod  (the only one)
      service      vulcan-prod  (the only one)
      container    vulcan  (found anew by each command)
      database     vulcan-prod  (the only one)
      target group vulcan-prod  (of the service)
    Not found
      adminUrl     no listener of its load balancer speaks HTTPS, and the admin token goes no other way

    ✓ Written FOLDER/vulcan-ops.yaml
    Next      vulcan-ops doctor --target vulcan-prod
    "
  `);
  const calls = rig.sandbox.requests().slice(before);
  expect(calls.map(({ operation }) => operation).sort()).toEqual([
    "DescribeDBInstances",
    "DescribeListeners",
    "DescribeLoadBalancers",
    "DescribeServices",
    "DescribeTargetGroups",
    "DescribeTaskDefinition",
    "GetCallerIdentity",
    "ListClusters",
    "ListServices",
  ]);
  expect(mutations(rig.sandbox)).toEqual([]);
  expect(parseConfig(file(), "x", false)).toMatchObject({
    defaultTarget: "vulcan-prod",
    targets: { "vulcan-prod": { account: "111122223333", region: "eu-west-1", production: false } },
  });
  const status = await vulcanOps(["status", "--state-dir", rig.stateDir], { cwd, env: { VULCAN_OPS_CONFIG: "" } });
  expect(status.stdout).toContain("1.42.0 (:42) serves");
});

it("never changes a file that is there without a yes, and then keeps its comments, its other targets and settings", async () => {
  const before = `schemaVersion: "1" # ours\ntargets:\n  staging: {region: eu-west-2}\n  vulcan-prod:\n    container: web # the one that serves\n    region: eu-west-3\n`;
  writeFileSync(join(cwd, "vulcan-ops.yaml"), before);
  const refused = await init();
  expect([refused.code, file()]).toEqual([6, before]);
  expect(refused.stderr).toContain("is there already, and it is changed only after a yes");
  const printed = await init("--print");
  expect([printed.code, file()]).toEqual([0, before]);
  expect(printed.stdout).toContain("# the one that serves");
  expect((await init("--force")).code).toBe(0);
  expect(file()).toBe(printed.stdout);
  expect(parseConfig(file(), "x", false).targets).toEqual({
    staging: { region: "eu-west-2" },
    "vulcan-prod": {
      ...{ container: "web", region: "eu-west-1", account: "111122223333", production: false },
      ...{ cluster: "vulcan-prod", service: "vulcan-prod", database: "vulcan-prod" },
    },
  });
  expect((await init()).stdout).toContain("Already so");
});

it("without a terminal names the flag where there are several, and takes the names that flags give", async () => {
  await clients(rig.sandbox).ecs.send(new CreateClusterCommand({ clusterName: "another" }));
  const several = await init();
  expect([several.code, several.stderr]).toEqual([6, expect.stringContaining("another, vulcan-prod")]);
  expect(several.stderr).toContain("vulcan-ops init … --cluster another");
  // The listing of clusters and services is not needed then, nor the right to it; a refused list of databases is told.
  for (const operation of ["ListClusters", "ListServices", "DescribeDBInstances"])
    rig.sandbox.inject({ operation, when: "before", kind: "access-denied", times: Number.POSITIVE_INFINITY });
  const found = await init("--cluster", "vulcan-prod", "--service", "vulcan-prod", "--target", "prod");
  expect([found.code, found.stdout]).toEqual([
    0,
    expect.stringMatching(/Not found\n +database +not read: .*rds:DescribeDBInstances/),
  ]);
  expect(parseConfig(file(), "x", false).targets.prod).not.toHaveProperty("database");
  const wrong = await init("--cluster", "nope", "--service", "vulcan-prod");
  expect([wrong.code, wrong.stdout]).toEqual([6, ""]);
  const refused = await init("--service", "vulcan-prod");
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining("ecs:ListClusters")]);
});

it("writes the admin URL to one's own file alone, and only over TLS", async () => {
  const named = ["--cluster", "vulcan-prod", "--service", "vulcan-prod", "--target", "prod"];
  const url = "https://vulcan.example.com";
  const shared = await init(...named, "--admin-url", url);
  expect(file()).not.toContain("adminUrl");
  const next =
    shared.stdout
      .split("\n")
      .find((line) => line.includes("init --own"))
      ?.trim() ?? "";
  expect(next).toBe(
    `vulcan-ops init --own --target prod ${named.slice(0, 4).join(" ")} --database vulcan-prod --admin-url ${url}`,
  );
  expect((await init(...next.split(" ").slice(2))).code).toBe(0);
  const own = readFileSync(join(cwd, "home/vulcan-ops/vulcan-ops.yaml"), "utf8");
  expect(parseConfig(own, "x", true).targets.prod).toMatchObject({ adminUrl: url });
  const plain = await init(...named, "--own", "--force", "--admin-url", "http://vulcan.example.com");
  expect([plain.code, plain.stderr]).toEqual([6, expect.stringContaining('"adminUrl" does not fit')]);
});
