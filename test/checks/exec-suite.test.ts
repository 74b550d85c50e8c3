import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkExec } from "../../src/actions/ecs/check-exec.ts";
import { createClients } from "../../src/aws/client/clients.ts";
import { createReads } from "../../src/aws/reads.ts";
import { connectionFailure } from "../../src/aws/ssm/endpoint-reach.ts";
import { judgeExecScaling } from "../../src/checks/deployment/autoscaling.ts";
import { judgeAgent, judgeEnabled, judgeRuntime } from "../../src/checks/exec/agent.ts";
import { judgeContainer } from "../../src/checks/exec/container.ts";
import { judgeInit, judgeRoot, judgeVariables } from "../../src/checks/exec/container-setup.ts";
import { judgeDeployments } from "../../src/checks/exec/deployment-in-progress.ts";
import { judgeReach } from "../../src/checks/exec/network-reach.ts";
import { judgePlatform } from "../../src/checks/exec/platform.ts";
import { judgeEncryption, judgeLogging, judgeSessions } from "../../src/checks/exec/session.ts";
import { judgeTasks } from "../../src/checks/exec/task.ts";
import { judgeRole } from "../../src/checks/exec/task-role.ts";
import { BY_TASK, likeliestTask, type RunningContainer } from "../../src/checks/exec-subject.ts";
import type { ContainerChoice } from "../../src/domain/aws/application-container.ts";
import type { Container, Deployment, ScalingTarget, Task, TaskContainer } from "../../src/domain/aws/ecs.ts";
import { type OpsError, usageError } from "../../src/domain/error.ts";
import type { Finding } from "../../src/domain/operation.ts";
import type { ActionServices } from "../../src/domain/services.ts";
import {
  containerOf,
  definitionOf,
  deploymentOf,
  fixedClock,
  type Moment,
  serviceOf,
  TARGET,
  worldOf,
} from "../actions/support.ts";
import { jsonCall } from "../sandbox/http-call.ts";
import { openRig, type Rig, TARGET as SANDBOX } from "../support/sandbox-harness.ts";
import { SOON_MS } from "../support/soon.ts";

const CONTAINER: TaskContainer = { name: "vulcan", agent: "RUNNING", runtimeId: "0123-45" };
const TASK: Task = {
  status: "RUNNING",
  exitCodes: [],
  addresses: [],
  id: "t1",
  taskDefinition: "vulcan-prod:43",
  health: "HEALTHY",
  desired: "RUNNING",
  execEnabled: true,
  platformVersion: "1.4.0",
  platformFamily: "Linux",
  containers: [CONTAINER],
};
const { initProcess: _, ...WITHOUT_INIT } = containerOf(43, { initProcess: true });
const SETUP: Container = { ...WITHOUT_INIT, initProcess: true };
const READONLY: Container = { ...SETUP, readonlyRoot: true };
const DEFINITION = definitionOf(43, { taskRole: "arn:aws:iam::111122223333:role/vulcan-task", containers: [SETUP] });
const setting = (name: string) => ({ name, fingerprint: "" });

const taskOf = (change: Partial<Task>): Task => ({ ...TASK, ...change });
const verdict = ({ level, code }: Finding) => `${level} ${code}`;

/** The verdict, and that whatever stops an operator says what to type instead. */
function expectFinding(found: Finding, expected: string, text: RegExp = /./): void {
  expect(verdict(found)).toBe(expected);
  expect(found.text).toMatch(text);
  if (found.level !== "block") return;
  expect(found.next).not.toHaveLength(0);
  for (const line of found.next ?? []) expect(line).toMatch(/^(aws |vulcan-ops |container: )/);
}

