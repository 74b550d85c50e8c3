import { DescribeTasksCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { decodeMessage, encodeMessage } from "../../src/sandbox/session-channel/agent-message.ts";
import { OutputFrames } from "../../src/sandbox/session-channel/output-frames.ts";
import { splitCommand } from "../../src/sandbox/session-channel/shlex.ts";
import { attach, ChannelClient, runningTask, startCommand } from "./channel-client.ts";
import { type Clients, clients, refusal, SERVICE } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());

test("the golden frame: 141 bytes, both ways", () => {
  const message = {
    type: "input_stream_data",
    createdAt: 1_700_000_000_000,
    sequence: 0,
    flags: 1,
    id: "01234567-89ab-4cde-8f01-23456789abcd",
    payloadType: 3,
    payload: Buffer.from('{"cols":80,"rows":24}'),
  };
  const golden =
    `00000074${Buffer.from("input_stream_data".padEnd(32)).toString("hex")}000000010000018bcfe56800` +
    "000000000000000000000000000000018f0123456789abcd0123456789ab4cde" +
    "d53ca1ea7dce87c11432052a8550ed2615cf715ca843c89710ed83325b691cba0000000300000015" +
    Buffer.from('{"cols":80,"rows":24}').toString("hex");
  expect(encodeMessage(message).toString("hex")).toBe(golden);
  expect(golden).toHaveLength(2 * 141);
  expect(decodeMessage(Buffer.from(golden, "hex"))).toEqual(message);
});

test.each([
  ["a b  c", ["a", "b", "c"]],
  [`sh -c 'exit 3; echo "$x" | cat > f'`, ["sh", "-c", 'exit 3; echo "$x" | cat > f']],
  [`a "b\\c \\" d" e\\ f`, ["a", 'bc " d', "e f"]],
  [`'it'\\''s' "" a#b # dropped`, ["it's", "", "a#b"]],
  ["a # dropped\nb", ["a", "b"]],
])("%s is split without a shell", (command, words) => {
  expect(splitCommand(command)).toEqual({ words });
});

test("output is cut into at most 1024 bytes, never inside a character that can be whole", () => {
  const frames = new OutputFrames();
  const text = Buffer.from("€".repeat(1000));
  const cut = [...frames.cut(text.subarray(0, 1500)), ...frames.cut(text.subarray(1500))];
  expect(Buffer.concat(cut)).toEqual(text);
  for (const payload of cut) {
    expect(payload.length).toBeLessThanOrEqual(1024);
    expect(payload.toString()).not.toContain("\ufffd");
  }
  expect(frames.cut(Buffer.from([0x80, 0x80, 0xff, 0x0a]))).toEqual([Buffer.from([0x80, 0x80, 0xff, 0x0a])]);
});

test.each([
  [{ interactive: false }, "InvalidParameterException", "Interactive is the only mode supported currently."],
  [{ task: "TASK_ID" }, "InvalidParameterException", "taskId length should be one of [32,36]"],
  [{ task: "f".repeat(32) }, "InvalidParameterException", "The referenced task was not found."],
  [{ cluster: "other" }, "ClusterNotFoundException", "Cluster not found."],
  [{ container: "other" }, "InvalidParameterException", "The container other was not found in the task."],
])("ExecuteCommand with %j is refused", async (rest, name, message) => {
  expect(await refusal(startCommand(aws, sandbox, "true", rest))).toMatchObject({ name, message });
});

test("an agent that is not connected", async () => {
  sandbox.inject({ operation: "ExecuteCommand", when: "before", kind: "not-connected" });
  expect(await refusal(startCommand(aws, sandbox, "true"))).toMatchObject({ name: "TargetNotConnectedException" });
});

test("the answer names the session, and the task says that its agent runs", async () => {
  const session = await startCommand(aws, sandbox, "true");
  expect(session.sessionId).toMatch(/^ecs-execute-command-[0-9a-f]{17}$/);
  expect(session.streamUrl).toMatch(
    new RegExp(`^ws://127.0.0.1:\\d+/v1/data-channel/${session.sessionId}\\?role=publish_subscribe$`),
  );
  const task = runningTask(sandbox);
  const { tasks } = await aws.ecs.send(new DescribeTasksCommand({ cluster: SERVICE.cluster, tasks: [task] }));
  const agent = { name: "ExecuteCommandAgent", lastStatus: "RUNNING" };
  expect(tasks?.[0]?.containers?.[0]?.managedAgents).toMatchObject([agent]);
});

test.each([
  ["true", ""],
  ["printf 'a\\nb\\n'", "a\r\nb\r\n"],
  ["sh -c 'echo out; echo err >&2; exit 3'", "out\r\nerr\r\n"],
  ["sh -c 'stty -onlcr -echo; echo a; stty onlcr; echo b'", "a\nb\r\n"],
  ["echo $HOME | cat > f # no more", "$HOME | cat > f\r\n"],
  ["sh -c 'stty size </dev/null'", "stty: 'standard input': Inappropriate ioctl for device\r\n"],
])("%s gives its output byte for byte, and a normal end", async (command, output) => {
  const client = await attach(aws, sandbox, command);
  expect(await client.closed).toBe("");
  expect(client.text).toBe(output);
  expect(client.frames.every(({ digestHolds }) => digestHolds)).toBe(true);
});

