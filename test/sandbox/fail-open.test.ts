import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { ask } from "./load.ts";
import { type Clients, clients, NAME, serviceState } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "bad-release", speed: 20 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());

/** Which revisions answer, and how. */
async function served(): Promise<Set<string>> {
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(sandbox.loadBalancer)));
  return new Set(
    answers.map(({ status, body }) => (status === 200 ? `200 ${JSON.parse(body).revision}` : `${status}`)),
  );
}

async function targetStates(): Promise<(string | undefined)[]> {
  const { TargetGroups } = await aws.elb.send(new DescribeTargetGroupsCommand({ Names: [NAME] }));
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  const { TargetHealthDescriptions } = await aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  return TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State) ?? [];
}

test("a healthy target keeps requests from the unhealthy; when the last is gone they go to those all the same", async () => {
  await expect.poll(targetStates, { timeout: 20_000, interval: 20 }).toContain("unhealthy");
  expect(await served()).toEqual(new Set([`200 ${NAME}:42`]));
  const good = serviceState(sandbox).tasks.filter(({ targetState }) => targetState === "healthy");
  for (const { id } of good) await aws.ecs.send(new StopTaskCommand({ cluster: NAME, task: id }));
  await expect.poll(served, { timeout: 20_000, interval: 20 }).toEqual(new Set([`200 ${NAME}:43`]));
  expect(await targetStates()).not.toContain("healthy");
});
