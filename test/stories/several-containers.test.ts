import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { jsonCall } from "../sandbox/http-call.ts";
import { mutations, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";
import { down, ended, runs } from "../support/stories/down.ts";

/** A sidecar stands first, and is essential; a proxy of its own, in an image of the same repository. */

const ECS = "AmazonEC2ContainerServiceV20141113";
type Container = Readonly<Record<string, unknown>>;

let rig: Rig;
let folder: string;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy");
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-worker-"));
});
beforeEach(() => rig.sandbox.reset("bad-but-healthy"));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await rig.close();
});

const call = async (operation: string, input: object) => {
  const { status, value } = await jsonCall(rig.sandbox, `${ECS}.${operation}`, input);
  expect({ operation, status, value }).toMatchObject({ status: 200 });
  return value;
};

/** Registers a copy of :43 with more containers before its own. */
async function register(...sidecars: readonly Container[]): Promise<void> {
  const { taskDefinition } = await call("DescribeTaskDefinition", { taskDefinition: "vulcan-prod:43" });
  const { family, taskRoleArn, executionRoleArn, networkMode, requiresCompatibilities, cpu, memory } = taskDefinition;
  const containerDefinitions = [...sidecars, ...taskDefinition.containerDefinitions];
  const kept = { family, taskRoleArn, executionRoleArn, networkMode, requiresCompatibilities, cpu, memory };
  await call("RegisterTaskDefinition", { ...kept, containerDefinitions });
}

const REPOSITORY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan";
const ENVOY = { name: "envoy", image: `${REPOSITORY}:1.42.0`, essential: true, command: ["envoy", "-c", "x"] };

/** :44 serves, with these sidecars. */
async function deploy(...sidecars: readonly Container[]): Promise<void> {
  await register(...sidecars);
  const place = { cluster: "vulcan-prod", service: "vulcan-prod" };
  await call("UpdateService", { ...place, taskDefinition: "vulcan-prod:44", desiredCount: 1 });
  await settled("vulcan-prod");
}

async function settled(service: string): Promise<void> {
  for (;;) {
    const { services } = await call("DescribeServices", { cluster: "vulcan-prod", services: [service] });
    const [deployment, ...others] = services[0].deployments;
    if (others.length === 0 && deployment.rolloutState === "COMPLETED") return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A service of :44 without a load balancer, as `vulcan-ops` is told of it. */
async function worker(...sidecars: readonly Container[]): Promise<Readonly<Record<string, string>>> {
  await register(...sidecars);
  const { services } = await call("DescribeServices", { cluster: "vulcan-prod", services: ["vulcan-prod"] });
  const { launchType, networkConfiguration } = services[0];
  const settings = { launchType, networkConfiguration, desiredCount: 1, enableExecuteCommand: true };
  await call("CreateService", {
    cluster: "vulcan-prod",
    serviceName: "worker",
    taskDefinition: "vulcan-prod:44",
    ...settings,
  });
  await settled("worker");
  const path = join(folder, "vulcan-ops.yaml");
  writeFileSync(path, 'schemaVersion: "1"\ntargets:\n  vulcan-prod:\n    service: worker\n');
  return { VULCAN_OPS_CONFIG: path };
}

const planned = async (env: Readonly<Record<string, string>>, ...words: readonly string[]) => {
  const shared = ["--revert-to", "42", "--dry-run", "--output", "json", "--state-dir", rig.stateDir];
  const { code, stdout, stderr } = await vulcanOps(["migrate", "down", "2", ...words, ...shared], { env });
  return { code, text: stdout + stderr };
};

describe("a service behind a load balancer, whose tasks have a sidecar", () => {
  it("the Down gets its words in the application's container, and its exit code is believed alone", async () => {
    await deploy(ENVOY);
    const asked = ["2", "--via", "task", "--expect-current", "44"];
    const outcome = ended(await down(rig, asked));
    expect(outcome).toMatchObject({ code: 0, failed: [] });
    expect(runs(rig)).toEqual(["down 2 → 0"]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:41");
  });

  it("a second container that would migrate stops it before anything is sent", async () => {
    await deploy({ ...ENVOY, name: "init", essential: false, command: ["migrate", "up"] });
    const sent = mutations(rig.sandbox);
    const outcome = await down(rig, ["2", "--via", "task", "--expect-current", "44"]);
    expect(outcome.code).toBe(11);
    expect(outcome.stdout + outcome.stderr).toContain("init");
    expect(mutations(rig.sandbox)).toEqual(sent);
  });
});

describe("a service without one", () => {
  it.each(["exec", "task"])("by --via %s: the container is asked for, and --container tells", async (via) => {
    const env = await worker(ENVOY);
    const unsure = await planned(env, "--via", via);
    expect(unsure.code).toBe(11);
    expect(unsure.text).toMatch(/not certain \(envoy, vulcan\)/);
    expect(unsure.text).toContain("--container NAME");
    const wrong = await planned(env, "--via", via, "--container", "app");
    expect(wrong.code).toBe(11);
    expect(wrong.text).toMatch(/no container app, only envoy, vulcan/);
  });

  it("--container says whose command a task of its own overrides", async () => {
    const { text } = await planned(await worker(ENVOY), "--via", "task", "--container", "vulcan");
    const { steps } = JSON.parse(text) as { steps: { id: string; operation: { input: object } }[] };
    expect(steps.find(({ id }) => id === "downTask")?.operation.input).toMatchObject({
      overrides: { containerOverrides: [{ name: "vulcan", command: ["vulcan", "migrate", "down", "2"] }] },
    });
  });
});
