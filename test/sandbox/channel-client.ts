import { createHash, randomUUID } from "node:crypto";
import { ExecuteCommandCommand, type ExecuteCommandCommandInput } from "@aws-sdk/client-ecs";
import WebSocket from "ws";
import type { Sandbox } from "../../src/sandbox/index.ts";
import { type Clients, NAME, serviceState } from "./support.ts";

/** A frame, read by the offsets of `ecs-exec.md` §2; nothing here is shared with the sandbox. */
export interface Frame {
  readonly type: string;
  readonly sequence: number;
  readonly flags: number;
  readonly id: string;
  /** 0 in frames of the service itself, which have none. */
  readonly payloadType: number;
  readonly payload: Buffer;
  readonly digestHolds: boolean;
}

export function readFrame(bytes: Buffer): Frame {
  const header = bytes.readUInt32BE(0);
  const payload = bytes.subarray(header + 4, header + 4 + bytes.readUInt32BE(header));
  const hex = bytes.toString("hex", 72, 80) + bytes.toString("hex", 64, 72);
  return {
    type: bytes.toString("utf8", 4, 36).replace(/[\0 ]+$/, ""),
    sequence: Number(bytes.readBigInt64BE(48)),
    flags: Number(bytes.readBigUInt64BE(56)),
    id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    payloadType: header >= 116 ? bytes.readUInt32BE(112) : 0,
    payload,
    digestHolds: createHash("sha256").update(payload).digest().equals(bytes.subarray(80, 112)),
  };
}

export function writeFrame(type: string, sequence: number, payloadType: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(120 + payload.length);
  bytes.writeUInt32BE(116, 0);
  bytes.write(type.padEnd(32, " "), 4);
  bytes.writeUInt32BE(1, 36);
  bytes.writeBigUInt64BE(BigInt(Date.now()), 40);
  bytes.writeBigInt64BE(BigInt(sequence), 48);
  bytes.writeBigUInt64BE(type === "acknowledge" ? 3n : 0n, 56);
  const id = randomUUID().replaceAll("-", "");
  bytes.write(id.slice(16), 64, "hex");
  bytes.write(id.slice(0, 16), 72, "hex");
  createHash("sha256").update(payload).digest().copy(bytes, 80);
  bytes.writeUInt32BE(payloadType, 112);
  bytes.writeUInt32BE(payload.length, 116);
  payload.copy(bytes, 120);
  return bytes;
}

