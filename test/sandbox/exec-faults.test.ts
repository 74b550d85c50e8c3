import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Fault, type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { attach, ChannelClient, startCommand } from "./channel-client.ts";
import { callSsm } from "./ssm-client.ts";
import { type Clients, clients, SERVICE } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.clearFaults());

const arm = (fault: Pick<Fault, "kind" | "bytes" | "ms" | "count">): void =>
  sandbox.inject({ operation: "DataChannel", when: "before", ...fault });

const ssm = (operation: string, SessionId: string) => callSsm(sandbox, operation, { SessionId });

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const LINES = "sh -c 'stty -onlcr; seq 1 3000'";
const EXPECTED = Array.from({ length: 3000 }, (_, n) => `${n + 1}\n`).join("");

const sequences = (client: ChannelClient): number[] =>
  client.frames.filter(({ type }) => type === "output_stream_data").map(({ sequence }) => sequence);

test.each([
  ["channel-lose-acks", (seen: number[]) => expect(new Set(seen).size).toBeLessThan(seen.length)],
  ["channel-duplicate", (seen: number[]) => expect(seen.length).toBe(2 * new Set(seen).size)],
  ["channel-reorder", (seen: number[]) => expect(seen).not.toEqual([...seen].sort((a, b) => a - b))],
] as const)("%s: the output still comes whole", async (kind, check) => {
  arm({ kind });
  const client = await attach(aws, sandbox, LINES);
  expect(await client.closed).toBe("");
  expect(client.text).toBe(EXPECTED);
  check(sequences(client));
  expect(sandbox.state().sessions.at(-1)?.faults).toEqual([kind]);
});

test("a lost acknowledgement of input makes a client send again, and the input counts once", async () => {
  arm({ kind: "channel-lose-acks", count: 2 });
  const client = await attach(aws, sandbox, "sh -c 'stty -echo; echo ready; read -r a; read -r b; echo $a-$b'");
  client.acknowledges = false;
  await client.until(() => client.text.includes("ready"));
  client.type("1\n");
  await wait(350);
  client.acknowledges = true;
  client.type("2\n");
  await client.closed;
  expect(client.text).toBe("ready\r\n1-2\r\n");
});

test("what is not acknowledged is sent again: the oldest first, and alone", async () => {
  const client = await attach(aws, sandbox, "sh -c 'seq 1 1000; read -r x'");
  client.acknowledges = false;
  await wait(900);
  const counts = new Map<number, number>();
  for (const sequence of sequences(client)) counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
  const again = [...counts].filter(([, count]) => count > 1).map(([sequence]) => sequence);
  expect(again.length).toBeLessThanOrEqual(1);
  client.acknowledges = true;
  client.type("\n");
  await client.closed;
  expect(client.text.startsWith("1\r\n2\r\n")).toBe(true);
});

test("a pause of publication: nothing comes meanwhile, the command stands still when its pipe is full", async () => {
  // Longer than a slow machine takes for the two looks below. The command waits for a line, so that it does not print
  // before the client is there to be paused.
  arm({ kind: "channel-pause", bytes: 2000, ms: 3000 });
  const client = await attach(
    aws,
    sandbox,
    "sh -c 'stty -onlcr -echo; echo go; read -r x; seq 1 40000; echo done > paused'",
  );
  await client.until(() => client.text.includes("go\n"));
  client.type("\n");
  await client.until(() => client.frames.some(({ type }) => type === "pause_publication"));
  await wait(200);
  const before = client.bytes.length;
  const check = await attach(aws, sandbox, "ls");
  await check.closed;
  expect(check.text).not.toContain("paused");
  expect(client.bytes.length).toBe(before);
  expect(await client.closed).toBe("");
  expect(client.frames.map(({ type }) => type)).toContain("start_publication");
  expect(client.text).toBe(["go", ...Array.from({ length: 40_000 }, (_, n) => n + 1), ""].join("\n"));
});

test("a dropped socket: ResumeSession gives a new token, and the output goes on where it was", async () => {
  arm({ kind: "channel-drop", bytes: 5000 });
  const session = await startCommand(aws, sandbox, LINES);
  const client = new ChannelClient();
  const { gone } = await client.open(session.streamUrl, session.tokenValue);
  expect((await gone).code).toBe(1006);
  const resumed = await ssm("ResumeSession", session.sessionId);
  expect(resumed).toMatchObject({ SessionId: session.sessionId, StreamUrl: session.streamUrl });
  const old = await new ChannelClient().open(session.streamUrl, session.tokenValue);
  expect((await old.gone).code).toBe(1003);
  await client.open(session.streamUrl, String(resumed.TokenValue));
  expect(await client.closed).toBe("");
  expect(client.text).toBe(EXPECTED);
});

