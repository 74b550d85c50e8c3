import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 60);
});
beforeEach(async () => {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("healthy");
});
afterAll(() => rig.close());

const print = (form: string) =>
  vulcanOps(["doctor", "--print-fix", form, "--state-dir", rig.stateDir], { columns: 400 });
const SERVICE = { cluster: "vulcan-prod", service: "vulcan-prod" };
const breaker = (enable: boolean, more: object = {}) =>
  new ECSClient({}).send(
    new UpdateServiceCommand({
      ...SERVICE,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable, rollback: enable }, ...more },
    }),
  );

describe("doctor --print-fix", () => {
  it("prints only what is missing, and sends nothing", async () => {
    const { code, stdout } = await print("terraform");
    expect([code, mutations(rig.sandbox)]).toEqual([0, []]);
    expect(stdout).toContain("deployment_circuit_breaker {");
    expect(stdout).not.toContain("enable_execute_command");
    expect(stdout).not.toContain("aws_db_instance");
  });

  it("has nothing to print where each documented setting is set", async () => {
    await breaker(true);
    const { code, stdout, stderr } = await print("aws");
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toContain("Nothing to print: the documented settings are set.");
    expect(stderr).toMatch(/vulcan-ops alerts --topic arn:aws:sns:\S+ --print aws/);
  });

  it("one line sets percents and breaker together, so that neither is lost", async () => {
    await breaker(false, { minimumHealthyPercent: 50, maximumPercent: 150 });
    const lines = (await print("aws")).stdout.split("\n").filter((line) => line.startsWith("aws ecs update-service"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(
      '{"minimumHealthyPercent":100,"maximumPercent":200,"deploymentCircuitBreaker":{"enable":true,"rollback":true}}',
    );
  });

  it("says what may not be read, and prints the rest", async () => {
    for (const operation of ["DescribeTargetGroupAttributes", "DescribeDBInstances", "DescribeTaskDefinition"])
      rig.sandbox.inject({ operation, when: "before", kind: "access-denied", times: 100 });
    const { code, stdout, stderr } = await print("aws");
    expect([code, stdout.includes("deploymentCircuitBreaker")]).toEqual([0, true]);
    for (const what of ["drain of", "backups", "health check"]) expect(stderr).toContain(`left out: ${what}`);
  });

  it("never says that all is set where a setting could not be read", async () => {
    await breaker(true);
    rig.sandbox.inject({ operation: "DescribeDBInstances", when: "before", kind: "access-denied", times: 100 });
    const { code, stdout, stderr } = await print("aws");
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toContain("Nothing to print of what is known. Not known: 1 setting, named above.");
  });

  it("ends as every command does where credentials are refused", async () => {
    rig.sandbox.inject({ operation: "GetCallerIdentity", when: "before", kind: "access-denied", times: 100 });
    expect((await print("aws")).code).toBe(4);
  });

  it("keeps to the forms that it has", async () => {
    expect((await print("pulumi")).code).toBe(6);
  });
});