/** A client of the data channel: orders, acknowledges, resends; survives a lost socket when told to come back. */
export class ChannelClient {
  readonly frames: Frame[] = [];
  readonly closed: Promise<string>;
  acknowledges = true;
  /** The newest socket's own end: its code and reason. */
  gone: Promise<{ code: number; reason: string }> = new Promise(() => {});
  /** Hears each payload once, in order. */
  heard: (type: number, payload: Buffer) => void = () => {};
  #socket: WebSocket | undefined;
  #output: Buffer[] = [];
  #expected = 0;
  #early = new Map<number, Frame>();
  #sent = 0;
  #unacknowledged = new Map<number, Buffer>();
  #resend = setInterval(() => {
    for (const frame of [...this.#unacknowledged.values()].slice(0, 1)) this.#socket?.send(frame);
  }, 100).unref();
  #onClosed: (output: string) => void = () => {};
  #waiters = new Set<() => void>();

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
  }

  /** Opens the channel; gives a promise of the socket's own end: its code and reason. */
  async open(url: string, token: string | undefined): Promise<{ gone: Promise<{ code: number; reason: string }> }> {
    const socket = new WebSocket(url);
    this.#socket = socket;
    const gone = new Promise<{ code: number; reason: string }>((resolve) =>
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    this.gone = gone;
    socket.on("message", (data: Buffer) => this.#receive(data));
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const open = { MessageSchemaVersion: "1.0", RequestId: randomUUID(), TokenValue: token, ClientId: randomUUID() };
    socket.send(JSON.stringify(open));
    for (const frame of this.#unacknowledged.values()) socket.send(frame);
    return { gone };
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#output);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** Input frames the agent has not acknowledged. */
  get waiting(): number {
    return this.#unacknowledged.size;
  }

  type(text: string): void {
    this.say(1, Buffer.from(text));
  }

  resize(rows: number, cols: number): void {
    this.say(3, Buffer.from(JSON.stringify({ cols, rows })));
  }

  /** One frame of input. */
  say(type: number, payload: Buffer): void {
    const frame = writeFrame("input_stream_data", this.#sent, type, payload);
    this.#unacknowledged.set(this.#sent++, frame);
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  drop(): void {
    this.#socket?.terminate();
  }

  async until(done: () => boolean, limit = 10_000): Promise<void> {
    const end = Date.now() + limit;
    while (!done()) {
      if (Date.now() > end) throw new Error(`did not come: ${JSON.stringify(this.text.slice(-500))}`);
      await new Promise<void>((resolve) => {
        this.#waiters.add(resolve);
        setTimeout(resolve, 50);
      });
    }
  }

  #receive(data: Buffer): void {
    const frame = readFrame(data);
    this.frames.push(frame);
    if (frame.type === "acknowledge") {
      this.#unacknowledged.delete(JSON.parse(frame.payload.toString()).AcknowledgedMessageSequenceNumber);
    } else if (frame.type === "output_stream_data") this.#take(frame);
    else if (frame.type === "channel_closed") this.#end(JSON.parse(frame.payload.toString()).Output);
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  #take(frame: Frame): void {
    if (this.acknowledges) this.#acknowledge(frame);
    if (frame.sequence >= this.#expected) this.#early.set(frame.sequence, frame);
    for (let next = this.#early.get(this.#expected); next !== undefined; next = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected++);
      this.#output.push(next.payload);
      this.heard(next.payloadType, next.payload);
    }
  }

  /** What was left unacknowledged. */
  acknowledgeAll(): void {
    for (const frame of this.frames) if (frame.type === "output_stream_data") this.#acknowledge(frame);
  }

  #acknowledge(frame: Frame): void {
    const content = {
      AcknowledgedMessageType: frame.type,
      AcknowledgedMessageId: frame.id,
      AcknowledgedMessageSequenceNumber: frame.sequence,
      IsSequentialMessage: true,
    };
    this.#socket?.send(writeFrame("acknowledge", 0, 0, Buffer.from(JSON.stringify(content))));
  }

  #end(output: string): void {
    clearInterval(this.#resend);
    this.#onClosed(output);
  }
}

export const runningTask = (sandbox: Sandbox): string => {
  const task = serviceState(sandbox).tasks.find(({ lastStatus }) => lastStatus === "RUNNING");
  if (task === undefined) throw new Error("no running task");
  return task.id;
};

export async function startCommand(
  aws: Clients,
  sandbox: Sandbox,
  command: string,
  rest: Partial<ExecuteCommandCommandInput> = {},
): Promise<{ sessionId: string; streamUrl: string; tokenValue: string }> {
  const input = { cluster: NAME, task: runningTask(sandbox), command, interactive: true, ...rest };
  const { session } = await aws.ecs.send(new ExecuteCommandCommand(input));
  const { sessionId = "", streamUrl = "", tokenValue = "" } = session ?? {};
  return { sessionId, streamUrl, tokenValue };
}

/** Starts a command and looks at it; the output is complete when `closed` has come. */
export async function attach(
  aws: Clients,
  sandbox: Sandbox,
  command: string,
  rest: Partial<ExecuteCommandCommandInput> = {},
): Promise<ChannelClient & { session: { sessionId: string; streamUrl: string; tokenValue: string } }> {
  const session = await startCommand(aws, sandbox, command, rest);
  const client = new ChannelClient();
  await client.open(session.streamUrl, session.tokenValue);
  return Object.assign(client, { session });
}