test("a session without a reader stands still, and goes on when one is back", async () => {
  const session = await startCommand(
    aws,
    sandbox,
    "sh -c 'stty -onlcr; echo go; read -r x; seq 1 40000; echo > alone'",
  );
  const client = new ChannelClient();
  await client.open(session.streamUrl, session.tokenValue);
  await client.until(() => client.text.includes("go\n"));
  client.type("\n");
  await client.until(() => client.text.length > 10);
  client.drop();
  await wait(300);
  const { TokenValue } = await ssm("ResumeSession", session.sessionId);
  await client.open(session.streamUrl, String(TokenValue));
  expect(await client.closed).toBe("");
  expect(client.text.endsWith("\n39999\n40000\n")).toBe(true);
});

test("a truncated tail: the end of the output never comes, and the end looks normal", async () => {
  arm({ kind: "channel-truncate", bytes: 100 });
  const client = await attach(aws, sandbox, LINES);
  expect(await client.closed).toBe("");
  expect(client.text).toBe(EXPECTED.slice(0, -100));
});

test("channel_closed with an error ends the command", async () => {
  arm({ kind: "channel-close", bytes: 1 });
  const client = await attach(aws, sandbox, "sh -c 'echo a; sleep 1; echo b > closed'");
  expect(await client.closed).toMatch(/^-+ERROR-+\n/);
  await wait(1200);
  const check = await attach(aws, sandbox, "ls");
  await check.closed;
  expect(check.text).not.toContain("closed");
});

/** What lies in the task's folder. */
async function listed(): Promise<readonly string[]> {
  const check = await attach(aws, sandbox, "ls");
  await check.closed;
  return check.text.split("\r\n");
}

test("a session without traffic times out, and then there is no way back", async () => {
  arm({ kind: "channel-idle", ms: 200 });
  const client = await attach(aws, sandbox, "sleep 30");
  expect(await client.closed).toBe("Your session timed out due to inactivity and has been terminated.");
  expect((await ssm("ResumeSession", sandbox.state().sessions.at(-1)?.id ?? "")).TokenValue).toBe("");
});

test.each([
  ["a plain command", "sh -c 'sleep 1; echo > plain'", "plain", false],
  ["a child in the background", "sh -c '(sleep 1; echo > child) & wait'", "child", false],
  ["nohup", "sh -c 'nohup sh -c \"sleep 1; echo > hup\" </dev/null >/dev/null 2>&1 & wait'", "hup", true],
  ["setsid", "sh -c 'setsid sh -c \"sleep 1; echo > sid\" </dev/null >/dev/null 2>&1 & wait'", "sid", true],
])("TerminateSession and %s", async (_, command, file, survives) => {
  const client = await attach(aws, sandbox, command);
  await wait(300);
  await ssm("TerminateSession", client.session.sessionId);
  expect(await client.closed).toBe("");
  if (!survives) await wait(1200);
  await expect.poll(async () => (await listed()).includes(file)).toBe(survives);
});

test("where the scenario has it, a command survives its terminated session", async () => {
  arm({ kind: "channel-survive" });
  const client = await attach(aws, sandbox, "sh -c 'sleep 1; echo > survived'");
  await wait(200);
  await ssm("TerminateSession", client.session.sessionId);
  await client.closed;
  await expect.poll(listed).toContain("survived");
});

test("a stopped task takes its commands along, and a client is told nothing", async () => {
  await sandbox.reset("healthy");
  const client = await attach(aws, sandbox, "sh -c 'setsid sleep 77.125 & echo up; wait'");
  await client.until(() => client.text.includes("up"));
  const { task = "" } = sandbox.state().sessions[0] ?? {};
  await aws.ecs.send(new StopTaskCommand({ cluster: SERVICE.cluster, task }));
  const stopped = (): boolean =>
    sandbox.state().services[0]?.tasks.find(({ id }) => id === task)?.lastStatus === "STOPPED";
  await client.until(stopped, 20_000);
  expect(sandbox.state().sessions[0]?.state).toBe("ended");
  expect(client.frames.some(({ type }) => type === "channel_closed")).toBe(false);
  const check = await attach(aws, sandbox, "sh -c 'grep -lazx 77.125 /proc/[0-9]*/cmdline 2>/dev/null | wc -l'");
  await check.closed;
  expect(Number(check.text)).toBeLessThanOrEqual(1); // grep itself
});
