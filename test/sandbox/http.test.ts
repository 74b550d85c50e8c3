import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListServicesByNamespaceCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { ask } from "./load.ts";
import {
  authorization,
  type Clients,
  clients,
  deploy,
  describe,
  NAME,
  refusal,
  SERVICE,
  serviceState,
  until,
} from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "bad-release", speed: 60 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("bad-release"));

const update = (input: object) => refusal(aws.ecs.send(new UpdateServiceCommand({ ...SERVICE, ...input })));

test.each([
  [{ cluster: "nowhere" }, "ClusterNotFoundException", "Cluster not found."],
  [{ service: "nothing" }, "ServiceNotFoundException", "Service not found."],
  [{ taskDefinition: `${NAME}:99` }, "ClientException", "TaskDefinition not found."],
  [{ taskDefinition: `${NAME}:39` }, "ClientException", "TaskDefinition is inactive"],
  [{ desiredCount: -1 }, "InvalidParameterException", "desiredCount must not be negative."],
])("UpdateService with %j is refused with %s", async (input, name, message) => {
  const before = sandbox.state();
  expect(await update(input)).toEqual({ name, message, status: 400 });
  expect(sandbox.state().services[0]?.serviceDeployments).toEqual(before.services[0]?.serviceDeployments);
  expect(sandbox.requests().filter(({ effective }) => effective)).toEqual([]);
});

test("describe calls report what is missing beside what is there", async () => {
  const services = await aws.ecs.send(new DescribeServicesCommand({ cluster: NAME, services: [NAME, "other"] }));
  expect(services.services).toHaveLength(1);
  expect(services.failures).toEqual([
    { arn: `arn:aws:ecs:eu-west-1:111122223333:service/${NAME}/other`, reason: "MISSING" },
  ]);
  const clustersFound = await aws.ecs.send(new DescribeClustersCommand({ clusters: [NAME, "other"] }));
  expect(clustersFound.clusters?.[0]).toMatchObject({ activeServicesCount: 1, runningTasksCount: 6 });
  expect(clustersFound.failures).toEqual([
    { arn: "arn:aws:ecs:eu-west-1:111122223333:cluster/other", reason: "MISSING" },
  ]);
  const tasks = await aws.ecs.send(new DescribeTasksCommand({ cluster: NAME, tasks: ["0".repeat(32)] }));
  expect(tasks.failures?.[0]?.reason).toBe("MISSING");
  expect(
    (await refusal(aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: `${NAME}:7` })))).message,
  ).toBe("Unable to describe task definition.");
});

test("task definitions are found by family, revision and ARN; registering and deregistering changes their lists", async () => {
  const find = async (taskDefinition: string) =>
    (await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }))).taskDefinition;
  const newest = await find(NAME);
  expect(newest?.revision).toBe(43);
  expect((await find(newest?.taskDefinitionArn ?? ""))?.revision).toBe(43);
  expect((await find(`${NAME}:39`))?.status).toBe("INACTIVE");
  const { containerDefinitions, memory } = newest ?? {};
  const made = await aws.ecs.send(new RegisterTaskDefinitionCommand({ family: NAME, containerDefinitions, memory }));
  expect(made.taskDefinition).toMatchObject({ revision: 44, status: "ACTIVE", containerDefinitions });
  await aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: `${NAME}:44` }));
  const list = async (status: "ACTIVE" | "INACTIVE") => {
    const input = { familyPrefix: NAME, status, sort: "DESC" } as const;
    const { taskDefinitionArns } = await aws.ecs.send(new ListTaskDefinitionsCommand(input));
    return taskDefinitionArns?.map((arn) => Number(arn.split(":").at(-1)));
  };
  expect(await list("ACTIVE")).toEqual([43, 42, 41, 40, 38]);
  expect(await list("INACTIVE")).toEqual([44, 39]);
});

test("pages cover every item once, under opaque tokens that other operations refuse", async () => {
  const seen: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await aws.ecs.send(new ListServiceDeploymentsCommand({ ...SERVICE, maxResults: 3, nextToken }));
    expect(answer.serviceDeployments?.length).toBeLessThanOrEqual(3);
    seen.push(...(answer.serviceDeployments ?? []).map(({ serviceDeploymentArn }) => serviceDeploymentArn));
    nextToken = answer.nextToken;
    if (nextToken !== undefined) {
      const elsewhere = aws.ecs.send(new ListTasksCommand({ cluster: NAME, nextToken }));
      expect((await refusal(elsewhere)).name).toBe("InvalidParameterException");
    }
  } while (nextToken !== undefined);
  expect(seen).toHaveLength(7);
  expect(new Set(seen).size).toBe(7);
});

