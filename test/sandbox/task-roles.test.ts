import { RunTaskCommand } from "@aws-sdk/client-ecs";
import { CreateRoleCommand, DeleteRoleCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { clients, deploy, describe, NAME, serviceState, until } from "./support.ts";

let sandbox: Sandbox;
let aws: ReturnType<typeof clients>;
let iam: IAMClient;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "bad-but-healthy", speed: 120 });
  aws = clients(sandbox);
  const { env } = sandbox;
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "" };
  iam = new IAMClient({ endpoint: env.AWS_ENDPOINT_URL ?? "", region: "eu-west-1", credentials });
});
afterAll(() => sandbox.stop());

const RoleName = "vulcan-prod-execution";
const of42 = () => serviceState(sandbox).tasks.filter(({ taskDefinition }) => taskDefinition === `${NAME}:42`);

test("without the role of a revision no task of it starts, ECS says why, and tries again", async () => {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
  await expect(iam.send(new GetRoleCommand({ RoleName }))).rejects.toThrow(
    "The role with name vulcan-prod-execution cannot be found.",
  );
  await deploy(aws.ecs, 42);
  const newest = async () => (await describe(aws.ecs)).events?.[0]?.message;
  await expect
    .poll(newest, { timeout: 30_000, interval: 20 })
    .toContain(`failed to launch a task with (error ECS was unable to assume the role '${Role?.Arn}'`);
  expect(of42()).toEqual([]);
  const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-0a10000000000000a"] } };
  const running = new RunTaskCommand({ cluster: NAME, taskDefinition: `${NAME}:42`, networkConfiguration });
  await expect(aws.ecs.send(running)).rejects.toThrow("ECS was unable to assume the role");

  const AssumeRolePolicyDocument = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await until(sandbox, () => of42().filter(({ lastStatus }) => lastStatus === "RUNNING").length === 3);
});
