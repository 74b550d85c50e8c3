import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClients, READ_ATTEMPTS, WRITE_ATTEMPTS } from "../../src/aws/client/clients.ts";
import { createGateway } from "../../src/aws/gateway.ts";
import { createReads } from "../../src/aws/reads.ts";
import { readOnce } from "../../src/domain/aws/read-once.ts";
import type { OpsError } from "../../src/domain/error.ts";

/** The real SDK against a server that misbehaves: the errors are those that it really throws. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let answer: Answer;
let received: string[];
const server = createServer((request, response) => {
  received.push(
    String(request.headers["x-amz-target"] ?? request.url)
      .split(".")
      .at(-1) ?? "",
  );
  request.resume();
  request.on("end", () => answer(request, response));
});

beforeEach(async () => {
  received = [];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  for (const [name, value] of Object.entries({
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_PROFILE: undefined,
  }))
    vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const reply =
  (status: number, body: string, type = "application/x-amz-json-1.1"): Answer =>
  (_request, response) => {
    response.writeHead(status, { "content-type": type, "x-amzn-requestid": "r1" });
    response.end(body);
  };
const failing = (name: string, status = 400) =>
  reply(status, JSON.stringify({ __type: name, message: "No.\u001b[2J" }));
const HTML = "<html><body>Bad gateway<br></body></html>";
const reset: Answer = (request) => request.socket.destroy();

const update = { service: "ecs", name: "UpdateService", input: { cluster: "c", service: "s", taskDefinition: "t:42" } };
const settings = { region: "eu-west-1" };
const gateway = () => createGateway(createClients(settings, WRITE_ATTEMPTS), { now: () => 0 });
const reads = (attempts = 1) => createReads(createClients(settings, attempts));

async function errorOf(asking: Promise<unknown>): Promise<OpsError> {
  return asking.then(
    () => {
      throw new Error("it should have failed");
    },
    (error: OpsError) => error,
  );
}

const KEYS = async () => ({ accessKeyId: "test", secretAccessKey: "test" });
const SOURCE = {
  text: "profile prod (SSO)",
  profile: "prod",
  renew: ["aws sso login --profile prod"],
  isRenewable: true,
};
const CORP = { sign: KEYS, source: () => SOURCE, life: async () => ({ source: SOURCE }) };

/** What every answer says of a service. */
const SERVICE = {
  serviceArn: "arn:aws:ecs:eu-west-1:111122223333:service/c/s",
  serviceName: "s",
  status: "ACTIVE",
  taskDefinition: "arn:aws:ecs:eu-west-1:111122223333:task-definition/t:42",
  desiredCount: 3,
  loadBalancers: [],
  deployments: [],
};

describe("a request that changes something", () => {
  it.each<[string, Answer, string, "none" | "unknown"]>([
    ["is throttled", failing("ThrottlingException"), "aws-throttled", "none"],
    ["is refused", failing("AccessDeniedException"), "aws-refused", "none"],
    ["meets a server's fault", failing("ServerException", 500), "aws-broken", "unknown"],
    ["is answered by a proxy's page", reply(502, HTML, "text/html"), "aws-broken", "unknown"],
    ["is answered by a portal's page", reply(200, HTML, "text/html"), "aws-broken", "unknown"],
    ["is cut off", reset, "aws-silent", "unknown"],
    ["is answered with a hostile name", failing("constructor"), "aws-rejected", "none"],
  ])("%s: it is sent once, and whether it may have happened is known", async (_name, behaviour, code, effect) => {
    answer = behaviour;
    const error = await errorOf(gateway().send(update, "x0001-0"));
    expect(error.detail).toMatchObject({ code, effect });
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(received).toEqual(["UpdateService"]);
  });

  it("brings back what identifies its effect, cleaned, and nothing else", async () => {
    const deployments = [
      { id: "ecs-svc/2\u001b", status: "PRIMARY" },
      { id: "ecs-svc/1", status: "ACTIVE" },
    ];
    answer = reply(
      200,
      JSON.stringify({ service: { taskDefinition: "t:42", deployments, events: [{ message: "x" }] } }),
    );
    expect(await gateway().send(update, "x0001-0")).toEqual({
      requestId: "r1",
      answer: { deployment: "ecs-svc/2\\u{1b}", taskDefinition: "t:42" },
    });
  });

  it("that this version does not know is not sent at all", async () => {
    const error = await errorOf(gateway().send({ ...update, name: "DeleteService" }, "x0001-0"));
    expect(error.detail).toMatchObject({ code: "operation-unknown", effect: "none" });
    expect(received).toEqual([]);
  });
});

