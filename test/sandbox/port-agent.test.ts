import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { isSince } from "../../src/sandbox/session-channel/client-version.ts";
import type { Watcher } from "../../src/sandbox/session-channel/endpoint.ts";
import { PortForward } from "../../src/sandbox/session-channel/port-forward.ts";
import { MuxReader } from "../../src/sandbox/session-channel/smux.ts";
import { answerOf, MUX, muxFrame, TYPE } from "../support/port-client.ts";

/** What a session would hear of its far end. */
class Listener implements Watcher {
  readonly sent: { type: number; payload: Buffer }[] = [];
  readies = 0;
  isEnded = false;
  words: string | undefined;

  send(type: number, payload: Buffer): void {
    this.sent.push({ type, payload });
  }

  ready(): void {
    this.readies++;
  }

  ended(): void {
    this.isEnded = true;
  }

  failed(words: string): void {
    this.words = words;
  }

  get output(): Buffer {
    return Buffer.concat(this.sent.filter(({ type }) => type === TYPE.output).map(({ payload }) => payload));
  }
}

const PROPERTIES = { portNumber: "1", localPortNumber: "0", type: "LocalPortForwarding" } as const;

let server: Server | undefined;
let forward: PortForward | undefined;
afterEach(() => {
  vi.useRealTimers();
  forward?.destroy();
  server?.close();
});

/** A far side, and an agent that has shaken hands and opened stream 3 to it. */
async function connected(): Promise<{ agent: PortForward; listener: Listener; far: Socket }> {
  const listening = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  server = listening;
  await once(listening, "listening");
  const listener = new Listener();
  const { port } = listening.address() as AddressInfo;
  const agent = new PortForward(listener, PROPERTIES, () => port);
  forward = agent;
  agent.take(TYPE.response, Buffer.from(JSON.stringify(answerOf("1.2.677.0"))));
  const arrived = once(listening, "connection");
  agent.take(TYPE.output, muxFrame(MUX.syn, 3));
  const [far] = (await arrived) as [Socket];
  return { agent, listener, far };
}

const say = (agent: PortForward, bytes: Buffer): void => agent.take(TYPE.output, muxFrame(MUX.psh, 3, bytes));

describe("the frames of many streams", () => {
  const bytes = Buffer.concat([
    muxFrame(MUX.syn, 3),
    muxFrame(MUX.psh, 3, Buffer.from("hello")),
    muxFrame(MUX.nop, 0),
    muxFrame(MUX.fin, 0xfffffffd),
  ]);

  test.each(Array.from({ length: bytes.length - 1 }, (_, n) => n + 1))("are read when cut after byte %i", (cut) => {
    const reader = new MuxReader();
    const read = [reader.read(bytes.subarray(0, cut)), reader.read(bytes.subarray(cut))];
    expect(read.map(({ broken }) => broken)).toEqual([false, false]);
    const frames = read.flatMap((one) => one.frames);
    expect(frames.map(({ command, stream, data }) => [command, stream, data.toString()])).toEqual([
      [0, 3, ""],
      [2, 3, "hello"],
      [3, 0, ""],
      [1, 0xfffffffd, ""],
    ]);
  });

  test.each([
    ["another version", Buffer.from([2, 0, 0, 0, 3, 0, 0, 0])],
    ["a command that version 1 has not", Buffer.from([1, 4, 8, 0, 3, 0, 0, 0])],
  ])("%s is none of them", (_, nonsense) => {
    const { frames, broken } = new MuxReader().read(Buffer.concat([muxFrame(MUX.syn, 5), nonsense]));
    expect([frames.length, broken]).toEqual([1, true]);
  });
});

test.each([
  ["1.1.70", true],
  ["1.1.70.0", true],
  ["1.2.0.0", true],
  ["2", true],
  ["1.1.61.0", false],
  ["1.1", false],
  ["", false],
  ["latest", false],
])("a client of version %j multiplexes: %s", (version, expected) => {
  expect(isSince(version, "1.1.70")).toBe(expected);
});

test("a client that does not answer within fifteen seconds is given up", () => {
  vi.useFakeTimers();
  const listener = new Listener();
  forward = new PortForward(listener, PROPERTIES, () => undefined);
  vi.advanceTimersByTime(14_900);
  expect(listener.words).toBeUndefined();
  vi.advanceTimersByTime(200);
  expect(listener.words).toMatch(/^Encountered error while initiating handshake\. Handshake timed out\./);
});

test("beyond four megabytes that the far side does not read, input is taken only when it reads again", async () => {
  const { agent, listener, far } = await connected();
  let said = 0;
  while (agent.accepts && said < 64 * 1024 * 1024) {
    say(agent, Buffer.alloc(32_768, "x"));
    said += 32_768;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(agent.accepts).toBe(false);
  const before = listener.readies;
  let read = 0;
  far.on("data", (bytes: Buffer) => {
    read += bytes.length;
  });
  far.resume();
  await expect.poll(() => listener.readies).toBeGreaterThan(before);
  expect(agent.accepts).toBe(true);
  await expect.poll(() => read).toBe(said);
});

test("while it is paused nothing is read from the far side, and then all of it", async () => {
  const { agent, listener, far } = await connected();
  agent.pause();
  far.write("later");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(listener.output.length).toBe(0);
  agent.resume();
  await expect.poll(() => listener.output).toEqual(muxFrame(MUX.psh, 3, Buffer.from("later")));
});

test("what was said before the stream was finished still goes out, then the connection ends on both sides", async () => {
  const { agent, listener, far } = await connected();
  let heard = "";
  far.on("data", (bytes: Buffer) => {
    heard += bytes;
  });
  const closed = once(far, "close");
  say(agent, Buffer.from("last words"));
  agent.take(TYPE.output, muxFrame(MUX.fin, 3));
  far.resume();
  await closed;
  expect(heard).toBe("last words");
  await expect.poll(() => listener.output).toEqual(muxFrame(MUX.fin, 3));
});

test("where the far side ends, what it said comes first, then the stream's end, once", async () => {
  const { agent, listener, far } = await connected();
  far.end("done");
  const expected = Buffer.concat([muxFrame(MUX.psh, 3, Buffer.from("done")), muxFrame(MUX.fin, 3)]);
  await expect.poll(() => listener.output).toEqual(expected);
  say(agent, Buffer.from("too late"));
  agent.take(TYPE.output, muxFrame(MUX.fin, 3));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(listener.output).toEqual(expected);
});

test.each(["kill", "destroy"] as const)("%s cuts every connection, and nothing is said of it", async (way) => {
  const { agent, listener, far } = await connected();
  far.resume();
  const closed = once(far, "close");
  agent[way]();
  await closed;
  expect(listener.output.length).toBe(0);
  expect(listener.isEnded).toBe(false);
});