describe("the task", () => {
  it.each<[string, readonly Task[], string, RegExp]>([
    ["healthy", [taskOf({ health: "UNKNOWN" }), TASK], "ok exec-task-healthy", /t1 is RUNNING and HEALTHY, as 1 of 2/],
    ["none", [], "block exec-no-task", /no task of vulcan-prod:43/],
    ["all about to stop", [taskOf({ desired: "STOPPED" })], "block exec-task-leaving", /desired STOPPED/],
    ["unhealthy", [taskOf({ health: "UNHEALTHY" })], "warn exec-unhealthy", /t1 is UNHEALTHY/],
    ["without a health check", [taskOf({ health: "UNKNOWN" })], "warn exec-health-unknown", /UNKNOWN/],
  ])("%s", (_name, tasks, expected, text) => {
    expectFinding(judgeTasks("vulcan-prod:43", tasks, likeliestTask(tasks, "vulcan")), expected, text);
  });

  it("that is judged is the first that lacks least, wherever it stands", () => {
    const good = taskOf({ id: "good" });
    const off = taskOf({ id: "off", execEnabled: false, containers: [{ name: "vulcan" }] });
    const leaving = taskOf({ id: "leaving", desired: "STOPPED" });
    const sick = taskOf({ id: "sick", health: "UNHEALTHY" });
    const pending = taskOf({ id: "pending", containers: [{ name: "vulcan", agent: "PENDING" }] });
    expect(likeliestTask([off, leaving, sick, pending, good, TASK], "vulcan")?.id).toBe("good");
    expect(likeliestTask([leaving, off], "vulcan")?.id).toBe("off");
    expect(likeliestTask([leaving, off, pending, sick], "vulcan")?.id).toBe("sick");
    expect(likeliestTask([], "vulcan")).toBeUndefined();
  });
});

describe("ECS Exec in it", () => {
  const place = (change: Partial<TaskContainer>): RunningContainer => ({
    task: TASK,
    container: { ...CONTAINER, ...change },
  });
  const { runtimeId: _, ...nameless } = CONTAINER;
  const { agent: __, ...agentless } = CONTAINER;

  it("is on, or the task is too old for the service's flag", () => {
    expectFinding(judgeEnabled(TASK, TARGET), "ok exec-enabled");
    const off = judgeEnabled(taskOf({ execEnabled: false }), { ...TARGET, region: "eu-west-1" });
    expectFinding(off, "block exec-disabled", /whatever the service says now/);
    expect(off.next).toEqual([
      BY_TASK,
      "aws ecs update-service --cluster vulcan-prod --service vulcan-prod --enable-execute-command --force-new-deployment --region eu-west-1",
    ]);
  });

  it.each<[string, RunningContainer, string, RegExp]>([
    ["runs", place({}), "ok exec-agent-runs", /container vulcan of task t1 is RUNNING/],
    ["starts", place({ agent: "PENDING" }), "warn exec-agent-pending", /wait/],
    ["stopped", place({ agent: "STOPPED" }), "block exec-agent-down", /is STOPPED$/],
    [
      "stopped, with what ECS says of it",
      place({ agent: "STOPPED", agentReason: "OutOfMemory", agentStartedAt: "2026-04-10T11:00:00.000Z" }),
      "block exec-agent-down",
      /STOPPED: OutOfMemory \(last started at 2026-04-10T11:00:00\.000Z\)/,
    ],
    ["is not there", place({ agent: "absent" }), "block exec-agent-down", /absent/],
    ["is not told of", { task: TASK, container: agentless }, "warn not-checked", /ECS does not say it of task t1/],
  ])("has an agent that %s", (_name, given, expected, text) => {
    expectFinding(judgeAgent(given, TARGET), expected, text);
  });

  it("has a name for sessions, or there can be none", () => {
    expectFinding(judgeRuntime(place({}), TARGET), "ok exec-runtime-known", /0123-45/);
    expectFinding(judgeRuntime({ task: TASK, container: nameless }, TARGET), "block exec-runtime-absent");
  });
});

