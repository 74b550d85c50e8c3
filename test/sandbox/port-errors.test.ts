import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { CONTAINER, REMOTE, targetOf } from "../support/port-client.ts";
import { has, shell } from "../support/process.ts";
import { runningTask } from "./channel-client.ts";
import { jsonCall } from "./http-call.ts";
import { callSsm } from "./ssm-client.ts";
import { clients, deploy, NAME, serviceState, until } from "./support.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
});
afterAll(() => sandbox.stop());

const start = (input: object) => jsonCall(sandbox, "AmazonSSM.StartSession", input);

const asked = async (rest: object = {}): Promise<object> => ({
  Target: await targetOf(sandbox),
  DocumentName: REMOTE,
  Parameters: { host: ["db.example.com"], portNumber: ["5432"], localPortNumber: ["0"] },
  ...rest,
});

test("the answer, and that the call is listed as one that starts something", async () => {
  const { status, value } = await start(await asked({ Reason: "a rehearsal" }));
  expect(status).toBe(200);
  expect(value).toEqual({
    SessionId: expect.stringMatching(/^rehearsal-[0-9a-f]{17}$/),
    TokenValue: expect.stringMatching(/^.{60,}$/),
    StreamUrl: `${sandbox.endpoint.replace("http", "ws")}/v1/data-channel/${value.SessionId}?role=publish_subscribe`,
  });
  expect(sandbox.requests().at(-1)).toMatchObject({ service: "ssm", operation: "StartSession", mutating: true });
});

test.each([
  ["of a task that is unknown", (target: string) => target.replace(runningTask(sandbox), "f".repeat(32))],
  ["with another runtime id", (target: string) => `${target}0`],
  ["in a cluster that is unknown", (target: string) => target.replace(`ecs:${NAME}`, "ecs:other")],
  ["of an instance", () => "i-0123456789abcdef0"],
  ["of no form at all", () => "ecs:"],
])("a target %s is not connected", async (_, change) => {
  const Target = change(await targetOf(sandbox));
  expect(await start(await asked({ Target }))).toEqual({
    status: 400,
    value: { __type: "TargetNotConnected", message: `${Target} is not connected.` },
  });
});

test.each([
  ["a document that there is not", { DocumentName: "AWS-StartSSHSession" }, "AWS-StartSSHSession"],
  ["no document, which means a shell", { DocumentName: undefined }, "SSM-SessionManagerRunShell"],
  ["a document named as objects name their members", { DocumentName: "constructor" }, "constructor"],
])("%s is refused", async (_, rest, name) => {
  expect(await start(await asked(rest))).toEqual({
    status: 400,
    value: { __type: "InvalidDocument", message: `Document with name ${name} does not exist.` },
  });
});

test.each([
  ["port 0", { portNumber: ["0"] }],
  ["port 65536", { portNumber: ["65536"] }],
  ["a port that is no number", { portNumber: ["postgres"] }],
  ["a port that is no list", { portNumber: "5432" }],
  ["two ports", { portNumber: ["1", "2"] }],
  ["an empty list", { host: [] }],
  ["a host with a command in it", { host: ["db;reboot"] }],
  ["a parameter that the document has not", { hosts: ["db.example.com"] }],
])("%s is refused", async (_, Parameters) => {
  const { status, value } = await start(await asked({ Parameters }));
  expect([status, value.__type]).toEqual([400, "InvalidParameters"]);
  expect(value.message).toMatch(/^Parameter "(host|hosts|portNumber)" /);
});

test("the document without a host takes none; what is left out is as the document has it", async () => {
  const DocumentName = CONTAINER;
  const refused = await start(await asked({ DocumentName }));
  expect([refused.status, refused.value.__type]).toEqual([400, "InvalidParameters"]);
  const { status } = await start(await asked({ DocumentName, Parameters: undefined }));
  expect(status).toBe(200);
  expect(sandbox.state().sessions.at(-1)?.command).toBe(`${CONTAINER} localhost:80`);
});