test("service deployments tell the past: filters, digests, and where a rollback went", async () => {
  const all = await aws.ecs.send(new ListServiceDeploymentsCommand(SERVICE));
  const times = (all.serviceDeployments ?? []).map(({ createdAt }) => createdAt?.getTime() ?? 0);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  const after = new Date((times[0] ?? 0) - 1000);
  const recent = await aws.ecs.send(new ListServiceDeploymentsCommand({ ...SERVICE, createdAt: { after } }));
  expect(recent.serviceDeployments).toHaveLength(1);
  const rolled = await aws.ecs.send(new ListServiceDeploymentsCommand({ ...SERVICE, status: ["ROLLBACK_SUCCESSFUL"] }));
  const unknown = aws.ecs.send(new ListServiceDeploymentsCommand({ ...SERVICE, status: ["BOGUS" as "STOPPED"] }));
  expect((await refusal(unknown)).name).toBe("InvalidParameterException");
  const serviceDeploymentArns = (rolled.serviceDeployments ?? []).map((one) => one.serviceDeploymentArn ?? "");
  const { serviceDeployments } = await aws.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  const { rollback, targetServiceRevision } = serviceDeployments?.[0] ?? {};
  const serviceRevisionArns = [targetServiceRevision?.arn ?? "", rollback?.serviceRevisionArn ?? ""];
  const { serviceRevisions } = await aws.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  expect(serviceRevisions?.map(({ taskDefinition }) => taskDefinition?.split(":").at(-1))).toEqual(["40", "39"]);
  expect(serviceRevisions?.[0]?.containerImages?.[0]?.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test("tasks are listed by service, family, status or starter, and the starter excludes the others", async () => {
  const count = async (input: object) =>
    (await aws.ecs.send(new ListTasksCommand({ cluster: NAME, ...input }))).taskArns?.length;
  expect(await count({ serviceName: NAME })).toBe(6);
  expect(await count({ family: NAME, desiredStatus: "STOPPED" })).toBe(9);
  const primary = (await describe(aws.ecs)).deployments?.[0];
  expect(await count({ startedBy: primary?.id })).toBe(3);
  const both = aws.ecs.send(new ListTasksCommand({ cluster: NAME, startedBy: primary?.id, family: NAME }));
  expect((await refusal(both)).name).toBe("InvalidParameterException");
  expect((await aws.ecs.send(new ListServicesCommand({ cluster: NAME }))).serviceArns).toHaveLength(1);
});

test("the query services answer in XML: identity, balancer, target group, database", async () => {
  expect((await aws.sts.send(new GetCallerIdentityCommand({}))).Account).toBe("111122223333");
  const { LoadBalancers } = await aws.elb.send(new DescribeLoadBalancersCommand({ Names: [NAME] }));
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  const { TargetGroups } = await aws.elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  const { Attributes } = await aws.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  expect(Attributes).toContainEqual({ Key: "deregistration_delay.timeout_seconds", Value: "300" });
  const Targets = [{ Id: "10.9.9.9", Port: 8080 }];
  const health = await aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn, Targets }));
  expect(health.TargetHealthDescriptions?.[0]?.TargetHealth?.State).toBe("unused");
  const unknown = await refusal(aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: "arn:x" })));
  expect(unknown.name).toBe("TargetGroupNotFoundException");
  const { DBInstances } = await aws.rds.send(new DescribeDBInstancesCommand({}));
  expect(sandbox.databaseUrl).toContain(`127.0.0.1:${DBInstances?.[0]?.Endpoint?.Port}/`);
  const absent = aws.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "other" }));
  expect(await refusal(absent)).toMatchObject({ name: "DBInstanceNotFoundFault", status: 404 });
});

test("CloudWatch counts what came through the balancer, minute by minute, and leaves empty minutes out", async () => {
  for (let request = 0; request < 7; request++) await ask(sandbox.loadBalancer);
  const { Metrics } = await aws.cloudwatch.send(new ListMetricsCommand({ MetricName: "RequestCount" }));
  const Metric = Metrics?.[0];
  expect(Metric?.Namespace).toBe("AWS/ApplicationELB");
  const window = { StartTime: new Date(sandbox.now() - 600_000), EndTime: new Date(sandbox.now() + 600_000) };
  const values = async (): Promise<number[]> => {
    const MetricDataQueries = [{ Id: "requests", MetricStat: { Metric, Period: 60, Stat: "Sum" } }];
    const { MetricDataResults } = await aws.cloudwatch.send(new GetMetricDataCommand({ MetricDataQueries, ...window }));
    return MetricDataResults?.[0]?.Values ?? [];
  };
  const total = async () => (await values()).reduce((sum, value) => sum + value, 0);
  await expect.poll(total).toBe(7);
  expect((await values()).length).toBeLessThanOrEqual(2);
  const { MetricAlarms } = await aws.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [`${NAME}-healthy-hosts`] }),
  );
  expect(MetricAlarms?.[0]?.StateValue).toBe("OK");
});