describe("the container", () => {
  const BOTH = ["proxy", "vulcan"];
  it.each<[string, ContainerChoice, string, RegExp]>([
    ["known", { kind: "certain", name: "vulcan", all: BOTH, how: "" }, "ok exec-container", /vulcan of proxy, vulcan/],
    ["one of several", { kind: "uncertain", all: BOTH, why: "" }, "block exec-which-container", /proxy, vulcan/],
    [
      "misnamed",
      { kind: "absent", named: "volcano", all: BOTH },
      "block exec-container-absent",
      /no container volcano/,
    ],
  ])("is %s", (_name, choice, expected, text) => {
    expectFinding(judgeContainer(choice), expected, text);
  });

  it.each<[string, Finding, string]>([
    ["writable", judgeRoot(SETUP, undefined), "ok exec-root-writable"],
    ["read-only, but the agent runs", judgeRoot(READONLY, CONTAINER), "ok exec-root-writable"],
    [
      "read-only, the agent is down",
      judgeRoot(READONLY, { ...CONTAINER, agent: "STOPPED" }),
      "block exec-root-readonly",
    ],
    [
      "read-only, the agent is not there",
      judgeRoot(READONLY, { ...CONTAINER, agent: "absent" }),
      "block exec-root-readonly",
    ],
    ["read-only, its agent not known", judgeRoot(READONLY, { name: "vulcan" }), "warn exec-root-readonly"],
    ["read-only, in no task", judgeRoot(READONLY, undefined), "warn exec-root-readonly"],
    ["without keys", judgeVariables({ ...SETUP, environment: [setting("AWS_REGION")] }), "ok exec-credentials"],
    ["with an init process", judgeInit(SETUP), "ok exec-init"],
    ["without one", judgeInit(WITHOUT_INIT), "warn exec-no-init"],
    ["with its own processes", judgeSessions(DEFINITION), "ok exec-session-own"],
    ["with shared ones", judgeSessions({ ...DEFINITION, pidMode: "task" }), "warn exec-session-shared"],
  ])("%s", (_name, found, expected) => expectFinding(found, expected));

  it("with keys of its own is named with them, and never their values", () => {
    const secrets = [{ name: "AWS_SECRET_ACCESS_KEY", from: "arn:s" }];
    const found = judgeVariables({ ...SETUP, environment: ["AWS_ACCESS_KEY_ID", "AWS_REGION"].map(setting), secrets });
    expectFinding(found, "warn exec-own-credentials", /sets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY:/);
  });
});

describe("platform and role", () => {
  const { platformVersion: _, platformFamily: __, ...onEc2 } = TASK;
  it.each<[string, Task, string]>([
    ["1.4.0", TASK, "ok exec-platform"],
    ["1.3.0", taskOf({ platformVersion: "1.3.0" }), "block exec-platform-old"],
    ["1.10.0", taskOf({ platformVersion: "1.10.0" }), "ok exec-platform"],
    [
      "1.0.0 of Windows",
      taskOf({ platformVersion: "1.0.0", platformFamily: "Windows Server 2022 Core" }),
      "ok exec-platform",
    ],
    ["EC2", onEc2, "warn not-checked"],
  ])("%s", (_name, task, expected) => expectFinding(judgePlatform(task, TARGET), expected));

  it("the task's own role goes before its definition's; without any there is none to act as", () => {
    expectFinding(judgeRole(TASK, DEFINITION), "ok exec-role", /vulcan-task/);
    expectFinding(judgeRole(taskOf({ taskRole: "arn:aws:iam::1:role/other" }), DEFINITION), "ok exec-role", /other/);
    expectFinding(judgeRole(TASK, {}), "block exec-role-absent");
  });
});

