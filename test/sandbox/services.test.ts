import {
  type AwsVpcConfiguration,
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteClusterCommand,
  DeleteServiceCommand,
  type DeleteServiceCommandInput,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type Service,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, type ServiceState, startSandbox } from "../../src/sandbox/index.ts";
import { ask } from "./load.ts";
import { type Clients, clients, deploy, describe, isCompleted, NAME, refusal, SERVICE } from "./support.ts";

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

const awsvpcConfiguration: AwsVpcConfiguration = { subnets: ["subnet-0a10000000000000a"] };

const WORKER: CreateServiceCommandInput = {
  cluster: NAME,
  serviceName: "worker",
  taskDefinition: `${NAME}:42`,
  desiredCount: 2,
  launchType: "FARGATE",
  networkConfiguration: { awsvpcConfiguration },
};

const create = async (input: Partial<CreateServiceCommandInput> = {}): Promise<Service> => {
  const { service } = await aws.ecs.send(new CreateServiceCommand({ ...WORKER, ...input }));
  if (service === undefined) throw new Error("no service");
  return service;
};

const remove = async (input: Partial<DeleteServiceCommandInput> = {}): Promise<Service | undefined> =>
  (await aws.ecs.send(new DeleteServiceCommand({ ...SERVICE, ...input }))).service;

async function described(name: string): Promise<Service | undefined> {
  const { services } = await aws.ecs.send(new DescribeServicesCommand({ cluster: NAME, services: [name] }));
  return services?.[0];
}

async function come(name: string, done: (service: ServiceState) => boolean): Promise<ServiceState> {
  for (const end = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 15))) {
    const found = sandbox.state().services.find((one) => one.name === name);
    if (found !== undefined && done(found)) return found;
    if (Date.now() > end) throw new Error(`did not come about: ${JSON.stringify(found, null, 1)}`);
  }
}

async function targetGroupArn(): Promise<string> {
  const { TargetGroups } = await aws.elb.send(new DescribeTargetGroupsCommand({ Names: [NAME] }));
  return TargetGroups?.[0]?.TargetGroupArn ?? "";
}

test("a created service starts its tasks, rolls them out and is then a service like any other", async () => {
  const made = await create({ tags: [{ key: "team", value: "core" }] });
  expect(made).toMatchObject({
    serviceArn: `arn:aws:ecs:eu-west-1:111122223333:service/${NAME}/worker`,
    status: "ACTIVE",
    desiredCount: 2,
    runningCount: 0,
    launchType: "FARGATE",
    schedulingStrategy: "REPLICA",
    deploymentController: { type: "ECS" },
    deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
    deployments: [{ status: "PRIMARY", rolloutState: "IN_PROGRESS", desiredCount: 2 }],
    tags: [{ key: "team", value: "core" }],
  });
  await come("worker", isCompleted);
  const now = await described("worker");
  expect(now).toMatchObject({ runningCount: 2, pendingCount: 0, deployments: [{ rolloutState: "COMPLETED" }] });
  expect(now?.tags).toBeUndefined();
  expect(now?.events?.[0]?.message).toBe("(service worker) has reached a steady state.");
  const { taskArns } = await aws.ecs.send(new ListTasksCommand({ cluster: NAME, serviceName: "worker" }));
  const { tasks } = await aws.ecs.send(new DescribeTasksCommand({ cluster: NAME, tasks: taskArns }));
  expect(tasks?.map(({ group, lastStatus }) => [group, lastStatus])).toEqual([
    ["service:worker", "RUNNING"],
    ["service:worker", "RUNNING"],
  ]);
  const { currentServiceDeployment = "" } = now ?? {};
  const { serviceDeployments } = await aws.ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [currentServiceDeployment] }),
  );
  expect(serviceDeployments).toMatchObject([{ status: "SUCCESSFUL", sourceServiceRevisions: [] }]);

  await aws.ecs.send(new UpdateServiceCommand({ cluster: NAME, service: "worker", taskDefinition: `${NAME}:43` }));
  const moved = await come("worker", (one) => isCompleted(one) && one.taskDefinition === `${NAME}:43`);
  expect(moved.running).toBe(2);
  expect(sandbox.state().services.find(({ name }) => name === NAME)?.running).toBe(3);
});