test("a compressed body is understood", async () => {
  const Timestamp = new Date(sandbox.now() - 120_000);
  const MetricData = Array.from({ length: 900 }, (_, Value) => ({ MetricName: "Sample", Timestamp, Value }));
  await aws.cloudwatch.send(new PutMetricDataCommand({ Namespace: "Test", MetricData }));
  const Metric = { Namespace: "Test", MetricName: "Sample" };
  const MetricDataQueries = [{ Id: "a", MetricStat: { Metric, Period: 60, Stat: "SampleCount" } }];
  const StartTime = new Date(sandbox.now() - 600_000);
  const { MetricDataResults } = await aws.cloudwatch.send(
    new GetMetricDataCommand({ MetricDataQueries, StartTime, EndTime: new Date(sandbox.now() + 60_000) }),
  );
  expect(MetricDataResults?.[0]?.Values).toEqual([900]);
});

test("an older client's query form reaches CloudWatch too", async () => {
  const response = await fetch(sandbox.endpoint, {
    method: "POST",
    headers: {
      ...authorization(sandbox, "monitoring"),
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    },
    body: "Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=vulcan-prod-5xx",
  });
  expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  expect(await response.text()).toMatch(/<MetricAlarms><member><AlarmName>vulcan-prod-5xx</);
});

test("an operation that is not simulated answers 501 and names itself, in each protocol", async () => {
  const json = await refusal(aws.ecs.send(new ListServicesByNamespaceCommand({ namespace: "local" })));
  expect(json).toMatchObject({ status: 501, message: "The sandbox does not simulate ecs ListServicesByNamespace." });
  const body = "Action=DeleteDBCluster&Version=2014-10-31&DBClusterIdentifier=vulcan-prod";
  const xml = await fetch(sandbox.endpoint, { method: "POST", headers: authorization(sandbox, "rds"), body });
  expect(xml.status).toBe(501);
  expect(await xml.text()).toContain("<Code>NotImplemented</Code>");
  const garbage = await fetch(sandbox.endpoint, {
    method: "POST",
    headers: { ...authorization(sandbox), "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListClusters" },
    body: "{",
  });
  expect(await garbage.json()).toMatchObject({ __type: "SerializationException" });
});

test("another API under the same signing name is not answered with this one's documents", async () => {
  const classic = (service: string, version: string) =>
    fetch(sandbox.endpoint, {
      method: "POST",
      headers: authorization(sandbox, service),
      body: `Action=DescribeLoadBalancers&Version=${version}`,
    });
  const old = await classic("elasticloadbalancing", "2012-06-01");
  expect(old.status).toBe(501);
  expect(await old.text()).toContain("elasticloadbalancing (API version 2012-06-01) DescribeLoadBalancers");
  expect((await classic("elasticloadbalancing", "2015-12-01")).status).toBe(200);
  const compute = await classic("ec2", "2016-11-15");
  expect(await compute.text()).toMatch(/<Response><Errors><Error><Code>NotImplemented<\/Code>.*<RequestID>/);
});

