import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { createClients, WRITE_ATTEMPTS } from "../../../src/aws/client/clients.ts";
import { encodeFrame, PAYLOAD } from "../../../src/aws/ecs-exec/agent-message.ts";
import type { ExecCalls } from "../../../src/aws/ecs-exec/api.ts";
import { Channel, type ResumeAnswer } from "../../../src/aws/ecs-exec/data-channel.ts";
import { followDetached } from "../../../src/aws/ecs-exec/detached-command.ts";
import { type ExecDeps, runInContainer } from "../../../src/aws/ecs-exec/run-command.ts";
import { DEFAULT_LIMITS, type ExecLimits } from "../../../src/aws/ecs-exec/timeouts.ts";
import { isSafeUrl } from "../../../src/aws/ecs-exec/websocket.ts";
import { startSandbox } from "../../../src/sandbox/index.ts";
import { refusalOf, runningTasks, shellIn, shown, useSandbox } from "./support.ts";

/** A service whose every move is the test's: what no emulator should be able to do by accident. */
type Behaviour = (socket: WebSocket, open: Record<string, string>, secret: string) => void;

let behaviours: Behaviour[];
let server: WebSocketServer;
let opened: Record<string, string>[];
let secret: string;
let terminated: string[];
let resume: () => Promise<ResumeAnswer>;

beforeEach(async () => {
  [behaviours, opened, terminated] = [[], [], []];
  resume = async () => ({ token: `token-${opened.length}` });
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", autoPong: false });
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.once("message", (data: Buffer) => {
      opened.push(JSON.parse(data.toString()));
      (behaviours[opened.length - 1] ?? behaviours.at(-1))?.(socket, opened.at(-1) ?? {}, secret);
    });
  });
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

const url = (): string =>
  `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/data-channel/s?role=publish_subscribe`;

/** The secret stands in the script in two halves. */
const secretIn = (command: string): string => (/([0-9a-f]{16}) ([0-9a-f]{16})/.exec(command) ?? []).slice(1).join("");

function deps(limits: Partial<ExecLimits> = {}, streamUrl = url()): ExecDeps {
  const calls: ExecCalls = {
    execute: async (command) => {
      secret = secretIn(command);
      return { sessionId: "s", streamUrl, tokenValue: "token-0" };
    },
    resume: () => resume(),
    terminate: async (id) => void terminated.push(id),
    taskEnd: async () => undefined,
  };
  const place = { cluster: "c", task: "t", container: "app" };
  return { calls, place, limits: { ...DEFAULT_LIMITS, ...limits }, now: () => 0, openLine };
}

const openLine: ExecDeps["openLine"] = (...line) => new Channel(...line);

const run = (limits?: Partial<ExecLimits>, streamUrl?: string) => runInContainer(deps(limits, streamUrl), ["true"]);

const frame = (type: string, sequence: number, payload: string, payloadType?: number): Buffer =>
  encodeFrame({
    type,
    createdAt: 1,
    sequence,
    flags: 0,
    id: randomUUID(),
    ...(payloadType === undefined ? {} : { payloadType }),
    payload: Buffer.from(payload),
  });
const output = (sequence: number, text: string): Buffer => frame("output_stream_data", sequence, text, PAYLOAD.output);
const closed = (Output: string): Buffer => frame("channel_closed", 0, JSON.stringify({ Output }));

const answer: Behaviour = (socket, _open, mark) => {
  socket.send(output(0, `\r\n${mark} BEGIN\r\nhello\r\n\r\n${mark} END 0\r\n`));
  socket.send(closed(""));
};

