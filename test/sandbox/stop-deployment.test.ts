import { DescribeServiceDeploymentsCommand, StopServiceDeploymentCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type Clients, clients, refusal, serviceState } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

/** Slow enough to be asked again while a deployment stops, whatever else the machine does. */
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "bad-release", speed: 1, timings: { stopDeployment: 3000 } });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());

const attempt = () => serviceState(sandbox).serviceDeployments.at(-1);

async function status(): Promise<string | undefined> {
  const serviceDeploymentArns = [attempt()?.arn ?? ""];
  const { serviceDeployments } = await aws.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  return serviceDeployments?.[0]?.status;
}

const stop = (stopType?: string) =>
  aws.ecs.send(
    new StopServiceDeploymentCommand({
      serviceDeploymentArn: attempt()?.arn,
      stopType: stopType as "ABORT" | undefined,
    }),
  );

test("another stop type than ROLLBACK and ABORT is refused, and the deployment goes on", async () => {
  await sandbox.reset("bad-release");
  expect(await refusal(stop("PAUSE"))).toMatchObject({
    name: "InvalidParameterException",
    message: expect.stringMatching(/PAUSE/),
  });
  expect(await status()).toBe("IN_PROGRESS");
});

test.each([
  ["ABORT", "STOP_REQUESTED"],
  ["ROLLBACK", "ROLLBACK_REQUESTED"],
  [undefined, "ROLLBACK_REQUESTED"],
])("after %s, asking again either way does not disturb what was begun", async (stopType, requested) => {
  await sandbox.reset("bad-release");
  const { arn } = attempt() ?? {};
  await stop(stopType);
  expect(await status()).toBe(requested);
  expect((await stop("ROLLBACK")).serviceDeploymentArn).toBe(arn);
  expect((await stop("ABORT")).serviceDeploymentArn).toBe(arn);
  expect(await status()).toBe(requested);
});

test("a deployment that was aborted is STOPPED where it stood, and cannot be stopped again", async () => {
  await sandbox.reset("bad-release");
  await stop("ABORT");
  await expect.poll(status).toBe("STOPPED");
  expect(serviceState(sandbox).deployments[0]?.taskDefinition).toBe("vulcan-prod:43");
  expect((await refusal(stop("ABORT"))).name).toBe("ConflictException");
});
