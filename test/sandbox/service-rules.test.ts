import { CreateServiceCommand, UpdateServiceCommand, type UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type Clients, clients, describe, isCompleted, NAME, refusal, SERVICE, until } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 300 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
// What was only refused has left the world as it was.
beforeEach(async () => {
  if (sandbox.requests().some(({ effective }) => effective)) await sandbox.reset("healthy");
});

const update = async (input: Partial<UpdateServiceCommandInput>) =>
  (await aws.ecs.send(new UpdateServiceCommand({ ...SERVICE, ...input }))).service;

test("an update that names one percent leaves the other, and the circuit breaker, as they were", async () => {
  const before = (await describe(aws.ecs)).deploymentConfiguration;
  const after = await update({ deploymentConfiguration: { minimumHealthyPercent: 50 } });
  expect(after?.deploymentConfiguration).toEqual({ ...before, minimumHealthyPercent: 50 });
  expect(before?.deploymentCircuitBreaker).toBeDefined();
  const refused = { name: "InvalidParameterException", status: 400 };
  await update({ deploymentConfiguration: { maximumPercent: 100 } });
  expect(await refusal(update({ deploymentConfiguration: { minimumHealthyPercent: 100 } }))).toEqual({
    ...refused,
    message: "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
  });
  expect((await describe(aws.ecs)).deploymentConfiguration).toMatchObject({
    minimumHealthyPercent: 50,
    maximumPercent: 100,
  });
});

const breaker = { enable: true, rollback: true };

test.each<[string, object, string, RegExp]>([
  ["a percent below 0", { minimumHealthyPercent: -1 }, "InvalidParameterException", /^minimumHealthyPercent/],
  ["a floor above all", { minimumHealthyPercent: 101 }, "InvalidParameterException", /^minimumHealthyPercent/],
  ["a cap below all", { maximumPercent: 99 }, "InvalidParameterException", /^maximumPercent/],
  ["half a percent", { maximumPercent: 150.5 }, "SerializationException", /Integer/],
  ["an unknown strategy", { strategy: "SURGE" }, "InvalidParameterException", /SURGE/],
  ["half a breaker", { deploymentCircuitBreaker: { enable: true } }, "InvalidParameterException", /rollback/],
  [
    "a breaker that trips at nothing",
    { deploymentCircuitBreaker: { ...breaker, thresholdConfiguration: { type: "COUNT", value: 0 } } },
    "InvalidParameterException",
    /^value/,
  ],
  ["blue and green", { strategy: "BLUE_GREEN", bakeTimeInMinutes: 5 }, "NotImplemented", /BLUE_GREEN/],
  ["linear steps", { strategy: "LINEAR" }, "NotImplemented", /LINEAR/],
  ["a canary", { strategy: "CANARY" }, "NotImplemented", /CANARY/],
  [
    "alarms",
    { alarms: { alarmNames: ["p99"], enable: true, rollback: true } },
    "NotImplemented",
    /deploymentConfiguration.alarms/,
  ],
  [
    "early success",
    { earlySuccessCriteria: { enable: true, healthyPercent: 50 } },
    "NotImplemented",
    /earlySuccessCriteria/,
  ],
  ["hooks", { lifecycleHooks: [{ targetType: "PAUSE" }] }, "NotImplemented", /lifecycleHooks/],
])(
  "deployments with %s are refused, and neither a service nor a deployment is made",
  async (_, configuration, name, message) => {
    const deploymentConfiguration = configuration as UpdateServiceCommandInput["deploymentConfiguration"];
    const before = await describe(aws.ecs);
    const refused = {
      name,
      message: expect.stringMatching(message),
      status: name === "NotImplemented" ? 501 : 400,
    };
    const changed = update({ deploymentConfiguration, forceNewDeployment: true, desiredCount: 5 });
    expect(await refusal(changed)).toMatchObject(refused);
    expect(await describe(aws.ecs)).toEqual(before);
    const created = new CreateServiceCommand({
      cluster: NAME,
      serviceName: "worker",
      taskDefinition: `${NAME}:42`,
      desiredCount: 1,
      networkConfiguration: before.networkConfiguration,
      deploymentConfiguration,
    });
    expect(await refusal(aws.ecs.send(created))).toMatchObject(refused);
    expect(sandbox.state().services).toHaveLength(1);
  },
);

test("a service stays behind its target group: the same one may be named, others are not simulated", async () => {
  const [balancer] = (await describe(aws.ecs)).loadBalancers ?? [];
  const moved = { ...balancer, containerPort: 9090 };
  expect(await refusal(update({ loadBalancers: [moved] }))).toMatchObject({
    name: "NotImplemented",
    message: expect.stringMatching(/loadBalancers/),
    status: 501,
  });
  expect(await refusal(update({ loadBalancers: [] }))).toMatchObject({ name: "NotImplemented" });
  const same = await update({ loadBalancers: [{ ...balancer }] });
  expect(same?.deployments).toHaveLength(1);
  await update({ loadBalancers: [{ ...balancer }], taskDefinition: `${NAME}:43` });
  await until(sandbox, (now) => isCompleted(now) && now.taskDefinition === `${NAME}:43`);
});

test.each<[string, Partial<UpdateServiceCommandInput>, string, RegExp]>([
  ["a negative grace period", { healthCheckGracePeriodSeconds: -1 }, "InvalidParameterException", /not be negative/],
  ["a negative count", { desiredCount: -1 }, "InvalidParameterException", /^desiredCount/],
  ["an unknown platform", { platformVersion: "9.9.9" }, "PlatformUnknownException", /platform/],
  ["another controller", { deploymentController: { type: "EXTERNAL" } }, "NotImplemented", /EXTERNAL/],
])("an update with %s is refused", async (_, input, name, message) => {
  const before = await describe(aws.ecs);
  expect(await refusal(update({ ...input, taskDefinition: `${NAME}:43` }))).toMatchObject({
    name,
    message: expect.stringMatching(message),
  });
  expect(await describe(aws.ecs)).toEqual(before);
});

test("a grace period is only for services behind a load balancer, and LATEST is no change of platform", async () => {
  const { networkConfiguration } = await describe(aws.ecs);
  const worker = {
    cluster: NAME,
    serviceName: "worker",
    taskDefinition: `${NAME}:42`,
    desiredCount: 1,
    networkConfiguration,
  };
  const graceful = new CreateServiceCommand({ ...worker, healthCheckGracePeriodSeconds: 30 });
  expect(await refusal(aws.ecs.send(graceful))).toEqual({
    name: "InvalidParameterException",
    message: "Health check grace period is only valid for services configured to use load balancers",
    status: 400,
  });
  const same = await update({ platformVersion: "LATEST", healthCheckGracePeriodSeconds: 120 });
  expect(same).toMatchObject({ healthCheckGracePeriodSeconds: 120, platformVersion: "1.4.0" });
  expect(same?.deployments).toHaveLength(1);
});