describe("around it", () => {
  const row = (found: Deployment[]) => judgeDeployments({ name: "vulcan-prod", deployments: found });
  const held = { inSuspended: true, outSuspended: true, scheduledSuspended: true };
  const range = (change: Partial<ScalingTarget> = {}) => judgeExecScaling({ least: 2, most: 6, ...held, ...change });
  it.each<[string, Finding, string, RegExp]>([
    ["no key", judgeEncryption({ logging: "NONE" }, "own"), "ok exec-plain", /./],
    ["a KMS key", judgeEncryption({ logging: "NONE", kmsKey: "arn:k" }, "own"), "block exec-encrypted", /--exec-via/],
    [
      "a KMS key, by the plugin",
      judgeEncryption({ logging: "NONE", kmsKey: "k" }, "plugin"),
      "warn exec-encrypted",
      /k/,
    ],
    ["no record", judgeLogging({ logging: "NONE" }), "ok exec-unrecorded", /./],
    ["the default record", judgeLogging({ logging: "DEFAULT" }), "ok exec-recorded", /own log/],
    ["a record elsewhere", judgeLogging({ logging: "OVERRIDE" }), "warn exec-recorded-elsewhere", /script and cat/],
    ["one deployment, done", row([deploymentOf(43)]), "ok exec-no-deployment", /./],
    ["one that failed", row([deploymentOf(43, { rollout: "FAILED" })]), "ok exec-no-deployment", /./],
    [
      "one going on",
      row([deploymentOf(43, { rollout: "IN_PROGRESS", running: 1 })]),
      "block exec-deployment",
      /1 of 2/,
    ],
    ["two", row([deploymentOf(43), deploymentOf(42, { status: "ACTIVE" })]), "block exec-deployment", /:42 ACTIVE/],
    ["no scaling", judgeExecScaling(undefined), "ok scaling-none", /./],
    ["scaling that is held", range(), "ok scaling-suspended", /2 to 6/],
    ["scaling in one way", range({ scheduledSuspended: false }), "warn scaling-active", /will be held/],
    ["a way that is open", judgeReach({ host: "h" }), "ok exec-way-open", /h answers/],
    [
      "a way that is closed",
      judgeReach({ host: "h", failure: "ETIMEDOUT" }),
      "warn exec-way-closed",
      /h:443.*ETIMEDOUT/,
    ],
    ["another endpoint", judgeReach(undefined), "ok exec-way-elsewhere", /not tried/],
  ])("%s", (_name, found, expected, text) => {
    expectFinding(found, expected, text);
    if (expected === "block exec-encrypted") expect(found.next).toEqual([BY_TASK]);
    if (found.code === "exec-deployment") expect(found.next).toEqual(["vulcan-ops status"]);
  });

  it("a connection that comes about is none to tell of; one that does not says why", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    expect(await connectionFailure("127.0.0.1", port)).toBeUndefined();
    await new Promise((resolve) => server.close(resolve));
    expect(await connectionFailure("127.0.0.1", port)).toBe("ECONNREFUSED");
  });
});

async function checked(world: ActionServices, target = TARGET, container?: string) {
  const given = container === undefined ? {} : { container };
  const observed = await checkExec.observe(given, { services: world, target, clock: fixedClock() });
  if (observed.kind !== "observed") return expect.unreachable("nothing is deferred");
  return checkExec.plan(given, observed.value, {});
}

const notOk = ({ findings }: { findings: readonly Finding[] }) => findings.filter(({ level }) => level !== "ok");
const unasked = /ecs:ExecuteCommand|has one for ssmmessages/;