test.each([
  ["sh -c 'open", "Unable to start command: Failed to parse commands input: EOF found when expecting closing quote"],
  ["/no/such", "Unable to start command: Failed to start pty: fork/exec /no/such: no such file or directory"],
])("%s cannot be started, and the channel says why", async (command, output) => {
  const client = await attach(aws, sandbox, command);
  expect(await client.closed).toBe(output);
});

test("the exit code shows in the state, and nowhere on the channel", async () => {
  const client = await attach(aws, sandbox, "sh -c 'exit 3'");
  expect(await client.closed).toBe("");
  expect(sandbox.state().sessions.at(-1)).toMatchObject({ exitCode: 3, state: "closed", command: "sh -c 'exit 3'" });
});

test("the command starts without any client, in the task's folder, with the task's environment", async () => {
  await startCommand(aws, sandbox, "sh -c 'echo $VULCAN_ENV > started'");
  await new Promise((resolve) => setTimeout(resolve, 100));
  const client = await attach(aws, sandbox, "cat started");
  await client.closed;
  expect(client.text).toBe("production\r\n");
});

test("input is echoed, comes in with its line ends, and 0x03 interrupts; the size arrives", async () => {
  const client = await attach(
    aws,
    sandbox,
    // Without exec the interrupt may meet dash between fork and exec, where it is lost.
    "sh -c 'stty size; read -r a; echo got $a; stty size; read -r b; exec sleep 60'",
  );
  await client.until(() => client.text === "0 0\r\n");
  client.resize(24, 80);
  client.type("hello\r");
  await client.until(() => client.text.endsWith("24 80\r\n"));
  expect(client.text).toBe("0 0\r\nhello\r\ngot hello\r\n24 80\r\n");
  client.type("x\n");
  await client.until(() => client.text.endsWith("x\r\n"));
  client.type("\x03");
  expect(await client.closed).toBe("");
  expect(client.text.endsWith("^C")).toBe(true);
  expect(client.waiting).toBe(0);
});

test("a shell shows a prompt and does as typed", async () => {
  const client = await attach(aws, sandbox, "/bin/sh");
  await client.until(() => /[#$] $/.test(client.text));
  client.type("echo $((6*7))\n");
  await client.until(() => client.text.includes("\r\n42\r\n"));
  client.type("exit\n");
  expect(await client.closed).toBe("");
});

test("a megabyte arrives whole, in frames of at most 1024 bytes, with characters of several bytes", async () => {
  const setup = await attach(aws, sandbox, `sh -c 'seq -f "%05.0f äöü€😀 line" 1 1000 > big'`);
  await setup.closed;
  const begun = performance.now();
  const reader = await attach(
    aws,
    sandbox,
    "sh -c 'stty -onlcr; i=0; while [ $i -lt 40 ]; do cat big; i=$((i+1)); done'",
  );
  await reader.closed;
  const page = Array.from({ length: 1000 }, (_, n) => `${String(n + 1).padStart(5, "0")} äöü€😀 line\n`).join("");
  expect(reader.bytes.length).toBe(40 * Buffer.byteLength(page));
  expect(reader.text === page.repeat(40)).toBe(true);
  const outputs = reader.frames.filter(({ type }) => type === "output_stream_data");
  expect(Math.max(...outputs.map(({ payload }) => payload.length))).toBeLessThanOrEqual(1024);
  expect(outputs.every(({ payload }) => !payload.toString().includes("\ufffd"))).toBe(true);
  expect(outputs.map(({ flags, sequence }) => (sequence === 0 ? flags === 1 : flags === 0))).not.toContain(false);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test("two sessions in one task do not see each other", async () => {
  const [a, b] = await Promise.all([
    attach(aws, sandbox, "sh -c 'stty -echo; read -r x; echo a$x'"),
    attach(aws, sandbox, "sh -c 'stty -echo; read -r x; echo b$x'"),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  b.type("2\n");
  a.type("1\n");
  await Promise.all([a.closed, b.closed]);
  expect([a.text, b.text]).toEqual(["a1\r\n", "b2\r\n"]);
});

test("a channel opens with its token only, and no web page opens one", async () => {
  const { sessionId, streamUrl } = await startCommand(aws, sandbox, "sleep 1");
  const { gone } = await new ChannelClient().open(streamUrl, undefined);
  expect(await gone).toEqual({
    code: 1003,
    reason: `Channel ${sessionId}: request to open data channel does not contain token.`,
  });
  const other = await new ChannelClient().open(streamUrl, "guessed");
  expect((await other.gone).code).toBe(1003);
  await expect(new ChannelClient().open(streamUrl.replace(sessionId, "nonsense"), "x")).rejects.toThrow("404");
});