test("a call without a target", async () => {
  const { status, value } = await start(await asked({ Target: undefined }));
  expect([status, value.__type]).toEqual([400, "ValidationException"]);
});

test("an agent that is not connected, by a fault", async () => {
  sandbox.inject({ operation: "StartSession", when: "before", kind: "not-connected" });
  const input = (await asked()) as { Target: string };
  expect((await start(input)).value).toEqual({
    __type: "TargetNotConnected",
    message: `${input.Target} is not connected.`,
  });
  expect((await start(input)).status).toBe(200);
});

test("a task whose agent has not started yet, and one that has stopped", async () => {
  const slow = await startSandbox({ scenario: "healthy", speed: 300, timings: { execAgent: 3_600_000 } });
  try {
    await deploy(clients(slow).ecs, 43);
    const isFresh = (one: { taskDefinition: string }): boolean => one.taskDefinition.endsWith(":43");
    const settled = await until(slow, ({ tasks }) => tasks.some((one) => isFresh(one) && one.lastStatus === "RUNNING"));
    const fresh = settled.tasks.find((one) => isFresh(one) && one.lastStatus === "RUNNING");
    const old = settled.tasks.find((one) => !isFresh(one));
    const targets = [await targetOf(slow, fresh?.id ?? ""), await targetOf(slow, old?.id ?? "")];
    const gone = (): string | undefined => serviceState(slow).tasks.find(({ id }) => id === old?.id)?.lastStatus;
    await expect.poll(gone).toBe("STOPPED");
    for (const Target of targets) {
      const refused = await callSsm(slow, "StartSession", { Target, DocumentName: CONTAINER });
      expect(refused).toEqual({ __type: "TargetNotConnected", message: `${Target} is not connected.` });
    }
  } finally {
    await slow.stop();
  }
});

describe.skipIf(!has("aws"))("the AWS CLI", () => {
  const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const aws = async (target: string) => {
    const noted = join(folder, "noted");
    const plugin = `#!/bin/sh\nif [ "$1" = --version ]; then echo 1.2.677.0; exit; fi
printf '%s\\n' "$AWS_SSM_START_SESSION_RESPONSE" "$@" > ${noted}\n`;
    writeFileSync(join(folder, "session-manager-plugin"), plugin, { mode: 0o700 });
    const parameters = `'{"host":["db.example.com"],"portNumber":["5432"],"localPortNumber":["0"]}'`;
    const line = `aws ssm start-session --target ${target} --document-name ${REMOTE} --parameters ${parameters}`;
    const env = { ...sandbox.env, PATH: `${folder}:${process.env.PATH}`, AWS_CONFIG_FILE: "/dev/null" };
    const done = await shell(line, { ...env, AWS_SHARED_CREDENTIALS_FILE: "/dev/null" });
    return { ...done, noted };
  };

  test("hands the plugin what it needs to open the channel", { tags: ["variant"] }, async () => {
    const { code, stderr, noted } = await aws(await targetOf(sandbox));
    expect([code, stderr]).toEqual([0, ""]);
    const [response = "", ...words] = readFileSync(noted, "utf8").split("\n");
    const session = JSON.parse(response) as { SessionId: string };
    expect(Object.keys(session).sort()).toEqual(["SessionId", "StreamUrl", "TokenValue"]);
    expect(sandbox.state().sessions.at(-1)?.id).toBe(session.SessionId);
    expect(words).toContain("StartSession");
  });

  test("says that the target is not connected", async () => {
    const target = `${await targetOf(sandbox)}0`;
    const { code, stderr } = await aws(target);
    expect(code).not.toBe(0);
    expect(stderr.trim()).toMatch(
      new RegExp(`\\(TargetNotConnected\\) when calling the StartSession operation: ${target} is not connected\\.$`),
    );
  });
});
