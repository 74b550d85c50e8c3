import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type Clients, clients, NAME, refusal } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());

const container = { name: "vulcan", image: "vulcan:1", essential: true, memory: 512 } as const;

const register = (input: object) => {
  const whole = { family: "probe", containerDefinitions: [container], ...input } as RegisterTaskDefinitionCommandInput;
  return aws.ecs.send(new RegisterTaskDefinitionCommand(whole));
};

const FARGATE = { requiresCompatibilities: ["FARGATE"], networkMode: "awsvpc" };

const withContainer = (more: object) => ({ containerDefinitions: [{ ...container, ...more }] });

const withHealth = (more: object) => withContainer({ healthCheck: { command: ["CMD", "true"], ...more } });

test.each<[string, object, string | RegExp]>([
  ["no family", { family: "" }, "Family can not be blank."],
  ["a space in its family", { family: "a b" }, "Family contains invalid characters."],
  ["no containers", { containerDefinitions: [] }, "Container list cannot be empty."],
  ["no image", { containerDefinitions: [{ name: "a" }] }, "Container.image should not be null or empty."],
  ["no container's name", withContainer({ name: "" }), "Container.name should not be null or empty."],
  ["a space in a container's name", withContainer({ name: "a b" }), "Container.name contains invalid characters."],
  [
    "one name twice",
    { containerDefinitions: [container, container] },
    "Container names must be unique within a Task Definition.",
  ],
  [
    "no essential container",
    withContainer({ essential: false }),
    "Task definition doesn't have any essential container.",
  ],
  [
    "no memory at all",
    withContainer({ memory: undefined }),
    "Invalid setting for container 'vulcan'. At least one of 'memory' or 'memoryReservation' must be specified.",
  ],
  [
    "a port that is none",
    withContainer({ portMappings: [{ containerPort: 70_000 }] }),
    "Invalid 'containerPort' setting for container 'vulcan'.",
  ],
  [
    "a port led elsewhere",
    { networkMode: "awsvpc", ...withContainer({ portMappings: [{ containerPort: 8080, hostPort: 80 }] }) },
    "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
  ],
  ["a size in words", { cpu: "much" }, "Invalid 'cpu' setting for task."],
  [
    "containers larger than the task",
    { cpu: "256", ...withContainer({ cpu: 512 }) },
    "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
  ],
  ["a check without a kind", withHealth({ command: ["true"] }), /CMD-SHELL/],
  ["a check too often", withHealth({ interval: 4 }), /interval must be from 5 to 300/],
  ["a check too short", withHealth({ timeout: 1 }), /timeout must be from 2 to 60/],
  ["too many retries", withHealth({ retries: 11 }), /retries must be from 1 to 10/],
  ["too long a start", withHealth({ startPeriod: 301 }), /startPeriod must be from 0 to 300/],
  ["Fargate on a bridge", { requiresCompatibilities: ["FARGATE"] }, "Fargate only supports network mode ‘awsvpc’."],
  ["Fargate without CPU", FARGATE, "Fargate requires that 'cpu' be defined at the task level."],
  [
    "Fargate without memory",
    { ...FARGATE, cpu: "256" },
    "Fargate requires that 'memory' be defined at the task level.",
  ],
  [
    "an image in ECR and no role to pull it",
    { ...FARGATE, cpu: "256", memory: "512", ...withContainer({ image: "1.dkr.ecr.eu-west-1.amazonaws.com/a:1" }) },
    "Fargate requires task definition to have execution role ARN to support ECR images.",
  ],
  [
    "a log and no role to write it",
    { ...FARGATE, cpu: "256", memory: "512", ...withContainer({ logConfiguration: { logDriver: "awslogs" } }) },
    "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
  ],
])("a revision with %s is refused", async (_, input, message) => {
  const refused = await refusal(register(input));
  expect(refused).toMatchObject({ name: "ClientException", status: 400 });
  if (typeof message === "string") expect(refused.message).toBe(message);
  else expect(refused.message).toMatch(message);
});

test.each([
  ["256", "3072"],
  ["1024", "1024"],
  ["1024", "2560"],
  ["4096", "31744"],
  ["8192", "18432"],
  ["16384", "33792"],
  ["300", "1024"],
  ["32768", "65536"],
])("Fargate has no tasks of %s CPU units and %s MiB", async (cpu, memory) => {
  expect((await refusal(register({ ...FARGATE, cpu, memory }))).message).toBe(
    `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
  );
});

test.each([
  ["256", "512", "256", "512"],
  [".25 vCPU", "2 GB", "256", "2048"],
  ["1 vCPU", "3GB", "1024", "3072"],
  ["8192", "20480", "8192", "20480"],
  ["16384", "122880", "16384", "122880"],
])("Fargate has tasks of %s and %s, and the revision shows them as %s and %s", async (cpu, memory, units, mib) => {
  const { taskDefinition } = await register({ ...FARGATE, cpu, memory });
  expect(taskDefinition).toMatchObject({ cpu: units, memory: mib, compatibilities: ["EC2", "FARGATE"] });
});

test("what a scenario's revision shows can be registered again as it is", async () => {
  const found = await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: `${NAME}:42` }));
  const { taskDefinition } = await register({ ...found.taskDefinition });
  expect(taskDefinition).toMatchObject({
    revision: 44,
    containerDefinitions: found.taskDefinition?.containerDefinitions,
  });
});