test("who does not show the sandbox's own access key is turned away as AWS turns strangers away, and changes nothing", async () => {
  const strange = { ...sandbox.env, AWS_ACCESS_KEY_ID: "AKIAAAAAAAAAAAAAAAAA" };
  const other = clients({ env: strange });
  const before = sandbox.requests().length;
  expect(await refusal(deploy(other.ecs, 41))).toMatchObject({ name: "UnrecognizedClientException", status: 400 });
  expect(await refusal(other.rds.send(new DescribeDBInstancesCommand({})))).toMatchObject({
    name: "InvalidClientTokenId",
    status: 403,
  });
  const unsigned = await fetch(sandbox.endpoint, {
    method: "POST",
    headers: { "x-amz-target": "AmazonEC2ContainerServiceV20141113.ExecuteCommand" },
    body: "{}",
  });
  expect(await unsigned.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  for (const headers of [{}, { "x-sandbox-key": "AKIAAAAAAAAAAAAAAAAA" }]) {
    expect((await fetch(`${sandbox.endpoint}/_sandbox/status`, { headers })).status).toBe(403);
  }
  expect(sandbox.requests()).toHaveLength(before);
});

test("faults strike the call they name, before or after its effect, and are reported", async () => {
  sandbox.inject({ operation: "UpdateService", nth: 2, when: "after", kind: "reset" });
  sandbox.inject({ operation: "DescribeServices", when: "before", kind: "throttle" });
  sandbox.inject({ operation: "GetCallerIdentity", when: "before", kind: "expired-token" });
  expect(await refusal(describe(aws.ecs))).toMatchObject({ name: "ThrottlingException", status: 400 });
  expect(await refusal(aws.sts.send(new GetCallerIdentityCommand({})))).toMatchObject({ name: "ExpiredToken" });
  await deploy(aws.ecs, 42);
  await refusal(deploy(aws.ecs, 41));
  await until(sandbox, ({ taskDefinition }) => taskDefinition === "vulcan-prod:41");
  const told = sandbox
    .requests()
    .map(({ operation, status, mutating, effective, fault }) => [operation, status, mutating, effective, fault?.kind]);
  expect(told).toEqual([
    ["DescribeServices", 400, false, false, "throttle"],
    ["GetCallerIdentity", 403, false, false, "expired-token"],
    ["UpdateService", 200, true, true, undefined],
    ["UpdateService", 0, true, true, "reset"],
  ]);
  sandbox.inject({ operation: "*", times: Number.POSITIVE_INFINITY, when: "before", kind: "http500-html" });
  expect((await refusal(describe(aws.ecs))).status).toBe(500);
  sandbox.clearFaults();
  expect((await describe(aws.ecs)).serviceName).toBe(NAME);
});

test("a call that is ignored is answered as accepted and changes nothing; one that must name what it made is refused", async () => {
  sandbox.inject({ operation: "*", times: Number.POSITIVE_INFINITY, when: "before", kind: "ignored" });
  const before = serviceState(sandbox);
  const { service } = await deploy(aws.ecs, 41);
  expect(service).toMatchObject({ serviceName: NAME, taskDefinition: expect.stringContaining(before.taskDefinition) });
  expect(serviceState(sandbox).taskDefinition).toBe(before.taskDefinition);
  expect((await describe(aws.ecs)).taskDefinition).toBe(service?.taskDefinition);
  const register = new RegisterTaskDefinitionCommand({
    family: NAME,
    containerDefinitions: [{ name: "a", image: "a" }],
  });
  expect(await refusal(aws.ecs.send(register))).toMatchObject({ name: "NotImplemented", status: 501 });
  const told = sandbox.requests().map(({ operation, status, effective }) => [operation, status, effective]);
  expect(told).toEqual([
    ["UpdateService", 200, false],
    ["DescribeServices", 200, false],
    ["RegisterTaskDefinition", 501, false],
  ]);
});

test("a call that is held up goes on once the faults are cleared, and takes effect", async () => {
  sandbox.inject({ operation: "UpdateService", when: "before", kind: "stall", ms: 50_000 });
  const deploying = deploy(aws.ecs, 41);
  await expect.poll(() => sandbox.state().faults[0]?.struck).toBe(1);
  expect(serviceState(sandbox).taskDefinition).toBe("vulcan-prod:43");
  sandbox.clearFaults();
  await deploying;
  expect(serviceState(sandbox).taskDefinition).toBe("vulcan-prod:41");
});

test("a call that is held up while the world is reset does nothing in the new one", async () => {
  sandbox.inject({ operation: "UpdateService", when: "before", kind: "stall", ms: 50_000 });
  const deploying = refusal(deploy(aws.ecs, 41));
  await expect.poll(() => sandbox.state().faults[0]?.struck).toBe(1);
  await sandbox.reset("healthy");
  expect((await deploying).status).toBe(0);
  expect(serviceState(sandbox).taskDefinition).toBe("vulcan-prod:42");
  expect(sandbox.requests()).toEqual([]);
});

test("all attempts of one call share an invocation id", async () => {
  sandbox.inject({ operation: "DescribeServices", when: "before", kind: "http500-json" });
  await describe(clients(sandbox, 3).ecs);
  const [first, second] = sandbox.requests();
  expect(first?.invocationId).toMatch(/^[0-9a-f-]{36}$/);
  expect(second?.invocationId).toBe(first?.invocationId);
});