test("a service created behind the target group takes traffic once its tasks are healthy", async () => {
  const arn = await targetGroupArn();
  await remove({ force: true });
  await come(NAME, ({ status }) => status === "INACTIVE");
  await create({
    taskDefinition: `${NAME}:43`,
    loadBalancers: [{ targetGroupArn: arn, containerName: "vulcan", containerPort: 8080 }],
    healthCheckGracePeriodSeconds: 90,
  });
  expect((await ask(sandbox.loadBalancer)).status).toBe(503);
  await come("worker", isCompleted);
  const { TargetHealthDescriptions } = await aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
  expect(TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(["healthy", "healthy"]);
  const { status, body } = await ask(sandbox.loadBalancer);
  expect([status, JSON.parse(body).revision]).toEqual([200, `${NAME}:43`]);
});

test("a first deployment that fails has nothing to be rolled back to", async () => {
  await sandbox.reset("crash-loop");
  const deploymentCircuitBreaker = { enable: true, rollback: true };
  await create({ taskDefinition: `${NAME}:43`, deploymentConfiguration: { deploymentCircuitBreaker } });
  const failed = await come("worker", ({ deployments }) => deployments[0]?.rolloutState === "FAILED");
  expect(failed.serviceDeployments.map(({ status }) => status)).toEqual(["STOPPED"]);
});

test("the same request again, under its token, makes no second service; another is refused", async () => {
  const clientToken = "b9c7a4f0-0000-4000-8000-000000000001";
  const first = await create({ clientToken });
  const again = await create({ clientToken });
  expect(again.deployments?.map(({ id }) => id)).toEqual(first.deployments?.map(({ id }) => id));
  const refused = {
    name: "InvalidParameterException",
    message: "Creation of service was not idempotent.",
    status: 400,
  };
  expect(await refusal(create({ clientToken, desiredCount: 3 }))).toEqual(refused);
  expect(await refusal(create())).toEqual(refused);
  expect(await refusal(create({ serviceName: NAME }))).toEqual(refused);
  expect(sandbox.state().services).toHaveLength(2);
});

const balanced = (containerName: string, containerPort: number) => async () => ({
  loadBalancers: [{ targetGroupArn: await targetGroupArn(), containerName, containerPort }],
});

test.each<[string, () => object | Promise<object>, string, RegExp]>([
  ["a cluster that is not there", () => ({ cluster: "nowhere" }), "ClusterNotFoundException", /^Cluster not found.$/],
  ["a name with a space", () => ({ serviceName: "my worker" }), "InvalidParameterException", /name/],
  ["no revision", () => ({ taskDefinition: undefined }), "InvalidParameterException", /^taskDefinition/],
  ["an absent revision", () => ({ taskDefinition: `${NAME}:99` }), "ClientException", /^TaskDefinition not found.$/],
  ["an INACTIVE one", () => ({ taskDefinition: `${NAME}:39` }), "ClientException", /^TaskDefinition is inactive$/],
  [
    "no network",
    () => ({ networkConfiguration: undefined }),
    "InvalidParameterException",
    /^Network Configuration must/,
  ],
  ["no count", () => ({ desiredCount: undefined }), "InvalidParameterException", /^desiredCount/],
  ["a negative count", () => ({ desiredCount: -1 }), "InvalidParameterException", /^desiredCount/],
  ["a daemon", () => ({ schedulingStrategy: "DAEMON" }), "InvalidParameterException", /daemon/],
  ["an absent container", balanced("web", 8080), "InvalidParameterException", /^The container web does not exist/],
  ["an unmapped port", balanced("vulcan", 80), "InvalidParameterException", /did not have a container port 80 defined/],
  [
    "an absent target group",
    () => ({ loadBalancers: [{ targetGroupArn: "arn:x", containerName: "vulcan", containerPort: 8080 }] }),
    "InvalidParameterException",
    /^The target group with targetGroupArn arn:x/,
  ],
  ["CodeDeploy's services", () => ({ deploymentController: { type: "CODE_DEPLOY" } }), "NotImplemented", /sandbox/],
])("a service with %s is refused and nothing is made", async (_, input, name, message) => {
  const refused = await refusal(create(await input()));
  expect(refused).toMatchObject({ name, message: expect.stringMatching(message) });
  expect(sandbox.state().services).toHaveLength(1);
});

test("a service that is scaled above 0 is deleted only by force, and drains before it is INACTIVE", async () => {
  expect(await refusal(remove())).toEqual({
    name: "InvalidParameterException",
    message: "The service cannot be stopped while it is scaled above 0.",
    status: 400,
  });
  const deleted = await remove({ force: true });
  expect(deleted).toMatchObject({ status: "DRAINING", desiredCount: 0, runningCount: 3 });
  expect(await refusal(deploy(aws.ecs, 43))).toMatchObject({ name: "ServiceNotActiveException" });
  expect(await refusal(create({ serviceName: NAME }))).toMatchObject({
    message: "Unable to Start a service that is still Draining.",
  });
  expect((await aws.ecs.send(new ListServicesCommand({ cluster: NAME }))).serviceArns).toEqual([]);
  await come(NAME, ({ tasks }) => tasks.some(({ targetState }) => targetState === "draining"));
  expect((await describe(aws.ecs)).status).toBe("DRAINING");
  await come(NAME, ({ status }) => status === "INACTIVE");
  expect(await describe(aws.ecs)).toMatchObject({ status: "INACTIVE", runningCount: 0, deployments: [] });
  expect((await remove())?.status).toBe("INACTIVE");
  expect(await refusal(remove({ service: "nothing" }))).toMatchObject({ name: "ServiceNotFoundException" });

  const { deployments } = await create({ serviceName: NAME, taskDefinition: `${NAME}:43` });
  expect(deployments).toHaveLength(1);
  await come(NAME, isCompleted);
  expect(await describe(aws.ecs)).toMatchObject({ status: "ACTIVE", runningCount: 2 });
});

test("a service that was scaled to 0 needs no force, and neither scaling nor a rollout brings it back", async () => {
  await deploy(aws.ecs, 43);
  await aws.ecs.send(new UpdateServiceCommand({ ...SERVICE, desiredCount: 0 }));
  expect((await remove())?.status).toBe("DRAINING");
  const gone = await come(NAME, ({ status }) => status === "INACTIVE");
  expect(gone).toMatchObject({ desired: 0, running: 0, pending: 0 });
  expect(gone.tasks.every(({ desiredStatus }) => desiredStatus === "STOPPED")).toBe(true);
  await come(NAME, ({ serviceDeployments }) => serviceDeployments.at(-1)?.status === "STOPPED");
});

test("lists of services come in pages and can be filtered", async () => {
  for (const serviceName of ["a", "b", "c"]) await create({ serviceName, desiredCount: 0 });
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await aws.ecs.send(new ListServicesCommand({ cluster: NAME, maxResults: 3, nextToken }));
    names.push(...(answer.serviceArns ?? []).map((arn) => arn.split("/").at(-1) ?? ""));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  expect(names).toEqual([NAME, "a", "b", "c"]);
  const list = async (input: object) =>
    (await aws.ecs.send(new ListServicesCommand({ cluster: NAME, ...input }))).serviceArns?.length;
  expect(await list({ launchType: "EC2" })).toBe(0);
  expect(await list({ launchType: "FARGATE", schedulingStrategy: "REPLICA" })).toBe(4);
  expect(await refusal(list({ maxResults: 101 }))).toMatchObject({ name: "InvalidParameterException" });
});

test("a cluster is made once, holds services and tasks of its own, and goes when it is empty", async () => {
  const made = await aws.ecs.send(
    new CreateClusterCommand({ clusterName: "canary", tags: [{ key: "team", value: "core" }] }),
  );
  expect(made.cluster).toMatchObject({ clusterName: "canary", status: "ACTIVE", activeServicesCount: 0 });
  const again = await aws.ecs.send(new CreateClusterCommand({ clusterName: "canary" }));
  expect(again.cluster).toEqual(made.cluster);
  const { clusterArns } = await aws.ecs.send(new ListClustersCommand({}));
  expect(clusterArns?.map((arn) => arn.split("/").at(-1))).toEqual([NAME, "canary"]);
  const cluster = { cluster: "canary" } as const;
  const drop = () => aws.ecs.send(new DeleteClusterCommand(cluster));

  await create({ ...cluster, desiredCount: 1 });
  expect(await refusal(drop())).toMatchObject({ name: "ClusterContainsServicesException" });
  await come("worker", isCompleted);
  const { clusters } = await aws.ecs.send(
    new DescribeClustersCommand({ clusters: ["canary"], include: ["TAGS", "STATISTICS", "SETTINGS"] }),
  );
  expect(clusters?.[0]).toMatchObject({
    runningTasksCount: 1,
    activeServicesCount: 1,
    tags: [{ key: "team", value: "core" }],
    settings: [{ name: "containerInsights", value: "disabled" }],
  });
  expect(clusters?.[0]?.statistics).toContainEqual({ name: "runningFargateTasksCount", value: "1" });
  await remove({ ...cluster, service: "worker", force: true });
  await come("worker", ({ status }) => status === "INACTIVE");

  const run = { ...cluster, taskDefinition: `${NAME}:42`, networkConfiguration: { awsvpcConfiguration } };
  const { tasks } = await aws.ecs.send(new RunTaskCommand(run));
  expect(await refusal(drop())).toMatchObject({ name: "ClusterContainsTasksException" });
  await aws.ecs.send(new StopTaskCommand({ ...cluster, task: tasks?.[0]?.taskArn, reason: "rehearsal" }));
  await expect.poll(async () => (await drop().catch(() => undefined))?.cluster?.status).toBe("INACTIVE");
  expect((await aws.ecs.send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
  expect(await refusal(create(cluster))).toMatchObject({ name: "ClusterNotFoundException" });
  const last = await aws.ecs.send(new DescribeClustersCommand({ clusters: ["canary"] }));
  expect(last.clusters?.[0]).toMatchObject({ status: "INACTIVE", tags: [], settings: [] });
});

const container = { name: "vulcan", image: "vulcan:1", essential: true, memory: 512 } as const;

test("task definitions are listed by status, family and order; families by prefix", async () => {
  const register = async (family: string) =>
    (await aws.ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions: [container] })))
      .taskDefinition?.taskDefinitionArn;
  for (const family of ["vulcan-worker", "vulcan-worker", "audit"]) await register(family);
  const list = async (input: object) =>
    (await aws.ecs.send(new ListTaskDefinitionsCommand(input))).taskDefinitionArns?.map((arn) =>
      arn.replace(/.*\//, ""),
    );
  expect(await list({ maxResults: 2 })).toEqual(["audit:1", `${NAME}:38`]);
  expect((await list({ sort: "DESC" }))?.slice(0, 3)).toEqual(["vulcan-worker:2", "vulcan-worker:1", `${NAME}:43`]);
  expect(await list({ familyPrefix: "vulcan" })).toEqual([]);
  expect(await list({ familyPrefix: "vulcan-worker" })).toEqual(["vulcan-worker:1", "vulcan-worker:2"]);

  const families = async (input: object) => (await aws.ecs.send(new ListTaskDefinitionFamiliesCommand(input))).families;
  expect(await families({})).toEqual(["audit", NAME, "vulcan-worker"]);
  expect(await families({ familyPrefix: "vulcan" })).toEqual([NAME, "vulcan-worker"]);
  const deregister = (taskDefinition: string) => aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  expect(await refusal(deregister("audit"))).toMatchObject({ name: "ClientException" });
  expect((await deregister("audit:1")).taskDefinition).toMatchObject({
    status: "INACTIVE",
    deregisteredAt: expect.any(Date),
  });
  expect(await families({ status: "ACTIVE" })).toEqual([NAME, "vulcan-worker"]);
  expect(await families({ status: "INACTIVE" })).toEqual(["audit"]);
  expect(await list({ status: "INACTIVE" })).toEqual(["audit:1", `${NAME}:39`]);
});

test("tags are put on services, clusters, revisions and tasks, and come back where they are asked for", async () => {
  const { serviceArn = "", clusterArn = "", taskDefinition = "" } = await describe(aws.ecs);
  const { taskArns } = await aws.ecs.send(new ListTasksCommand({ cluster: NAME }));
  const task = taskArns?.[0] ?? "";
  const tag = (resourceArn: string, value: string) =>
    aws.ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: "incident", value }] }));
  for (const resourceArn of [serviceArn, clusterArn, taskDefinition, task]) {
    await tag(resourceArn, "1");
    await tag(resourceArn, "2");
    const { tags } = await aws.ecs.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toContainEqual({ key: "incident", value: "2" });
  }
  const include = ["TAGS" as const];
  const { services } = await aws.ecs.send(new DescribeServicesCommand({ cluster: NAME, services: [NAME], include }));
  expect(services?.[0]?.tags).toEqual([{ key: "incident", value: "2" }]);
  const { tags } = await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include }));
  expect(tags?.map(({ key }) => key)).toEqual(["release", "incident"]);
  expect((await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).tags).toBeUndefined();
  const { tasks } = await aws.ecs.send(new DescribeTasksCommand({ cluster: NAME, tasks: [task], include }));
  expect(tasks?.[0]?.tags).toEqual([{ key: "incident", value: "2" }]);
  await aws.ecs.send(new UntagResourceCommand({ resourceArn: serviceArn, tagKeys: ["incident"] }));
  const left = await aws.ecs.send(new ListTagsForResourceCommand({ resourceArn: serviceArn }));
  expect(left.tags).toEqual([]);
  expect(await refusal(tag(`${serviceArn}-other`, "3"))).toMatchObject({ name: "InvalidParameterException" });
});