describe("a channel", () => {
  it("opens with the token, and gives line ends back where there is no stty", async () => {
    behaviours = [answer];
    const outcome = await run();
    expect([outcome.kind, shown(outcome)]).toEqual(["exited", "hello\n"]);
    expect(opened).toEqual([
      {
        MessageSchemaVersion: "1.0",
        RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        TokenValue: "token-0",
        ClientId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        ClientVersion: expect.stringMatching(/^1\.2\./),
      },
    ]);
  });

  it("drops a socket on which no ping is answered, and comes back", async () => {
    behaviours = [() => {}, answer];
    expect(await run({ pingMs: 50 })).toMatchObject({ kind: "exited", code: 0 });
    expect(opened.map(({ TokenValue }) => TokenValue)).toEqual(["token-0", "token-1"]);
  });

  it.each<[string, Behaviour]>([
    ["1001", (socket) => socket.close(1001)],
    ["1011", (socket) => socket.close(1011, "oops")],
    ["1006", (socket) => socket.terminate()],
    ["1000 without a last word", (socket) => socket.close(1000)],
  ])("that ends with %s is opened again", async (_code, behaviour) => {
    behaviours = [behaviour, answer];
    expect(await run()).toMatchObject({ kind: "exited", code: 0 });
  });

  it("is given up when AWS says that the session is over, or resuming is refused and the token is spent", async () => {
    behaviours = [(socket) => socket.terminate()];
    resume = async () => "over";
    expect(await run()).toMatchObject({ kind: "unknown", why: expect.stringContaining("the session is over") });
    behaviours = [(socket) => socket.close(1003, "no token")];
    resume = async () => "refused";
    expect(await run()).toMatchObject({ kind: "unknown", why: expect.stringContaining("ssm:ResumeSession") });
    expect(terminated).toEqual(["s", "s"]);
  });

  it("that cannot be had for long enough is an unknown outcome", async () => {
    behaviours = [(socket) => socket.terminate()];
    const outcome = await run({ comeBackMs: 700 });
    expect(outcome).toMatchObject({ kind: "unknown", why: expect.stringContaining("did not come back") });
    const nobody = await run({ comeBackMs: 300 }, "ws://127.0.0.1:1/x");
    expect(nobody).toMatchObject({ kind: "unknown", why: expect.stringContaining("ECONNREFUSED") });
  });

  it("takes damaged frames for lost ones, and nonsense for nothing", async () => {
    behaviours = [
      (socket, open, mark) => {
        const bad = output(0, "never shown");
        bad[bad.length - 1] = 0;
        socket.send(bad);
        socket.send(Buffer.from("nonsense"));
        socket.send("text");
        socket.send(frame("agent_session_state", 0, "{}"));
        answer(socket, open, mark);
      },
    ];
    expect(shown(await run())).toBe("hello\n");
  });

  it("is only opened where nobody can listen in", async () => {
    expect(await run({}, "ws://example.com/x")).toMatchObject({
      kind: "unknown",
      why: expect.stringContaining("not encrypted"),
    });
    const safe = [
      "wss://ssmmessages.eu-west-1.amazonaws.com/v1/x",
      "ws://127.0.0.1:1/x",
      "ws://[::1]:1/x",
      "ws://localhost/x",
    ];
    expect(safe.map(isSafeUrl)).toEqual(safe.map(() => true));
    expect(["ws://127.0.0.1.example.com/", "http://127.0.0.1/", "nonsense", ""].map(isSafeUrl)).toEqual(
      Array(4).fill(false),
    );
  });

  it("whose output has no end is left", async () => {
    behaviours = [
      (socket, _open, mark) => {
        socket.send(output(0, `\n${mark} BEGIN\n`));
        for (let sequence = 1; sequence < 50; sequence++) socket.send(output(sequence, "x".repeat(1000)));
      },
    ];
    expect(await run({ mostBytes: 20_000 })).toMatchObject({
      kind: "unknown",
      why: expect.stringContaining("more than 20000 bytes"),
    });
  });
});