describe("ecs.checkExec", () => {
  const moment: Moment = {
    running: [TASK, taskOf({ id: "old", taskDefinition: "vulcan-prod:42" })],
    definitions: [DEFINITION],
    cluster: async () => ({ logging: "DEFAULT" }),
  };
  const world = (change: Moment = {}, service = serviceOf(43)) => worldOf({ service, ...moment, ...change });

  it("finds nothing to mind but what it cannot ask, and names the container that serves", async () => {
    const plan = await checked(world());
    expect(plan.outputs).toEqual({ container: "vulcan" });
    expect(plan.summary).toMatch(/^container vulcan: 2 warnings, \d+ passed$/);
    for (const found of notOk(plan)) expect(found.text).toMatch(unasked);
    expect(plan.proposal).toBeUndefined();
  });

  it("without a load balancer takes the only container of the definition, whatever AWS adds to the task", async () => {
    const guarded = [taskOf({ containers: [CONTAINER, { name: "aws-guardduty-agent" }] })];
    const alone = serviceOf(43, { balancers: [] });
    expect((await checked(world({ running: guarded }, alone))).outputs).toEqual({ container: "vulcan" });
    const two = { ...DEFINITION, containers: [SETUP, { ...SETUP, name: "proxy" }] };
    const ambiguous = world({ definitions: [two] }, alone);
    const plan = await checked(ambiguous);
    expect(plan.outputs).toEqual({});
    expect(plan.findings[0]?.code).toBe("exec-which-container");
    expect((await checked(ambiguous, TARGET, "vulcan")).outputs).toEqual({ container: "vulcan" });
  });

  it("says what is off once, and what cannot be told for that reason", async () => {
    const plan = await checked(world({ running: [] }));
    expect(plan.findings.filter(({ level }) => level === "block").map(({ code }) => code)).toEqual(["exec-no-task"]);
    expect(plan.findings[1]?.text).toMatch(/^not checked: .*ECS Exec is on.*; .*agent.* \(no task of .* is running\)$/);
  });

  it("what is refused, broken or late is a finding, once for each reason, and soon there", async () => {
    const refused = new Error("AWS refused ecs:DescribeTasks");
    const begun = performance.now();
    const plan = await checked(world({ unreadTasks: refused, cluster: () => new Promise(() => {}) }));
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
    const texts = notOk(plan).map(({ code, text }) => `${code}: ${text}`);
    expect(texts).toHaveLength(4);
    expect(texts.filter((text) => /^not-checked: .*\(AWS refused ecs:DescribeTasks\)/.test(text))).toHaveLength(1);
    expect(texts.filter((text) => /encrypts.*\(no answer within 1\.5 s\)/.test(text))).toHaveLength(1);
    expect(plan.outputs).toEqual({ container: "vulcan" });
  });

  it("only a service that does not exist is an error", async () => {
    const error = usageError("service-absent", "no such service");
    const failure: OpsError = await checked(worldOf({ error })).catch((thrown) => thrown);
    expect(failure.detail.code).toBe("service-absent");
    expect(notOk(await checked(worldOf({ error: new Error("silence") })))[0]?.code).toBe("not-checked");
  });
});

describe("over the wire", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig("migrate-commands");
  });
  afterAll(() => rig.close());

  const around = worldOf();
  const aws = () => createReads(createClients({ region: "eu-west-1" }, 1));

  it.each(["migrate-commands", "healthy"])("%s: nothing is in the way, in few calls that read", async (scenario) => {
    await rig.sandbox.reset(scenario);
    const before = rig.sandbox.requests().length;
    const plan = await checked({ ...around, aws: aws() }, SANDBOX);
    const requests = rig.sandbox.requests().slice(before);
    expect(plan.outputs).toEqual({ container: "vulcan" });
    const known = notOk(plan).filter(({ text }) => !unasked.test(text));
    expect(known.map(verdict)).toEqual(["warn exec-no-init"]);
    expect(requests.length).toBeLessThanOrEqual(8);
    expect(requests.filter(({ mutating }) => mutating)).toEqual([]);
  });

  it("a cluster says how it treats sessions; of one that does not exist nothing is known", async () => {
    await rig.sandbox.reset("healthy");
    const executeCommandConfiguration = { kmsKeyId: "alias/exec", logging: "OVERRIDE" };
    const input = { clusterName: "secret", configuration: { executeCommandConfiguration } };
    await jsonCall(rig.sandbox, "AmazonEC2ContainerServiceV20141113.CreateCluster", input);
    const { ecs } = aws();
    expect(await ecs.cluster("secret")).toEqual({ kmsKey: "alias/exec", logging: "OVERRIDE" });
    expect(await ecs.cluster("vulcan-prod")).toEqual({ logging: "DEFAULT" });
    expect(await ecs.cluster("elsewhere")).toBeUndefined();
  });
});
