import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, type ServiceState, startSandbox } from "../../src/sandbox/index.ts";
import {
  type Clients,
  clients,
  deploy,
  describe,
  isQuiet,
  NAME,
  refusal,
  SERVICE,
  serviceState,
  until,
} from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "breaker-rolls-back", speed: 400 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());

const newest = (service: ServiceState) => service.serviceDeployments.at(-1);

async function newestAttempt() {
  const serviceDeploymentArns = [newest(serviceState(sandbox))?.arn ?? ""];
  const { serviceDeployments } = await aws.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  return serviceDeployments?.[0];
}

test("the breaker puts the old revision back under its old deployment id", async () => {
  await sandbox.reset("breaker-rolls-back");
  const before = (await describe(aws.ecs)).deployments?.[0]?.id;
  await deploy(aws.ecs, 43);
  const tripped = await until(sandbox, (now) => /rolling back/.test(now.deployments[0]?.rolloutStateReason ?? ""));
  expect(
    tripped.deployments.map(({ taskDefinition, status, rolloutState }) => [taskDefinition, status, rolloutState]),
  ).toEqual([
    ["vulcan-prod:42", "PRIMARY", "IN_PROGRESS"],
    ["vulcan-prod:43", "ACTIVE", "IN_PROGRESS"],
  ]);
  expect(tripped.deployments[0]?.id).toBe(before);
  const done = await until(sandbox, (now) => newest(now)?.status === "ROLLBACK_SUCCESSFUL" && isQuiet(now));
  expect(done).toMatchObject({ taskDefinition: "vulcan-prod:42", running: 3 });
  await until(sandbox, (now) => now.deployments[1]?.rolloutState === "FAILED");
  await until(sandbox, (now) => now.deployments.length === 1);
  const attempt = await newestAttempt();
  expect(attempt?.deploymentCircuitBreaker).toEqual({ status: "TRIGGERED", failureCount: 3, threshold: 3 });
  const serviceRevisionArns = [attempt?.rollback?.serviceRevisionArn ?? ""];
  const { serviceRevisions } = await aws.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  expect(serviceRevisions?.[0]?.taskDefinition).toMatch(/:42$/);
});

test("a revert whose target fails ends with the bad revision back", async () => {
  await sandbox.reset("revert-fails");
  await deploy(aws.ecs, 42);
  const done = await until(sandbox, (now) => newest(now)?.status === "ROLLBACK_SUCCESSFUL");
  expect(done.taskDefinition).toBe("vulcan-prod:43");
});

test("without rollback a tripped deployment stays FAILED and launches nothing more", async () => {
  await sandbox.reset("breaker-rolls-back");
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
  await aws.ecs.send(new UpdateServiceCommand({ ...SERVICE, deploymentConfiguration }));
  await deploy(aws.ecs, 43);
  const failed = await until(sandbox, (now) => now.deployments[0]?.rolloutState === "FAILED" && isQuiet(now));
  expect(failed.deployments[0]?.taskDefinition).toBe("vulcan-prod:43");
  expect(failed.tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").map((one) => one.taskDefinition)).toEqual(
    Array.from({ length: 3 }, () => "vulcan-prod:42"),
  );
});

test("StopServiceDeployment rolls back without a breaker, twice does no harm, and a finished one is refused", async () => {
  await sandbox.reset("bad-release");
  const serviceDeploymentArn = newest(serviceState(sandbox))?.arn;
  await aws.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" }));
  await aws.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" }));
  const done = await until(sandbox, (now) => newest(now)?.status === "ROLLBACK_SUCCESSFUL" && isQuiet(now));
  expect(done.taskDefinition).toBe("vulcan-prod:42");
  const again = aws.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
  expect((await refusal(again)).name).toBe("ConflictException");
  const unknown = aws.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: `${serviceDeploymentArn}x` }));
  expect((await refusal(unknown)).name).toBe("ServiceDeploymentNotFoundException");
});

test("an image that is not in the registry never reaches RUNNING, and the relaunch slows down", async () => {
  await sandbox.reset("healthy");
  const container = { name: "vulcan", image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:gone", memory: 512 };
  await aws.ecs.send(new RegisterTaskDefinitionCommand({ family: NAME, containerDefinitions: [container] }));
  await deploy(aws.ecs, 44);
  const failing = await until(sandbox, (now) => (now.deployments[0]?.failedTasks ?? 0) >= 3);
  const failed = failing.tasks.find(
    ({ taskDefinition, lastStatus }) => taskDefinition === "vulcan-prod:44" && lastStatus !== "PENDING",
  );
  expect(failed?.stoppedReason).toMatch(/^CannotPullContainerError: .*vulcan:gone: not found$/);
  expect((await describe(aws.ecs)).events?.some(({ message }) => /unable to place a task/.test(message ?? ""))).toBe(
    true,
  );
});

const instants = (service: Service, message: RegExp): number[] =>
  (service.events ?? [])
    .filter((event) => message.test(event.message ?? ""))
    .map(({ createdAt }) => Number(createdAt) / 1000)
    .reverse();

test("without a breaker a missing image stalls the deployment: ever longer pauses, said in the events, and no end", async () => {
  await sandbox.reset("image-missing");
  await until(sandbox, (now) => (now.deployments[0]?.failedTasks ?? 0) >= 18);
  const service = await describe(aws.ecs);
  expect(service.deployments?.[0]).toMatchObject({ rolloutState: "IN_PROGRESS", runningCount: 0 });
  expect(service.deployments?.[1]).toMatchObject({ status: "ACTIVE", runningCount: 3 });
  const said = instants(service, /^\(service vulcan-prod\) is unable to consistently start tasks successfully\.$/);
  const pauses = said.slice(1).map((at, index) => at - (said[index] ?? 0));
  expect(pauses.length).toBeGreaterThanOrEqual(2);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(pauses.at(-1)).toBeGreaterThan(900);
  expect(newest(serviceState(sandbox))?.status).toBe("IN_PROGRESS");
});

test("with a breaker the same missing image trips it, and the old revision is put back", async () => {
  await sandbox.reset("image-missing");
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
  await aws.ecs.send(new UpdateServiceCommand({ ...SERVICE, deploymentConfiguration }));
  await deploy(aws.ecs, 43);
  const done = await until(sandbox, (now) => newest(now)?.status === "ROLLBACK_SUCCESSFUL");
  expect(done).toMatchObject({ taskDefinition: "vulcan-prod:42", running: 3 });
});
