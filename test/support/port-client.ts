import { createServer, type Server, type Socket } from "node:net";
import type { Sandbox } from "../../src/sandbox/index.ts";
import { ChannelClient, runningTask } from "../sandbox/channel-client.ts";
import { jsonCall } from "../sandbox/http-call.ts";
import { callSsm } from "../sandbox/ssm-client.ts";
import { NAME } from "../sandbox/support.ts";

export const REMOTE = "AWS-StartPortForwardingSessionToRemoteHost";
export const CONTAINER = "AWS-StartPortForwardingSession";

/** What a frame of the data channel carries (`ecs-exec.md` §2). */
export const TYPE = { output: 1, request: 5, response: 6, complete: 7, flag: 10 } as const;

/** smux, version 1. */
export const MUX = { syn: 0, fin: 1, psh: 2, nop: 3 } as const;

export function muxFrame(command: number, stream: number, data: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.alloc(8 + data.length);
  frame[0] = 1;
  frame[1] = command;
  frame.writeUInt16LE(data.length, 2);
  frame.writeUInt32LE(stream, 4);
  data.copy(frame, 8);
  return frame;
}

/** `ecs:CLUSTER_TASKID_RUNTIMEID` of the task, as DescribeTasks tells its runtime id. */
export async function targetOf(sandbox: Sandbox, task = runningTask(sandbox)): Promise<string> {
  const target = "AmazonEC2ContainerServiceV20141113.DescribeTasks";
  const { value } = await jsonCall(sandbox, target, { cluster: NAME, tasks: [task] });
  return `ecs:${NAME}_${task}_${value.tasks[0].containers[0].runtimeId}`;
}

interface Started {
  readonly SessionId: string;
  readonly TokenValue: string;
  readonly StreamUrl: string;
}

interface Destination {
  readonly host?: string;
  readonly port: number;
}

export async function startPort(sandbox: Sandbox, { host, port }: Destination): Promise<Started> {
  const started = await callSsm(sandbox, "StartSession", {
    Target: await targetOf(sandbox),
    DocumentName: host === undefined ? CONTAINER : REMOTE,
    Parameters: { ...(host === undefined ? {} : { host: [host] }), portNumber: [String(port)], localPortNumber: ["0"] },
  });
  if (started.SessionId === undefined) throw new Error(JSON.stringify(started));
  return started as unknown as Started;
}

/** The client's side of a port session: shakes hands, multiplexes, listens on a port for programs that know nothing of it. */
export class PortClient {
  readonly channel = new ChannelClient();
  readonly ready: Promise<void>;
  /** The payloads that are no output, with their types. */
  readonly said: { readonly type: number; readonly payload: Buffer }[] = [];
  /** Streams that the agent has closed. */
  readonly finished = new Set<number>();
  readonly #sandbox: Sandbox;
  readonly #answer: object;
  readonly #sockets = new Map<number, Socket>();
  #onReady: () => void = () => {};
  #rest: Buffer = Buffer.alloc(0);
  #next = 1;
  #server: Server | undefined;
  session: Started = { SessionId: "", TokenValue: "", StreamUrl: "" };

  /** Starts a session and opens its channel; it is ready when hands have been shaken. */
  static async open(sandbox: Sandbox, to: Destination, answer: object = CURRENT): Promise<PortClient> {
    const client = new PortClient(sandbox, answer);
    client.session = await startPort(sandbox, to);
    await client.channel.open(client.session.StreamUrl, client.session.TokenValue);
    return client;
  }

  private constructor(sandbox: Sandbox, answer: object) {
    this.#sandbox = sandbox;
    this.#answer = answer;
    this.ready = new Promise((resolve) => {
      this.#onReady = resolve;
    });
    this.channel.heard = (type, payload) => this.#hear(type, payload);
    void this.channel.closed.then(() => this.close());
  }

  /** Comes back after a lost socket. */
  async resume(): Promise<void> {
    const { StreamUrl, TokenValue } = await callSsm(this.#sandbox, "ResumeSession", {
      SessionId: this.session.SessionId,
    });
    await this.channel.open(String(StreamUrl), String(TokenValue));
  }

  /** A port of this machine: each connection to it is a stream of the session. */
  async listen(): Promise<number> {
    await this.ready;
    const server = createServer((socket) => this.carry(socket));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as { port: number }).port;
  }

  /** Opens a stream for a connection. */
  carry(socket: Socket): number {
    const id = this.openStream();
    this.#sockets.set(id, socket);
    socket.on("data", (bytes: Buffer) => this.push(id, bytes));
    socket.on("error", () => {}); // `close` follows
    socket.once("close", () => {
      if (this.#sockets.delete(id)) this.mux(muxFrame(MUX.fin, id));
    });
    return id;
  }

  openStream(): number {
    this.#next += 2;
    this.mux(muxFrame(MUX.syn, this.#next));
    return this.#next;
  }

  push(stream: number, bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 32_768)
      this.mux(muxFrame(MUX.psh, stream, bytes.subarray(at, at + 32_768)));
  }

  /** Bytes of the multiplexed channel, as any number of frames. */
  mux(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 1024) this.channel.say(TYPE.output, bytes.subarray(at, at + 1024));
  }

  flag(value: number): void {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(value);
    this.channel.say(TYPE.flag, payload);
  }

  /** Cuts the connections of the client's own machine; the session itself goes on. */
  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #hear(type: number, payload: Buffer): void {
    if (type === TYPE.output) this.#demultiplex(payload);
    else this.#note(type, payload);
  }

  #note(type: number, payload: Buffer): void {
    this.said.push({ type, payload });
    if (type === TYPE.request) this.channel.say(TYPE.response, Buffer.from(JSON.stringify(this.#answer)));
    if (type === TYPE.complete) this.#onReady();
  }

  #demultiplex(payload: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, payload]);
    while (this.#rest.length >= 8 && this.#rest.length >= 8 + this.#rest.readUInt16LE(2)) {
      const [version, command, length] = [this.#rest[0], this.#rest[1], this.#rest.readUInt16LE(2)];
      if (version !== 1) throw new Error("this is no smux of version 1");
      const stream = this.#rest.readUInt32LE(4);
      if (command === MUX.psh) this.#sockets.get(stream)?.write(this.#rest.subarray(8, 8 + length));
      if (command === MUX.fin) this.#finish(stream);
      this.#rest = this.#rest.subarray(8 + length);
    }
  }

  #finish(stream: number): void {
    this.finished.add(stream);
    const socket = this.#sockets.get(stream);
    this.#sockets.delete(stream);
    socket?.destroySoon();
  }
}

/** What a client of today answers. */
export const answerOf = (ClientVersion: string, ActionStatus = 1, reason = ""): object => ({
  ClientVersion,
  ProcessedClientActions: [{ ActionType: "SessionType", ActionStatus, ActionResult: null, Error: reason }],
  Errors: reason === "" ? null : [reason],
});
const CURRENT = answerOf("1.2.677.0");