describe("a request that only reads", () => {
  it("is asked again where the server had a bad moment", async () => {
    answer = (request, response) =>
      received.length < READ_ATTEMPTS
        ? failing("ServerException", 500)(request, response)
        : reply(200, '{"taskDefinitionArns":["a/v:2"]}')(request, response);
    expect(await reads(READ_ATTEMPTS).ecs.revisions("v")).toEqual(["v:2"]);
    expect(received).toHaveLength(READ_ATTEMPTS);
  });

  it.each(["service", "caller", "alarms", "database"] as const)(
    "of %s says what came instead of an answer, in one line",
    async (what) => {
      answer = reply(500, HTML, "text/html");
      const { ecs, caller, alarms, database } = reads();
      const asking = { service: () => ecs.service("c", "s"), caller, alarms, database: () => database("d") }[what];
      const error = await errorOf(asking());
      expect(error.message).toMatch(/^AWS failed to answer \w+:\w+: HTTP 500 with a body that is not an AWS answer$/);
      expect(error.detail).toMatchObject({ exitCode: 1, effect: "none" });
    },
  );

  it("finds nobody listening: unreachable, at once", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    expect((await errorOf(reads().caller())).detail).toMatchObject({ code: "aws-unreachable", exitCode: 1 });
  });

  it("is not asked at all by a client of a production target, since this server is not AWS", async () => {
    const real = createReads(createClients({ ...settings, requiresAwsEndpoint: true }, 1));
    const { code, exitCode } = (await errorOf(real.caller())).detail;
    expect([code, exitCode, received]).toEqual(["production-redirected", 11, []]);
  });

  it("says what to type with the profile that was given, and without one where none was", async () => {
    answer = failing("ExpiredTokenException");
    const profiled = createReads(createClients({ ...settings, profile: "prod", credentials: CORP }, 1));
    expect((await errorOf(profiled.alarms())).detail.next).toEqual([
      "aws sso login --profile prod",
      "aws --profile prod sts get-caller-identity",
    ]);
    expect((await errorOf(reads().alarms())).detail.next?.[0]).toBe("aws sso login");
  });

  it.each<[string, object]>([
    ["is absent", {}],
    ["is null", { runningCount: null, enableExecuteCommand: null, deploymentConfiguration: null }],
    ["has another type", { runningCount: "3", enableExecuteCommand: "yes", deploymentConfiguration: [] }],
  ])("leaves what ECS does not say unknown, where it %s", async (_name, odd) => {
    answer = reply(200, JSON.stringify({ services: [{ ...SERVICE, ...odd }] }));
    const service = await reads().ecs.service("c", "s");
    for (const name of [
      "running",
      "breaker",
      "minimumHealthyPercent",
      "maximumPercent",
      "deploymentAlarms",
      "execEnabled",
    ])
      expect(service).not.toHaveProperty(name);
    expect(service.strategy).toBe("ROLLING");
  });

  it.each<[string, () => Promise<unknown>, string, string]>([
    ["its list of services", () => reads().ecs.service("c", "s"), "{}", "ecs:DescribeServices has no services"],
    [
      "the status of a deployment, for which there is a number",
      () => reads().ecs.history("c", "s"),
      '{"serviceDeployments":[{"serviceDeploymentArn":"a","status":5,"createdAt":1}]}',
      "ecs:ListServiceDeployments has no status of a service deployment",
    ],
    [
      "a time that is one",
      () => reads().ecs.history("c", "s"),
      '{"serviceDeployments":[{"serviceDeploymentArn":"a","status":"SUCCESSFUL","createdAt":"a minute ago"}]}',
      "ecs:ListServiceDeployments has no createdAt of a service deployment",
    ],
    [
      "the variables of a container, which a copy would lack",
      () => reads().ecs.taskDefinition("t:42"),
      '{"taskDefinition":{"family":"t","revision":42,"containerDefinitions":[{"name":"c","image":"i","secrets":{}}]}}',
      "ecs:DescribeTaskDefinition has no secrets of its type",
    ],
  ])("says of an answer that it lacks %s", async (_name, asking, body, text) => {
    answer = reply(200, body);
    const { code, message, effect } = (await errorOf(asking())).detail;
    expect([code, message, effect]).toEqual(["aws-incomplete", `AWS's answer to ${text}`, "none"]);
  });

  it("has what the server says cleaned before anybody sees it", async () => {
    const events = [{ createdAt: 1, message: "\u001b]0;x\u0007\u202eoops" }];
    answer = reply(200, JSON.stringify({ services: [{ ...SERVICE, events }] }));
    expect((await reads().ecs.service("c", "s")).events[0]?.text).toBe("\\u{1b}]0;x\\u{7}\\u{202e}oops");
  });

  it.each([
    ["is not there", '{"services":[],"failures":[{"reason":"MISSING"}]}'],
    ["was deleted", '{"services":[{"serviceName":"s","status":"INACTIVE"}]}'],
  ])("of a service that %s is exit 6", async (_name, body) => {
    answer = reply(200, body);
    expect((await errorOf(reads().ecs.service("c", "s"))).detail).toMatchObject({
      code: "service-absent",
      exitCode: 6,
    });
  });

  it("of a revision that is not there is no error, of one that may not be read is", async () => {
    answer = failing("ClientException");
    expect(await reads().ecs.taskDefinition("v:99")).toBeUndefined();
    answer = failing("AccessDeniedException");
    expect((await errorOf(reads().ecs.taskDefinition("v:99"))).exitCode).toBe(4);
  });

  it("is made once for a whole plan, by whoever asks", async () => {
    answer = reply(200, '{"taskDefinitionArns":["a/v:2"]}');
    const { ecs } = readOnce(reads());
    await Promise.all([ecs.revisions("v"), ecs.revisions("v"), ecs.revisions("w")]);
    await ecs.revisions("v");
    expect(received).toEqual(["ListTaskDefinitions", "ListTaskDefinitions"]);
  });

  it("of a long history reads every page, and names each deployment's revision", async () => {
    const briefs = (from: number) =>
      Array.from({ length: 100 }, (_, index) => ({
        serviceDeploymentArn: `d${from + index}`,
        status: "SUCCESSFUL",
        targetServiceRevisionArn: `r${(from + index) % 3}`,
        createdAt: 1_700_000_000 + from + index,
      }));
    answer = (request, response) => {
      const isFirst = received.filter((name) => name === "ListServiceDeployments").length === 1;
      const body =
        received.at(-1) === "ListServiceDeployments"
          ? { serviceDeployments: briefs(isFirst ? 0 : 100), ...(isFirst && { nextToken: "n" }) }
          : {
              serviceRevisions: [0, 1, 2].map((number) => ({
                serviceRevisionArn: `r${number}`,
                taskDefinition: `a/v:${number}`,
              })),
            };
      reply(200, JSON.stringify(body))(request, response);
    };
    const history = await reads().ecs.history("c", "s");
    expect([history.length, history[0]?.arn, history[0]?.taskDefinition]).toEqual([200, "d199", "v:1"]);
  });
});
