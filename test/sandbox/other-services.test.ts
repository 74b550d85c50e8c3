import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { sample } from "../support/sample.ts";
import { formCall, jsonCall } from "./http-call.ts";
import { NAME, serviceState, until } from "./support.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "crash-loop", speed: 300 });
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("crash-loop"));

const GROUP = { logGroupName: "/ecs/vulcan-prod" } as const;
const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";
const logs = (operation: string, input: object) =>
  jsonCall(sandbox, `Logs_20140328.${operation}`, { ...GROUP, ...input });
const ssm = (operation: string, input: object) => jsonCall(sandbox, `AmazonSSM.${operation}`, input);
const secret = (operation: string, SecretId: string) => jsonCall(sandbox, `secretsmanager.${operation}`, { SecretId });

test("each task's output is in a stream of its own, oldest line first, in ms", async () => {
  const task = serviceState(sandbox).tasks.find(({ lastStatus }) => lastStatus === "RUNNING");
  const logStreamName = `vulcan/vulcan/${task?.id}`;
  const { value } = await logs("DescribeLogStreams", { logStreamNamePrefix: logStreamName });
  expect(value.logStreams).toMatchObject([{ logStreamName, firstEventTimestamp: expect.any(Number) }]);
  const all = await logs("GetLogEvents", { logStreamName, startFromHead: true });
  expect(all.value.events.map(({ message }: { message: string }) => message)).toEqual(task?.log);
  expect(all.value.events[0].timestamp).toBeLessThan(sandbox.now());
  expect(all.value.events[0].timestamp).toBeGreaterThan(sandbox.now() - 30 * 24 * 3_600_000);
  const first = await logs("GetLogEvents", { logStreamName, startFromHead: true, limit: 2 });
  const second = await logs("GetLogEvents", { logStreamName, nextToken: first.value.nextForwardToken });
  expect([...first.value.events, ...second.value.events]).toEqual(all.value.events);
  const end = await logs("GetLogEvents", { logStreamName, nextToken: second.value.nextForwardToken });
  expect(end.value).toMatchObject({ events: [], nextForwardToken: second.value.nextForwardToken });
});

test("the last words of a task that crashed are found by a filter", async () => {
  await until(sandbox, ({ tasks }) => tasks.some(({ log }) => log.some((line) => line.includes("panic"))));
  const { value } = await logs("FilterLogEvents", { filterPattern: '"panic: config" -INF' });
  expect(value.events[0]).toMatchObject({ message: "ERR panic: config: RELAY_URL is not set" });
  expect((await logs("FilterLogEvents", { filterPattern: "?nothing ?nobody" })).value.events).toEqual([]);
  expect(await logs("FilterLogEvents", { logGroupName: "/other" })).toMatchObject({
    status: 400,
    value: { __type: "ResourceNotFoundException", message: "The specified log group does not exist." },
  });
});

test("what is published to a topic is kept; another topic is refused", async () => {
  const form = { Version: "2010-03-31", Action: "Publish", Subject: "Maintenance", Message: "begins at 14:00" };
  expect((await formCall(sandbox, { ...form, TopicArn: TOPIC })).body).toMatch(/<MessageId>[0-9a-f-]{36}<\/MessageId>/);
  expect(await formCall(sandbox, { ...form, TopicArn: `${TOPIC}-other` })).toMatchObject({ status: 404 });
  expect(sandbox.state().published).toMatchObject([{ topicArn: TOPIC, subject: "Maintenance", message: form.Message }]);
  const listed = await formCall(sandbox, { Version: "2010-03-31", Action: "ListTopics" });
  expect(listed.body).toContain(`<member><TopicArn>${TOPIC}</TopicArn></member>`);
});

test("a secret is found by name, ARN and partial ARN, and opens the rehearsal's database", async () => {
  const { value } = await secret("DescribeSecret", "vulcan/prod/db-url");
  expect(value).toMatchObject({
    Name: "vulcan/prod/db-url",
    ARN: expect.stringMatching(/:secret:vulcan\/prod\/db-url-/),
  });
  expect(value.SecretString).toBeUndefined();
  for (const id of [value.Name, value.ARN, value.ARN.slice(0, -7)]) {
    expect((await secret("GetSecretValue", id)).value.SecretString).toBe(sandbox.databaseUrl);
  }
  expect(await secret("GetSecretValue", "other")).toMatchObject({
    status: 400,
    value: { __type: "ResourceNotFoundException" },
  });
});

test("a parameter that is there already is not overwritten unasked", async () => {
  const put = (Value: string, rest: object = {}) =>
    ssm("PutParameter", { Name: "/vulcan/lock", Value, Type: "String", ...rest });
  expect((await put("first")).value).toMatchObject({ Version: 1 });
  expect(await put("second")).toMatchObject({ status: 400, value: { __type: "ParameterAlreadyExists" } });
  expect((await put("third", { Overwrite: true })).value).toMatchObject({ Version: 2 });
  expect((await ssm("GetParameter", { Name: "/vulcan/lock" })).value.Parameter).toMatchObject({
    Value: "third",
    ARN: "arn:aws:ssm:eu-west-1:111122223333:parameter/vulcan/lock",
  });
  await ssm("DeleteParameter", { Name: "/vulcan/lock" });
  expect((await ssm("DeleteParameter", { Name: "/vulcan/lock" })).value.__type).toBe("ParameterNotFound");
});

function hasAws(): boolean {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Each: the words of a command, and what its answer holds. */
const COMMANDS: readonly (readonly [string, object])[] = [
  [
    "ecr describe-images --repository-name vulcan --image-ids imageTag=1.42.0",
    { imageDetails: [{ imageTags: ["1.42.0"] }] },
  ],
  ["application-autoscaling describe-scalable-targets --service-namespace ecs", { ScalableTargets: [] }],
  ["logs describe-log-streams --log-group-name /ecs/vulcan-prod --max-items 1", { logStreams: [{ storedBytes: 0 }] }],
  ["sns list-topics", { Topics: [{ TopicArn: TOPIC }] }],
  ["secretsmanager describe-secret --secret-id vulcan/prod/db-url", { Name: "vulcan/prod/db-url" }],
  ["ssm put-parameter --name /vulcan/x --value 1 --type String", { Version: 1 }],
  ["cloudwatch describe-alarms --alarm-names vulcan-prod-5xx", { MetricAlarms: [{ AlarmName: `${NAME}-5xx` }] }],
];

test.skipIf(!hasAws()).each(sample(COMMANDS, 3))(
  "the AWS CLI understands the answer: aws %s",
  async (words, answer) => {
    const env = { ...process.env, ...sandbox.env, AWS_PAGER: "", AWS_MAX_ATTEMPTS: "1" };
    const { stdout } = await promisify(execFile)("aws", [...words.split(" "), "--output", "json"], { env });
    expect(JSON.parse(stdout)).toMatchObject(answer);
  },
);

test("the load balancer's service says ValidationError where a parameter is missing", async () => {
  const form = { Version: "2015-12-01", Action: "DescribeTargetHealth" };
  const { status, body } = await formCall(sandbox, form);
  expect(status).toBe(400);
  expect(body).toContain("<Code>ValidationError</Code>");
  expect(body).toContain("Value null at 'targetGroupArn'");
});