describe("what cannot be started", () => {
  it("a session that is encrypted is refused, with ways out", async () => {
    const request = { RequestedClientActions: [{ ActionType: "KMSEncryption", ActionParameters: { KMSKeyId: "k" } }] };
    behaviours = [
      (socket) => socket.send(frame("output_stream_data", 0, JSON.stringify(request), PAYLOAD.handshakeRequest)),
    ];
    const refusal = await refusalOf(run());
    expect(refusal).toMatchObject({
      code: "exec-encrypted",
      effect: "none",
      message: expect.stringContaining("KMS key"),
    });
    expect(refusal.next?.join("\n")).toMatch(/session-manager-plugin[\s\S]*run-task/);
  });

  it.each([
    ["Failed to start pty: fork/exec /bin/sh: no such file or directory", "exec-no-shell"],
    ["Failed to parse commands input: EOF found when expecting closing quote", "exec-cannot-start"],
  ])("%s is %s", async (reason, code) => {
    behaviours = [(socket) => socket.send(closed(`Unable to start command: ${reason}`))];
    expect(await refusalOf(run())).toMatchObject({ code, effect: "none", exitCode: 11 });
  });

  it("a session that ends without a mark is an unknown outcome, and so is one with half of it", async () => {
    behaviours = [(socket) => socket.send(closed(""))];
    expect(await run()).toMatchObject({
      kind: "unknown",
      why: expect.stringContaining("before a sign of the command"),
    });
    opened = [];
    behaviours = [
      (socket, _open, mark) => {
        socket.send(output(0, `\n${mark} BEGIN\nhello\n${mark} EN`));
        socket.send(closed("----------ERROR-------\nbroken"));
      },
    ];
    const outcome = await run();
    expect(outcome).toMatchObject({ kind: "unknown", why: expect.stringContaining("broken") });
    expect(shown(outcome)).toBe("hello");
    opened = [];
    behaviours = [
      (socket, _open, mark) => {
        socket.send(output(0, `\n${mark} BEGIN\nhello\n`));
        socket.send(closed(""));
      },
    ];
    expect(shown(await run())).toBe("hello\n");
  });

  it("a container in which nothing can be written", async () => {
    behaviours = [
      (socket, _open, mark) => {
        socket.send(output(0, `\n${mark} BEGIN\n\n${mark} UNWRITABLE\n`));
        socket.once("message", () => socket.send(closed("")));
      },
    ];
    const refusal = await refusalOf(followDetached(deps(), "start", "n", ["true"]));
    expect(refusal).toMatchObject({ code: "exec-read-only", effect: "none" });
  });

  it("of which an earlier request may have started it, it is an unknown outcome", async () => {
    behaviours = [(socket) => socket.terminate(), (socket) => socket.send(closed("Unable to start command: no"))];
    resume = async () => "over";
    const outcome = await followDetached(deps({ attachMs: 900 }), "start", "n", ["true"]);
    expect(outcome).toMatchObject({ kind: "unknown", why: expect.stringContaining("Unable to start command") });
  });

  it("a task for which exec is off", async () => {
    const sandbox = await startSandbox({ scenario: "healthy", speed: 600 });
    try {
      useSandbox(sandbox);
      const ecs = await createClients({ region: "eu-west-1" }, WRITE_ATTEMPTS).ecs();
      const service = { cluster: "vulcan-prod", service: "vulcan-prod" };
      const old = runningTasks(sandbox);
      await ecs.send(new UpdateServiceCommand({ ...service, enableExecuteCommand: false, forceNewDeployment: true }));
      const fresh = (): string | undefined => runningTasks(sandbox).find((task) => !old.includes(task));
      await expect.poll(fresh).toBeDefined();
      const refusal = await refusalOf(shellIn(sandbox, {}, { task: fresh() }).run(["true"]));
      expect(refusal).toMatchObject({ code: "exec-disabled", effect: "none", exitCode: 11 });
      expect(refusal.next?.join("\n")).toContain("--enable-execute-command");
    } finally {
      await sandbox.stop();
    }
  });
});
