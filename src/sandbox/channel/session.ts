import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import type { ContainerFolder } from "../container/folder.ts";
import type { Task } from "../ecs/model.ts";
import type { Fault } from "../wire/fault.ts";
import type { World } from "../world.ts";
import { type AgentMessage, decodeMessage, PAYLOAD } from "./agent-message.ts";
import { Inbox } from "./inbox.ts";
import { Line } from "./line.ts";
import type { ChannelSession } from "./model.ts";
import { Outbox } from "./outbox.ts";
import { OutputFrames } from "./output-frames.ts";
import { acknowledgement, channelClosed, outputFrame, publication } from "./service-frames.ts";
import { Terminal, type Watcher } from "./terminal.ts";
import { troubleOf } from "./trouble.ts";

/** The agent waits this long (real ms) for acknowledgements when the command has ended. [S] */
const LAST_ACKS = 2000;

/** Unacknowledged frames beyond which nothing more is read, until they are fewer than half. */
const BACKLOG = 4000;

const IDLE = "Your session timed out due to inactivity and has been terminated.";

/** Why the terminal is not being read. */
type Pause = "first-read" | "publication" | "nobody-connected" | "backlog";

/** One session: a command on a terminal, and the channel on which a client may see it. It lives without any client. */
export class Session implements ChannelSession, Watcher {
  readonly id: string;
  readonly task: Task;
  readonly command: string;
  readonly faults: readonly string[];
  token = newToken();
  state: ChannelSession["state"] = "running";
  readonly #world: World;
  readonly #trouble: ReturnType<typeof troubleOf>;
  readonly #line: Line;
  readonly #outbox: Outbox;
  readonly #inbox = new Inbox();
  readonly #frames = new OutputFrames();
  readonly #pauses = new Set<Pause>();
  #terminal: Terminal | undefined;
  #tail: Buffer = Buffer.alloc(0);
  #pausedOnce = false;
  #lastWord: string | undefined;
  #patience: NodeJS.Timeout | undefined;
  #active: number;

  constructor(world: World, id: string, task: Task, command: string, faults: readonly Fault[]) {
    this.#world = world;
    this.id = id;
    this.task = task;
    this.command = command;
    this.faults = faults.map(({ kind }) => kind);
    this.#trouble = troubleOf(faults);
    this.#line = new Line(this.#trouble);
    this.#outbox = new Outbox(
      (frame, bytes) => this.#transmit(frame, bytes),
      () => this.#onAcknowledged(),
    );
    this.#active = world.clock.now();
    this.#watchIdleness();
  }

  get exitCode(): number | undefined {
    return this.#terminal?.exitCode;
  }

  /** Starts the command, whether or not a client ever comes. The agent first reads its terminal a second later. [S] */
  async start(place: ContainerFolder, argv: readonly string[]): Promise<void> {
    this.#terminal = await Terminal.start(place, this.id, argv, this);
    this.#pause("first-read");
    this.#world.clock.after(this.#world.timings.execFirstRead, () => this.#resume("first-read"));
  }

  /** The command cannot be started; the agent says so a little later. */
  refuse(reason: string): void {
    this.#world.clock.after(this.#world.timings.execRefusal, () => this.#close(`Unable to start command: ${reason}`));
  }

  /** A client has opened the channel with the right token; the newest one has it. */
  attach(socket: WebSocket): void {
    this.#line.connect(socket, () => this.#onLost());
    socket.on("message", (data: Buffer, binary: boolean) => {
      const message = binary ? decodeMessage(data) : undefined;
      if (message !== undefined) this.#receive(message);
    });
    this.#active = this.#world.clock.now();
    this.#outbox.resendAll();
    this.#resume("nobody-connected");
    if (this.#lastWord !== undefined) this.#sayLastWord(this.#lastWord);
    else if (this.state === "ended") this.#awaitLastAcks();
  }

  renewToken(): string {
    this.token = this.#lastWord === undefined && this.state !== "closed" ? newToken() : "";
    return this.token;
  }

  terminate(): void {
    if (this.state !== "closed") this.#close("");
  }

  abandon(): void {
    this.#terminal?.destroy();
    this.#outbox.stop();
    if (this.state === "running") this.state = "ended";
  }

  destroy(): void {
    this.state = "closed";
    clearTimeout(this.#patience);
    this.#outbox.stop();
    this.#terminal?.destroy();
    this.#line.cut();
  }

  output(bytes: Buffer): void {
    if (this.state === "closed") return;
    this.#active = this.#world.clock.now();
    for (const payload of this.#frames.cut(this.#withoutTail(bytes))) {
      this.#outbox.send(payload.length, (sequence) => outputFrame(payload, sequence, this.#world.clock.now()));
    }
    if (this.#outbox.waiting > BACKLOG) this.#pause("backlog");
  }

  ended(): void {
    if (this.state !== "running") return;
    this.state = "ended";
    this.#awaitLastAcks();
  }

  /** Where the tail is to be lost, the newest bytes stay back until others follow. */
  #withoutTail(bytes: Buffer): Buffer {
    const { truncates } = this.#trouble;
    if (truncates === 0) return bytes;
    const all = Buffer.concat([this.#tail, bytes]);
    const certain = Math.max(0, all.length - truncates);
    this.#tail = all.subarray(certain);
    return all.subarray(0, certain);
  }

  #transmit(frame: Buffer, bytes: number): boolean {
    if (this.#pauses.has("publication") || !this.#line.connected) return false;
    this.#line.send(frame, bytes);
    const { pause, closeAt } = this.#trouble;
    if (pause !== undefined && !this.#pausedOnce && this.#line.sent > pause.bytes) this.#pausePublication(pause.ms);
    if (closeAt !== undefined && this.#line.sent >= closeAt && this.state !== "closed") {
      this.#close("----------ERROR-------\nThe data channel was closed by the service.");
    }
    return true;
  }

  #pausePublication(ms: number): void {
    this.#pausedOnce = true;
    this.#line.put(publication("pause_publication", this.#world.clock.now()));
    this.#pause("publication");
    setTimeout(() => {
      if (this.state === "closed") return;
      this.#line.put(publication("start_publication", this.#world.clock.now()));
      this.#resume("publication");
      this.#outbox.resendAll();
    }, ms).unref();
  }

  #receive(message: AgentMessage): void {
    if (this.state === "closed") return;
    if (message.type === "acknowledge") this.#onAcknowledgement(message);
    if (message.type !== "input_stream_data" || this.#terminal === undefined) return;
    this.#active = this.#world.clock.now();
    const ready = this.#inbox.take(message);
    if (!this.#losesAck()) this.#line.put(acknowledgement(message, this.#world.clock.now()));
    for (const { payloadType, payload } of ready) this.#input(this.#terminal, payloadType, payload);
  }

  #input(terminal: Terminal, type: number | undefined, payload: Buffer): void {
    if (type === PAYLOAD.output) terminal.write(payload);
    if (type !== PAYLOAD.size) return;
    const { rows, cols } = readJson(payload);
    if (typeof rows === "number" && typeof cols === "number") terminal.resize(rows, cols);
  }

  #onAcknowledgement(message: AgentMessage): void {
    const sequence = readJson(message.payload).AcknowledgedMessageSequenceNumber;
    if (typeof sequence === "number" && !this.#losesAck()) this.#outbox.acknowledge(sequence);
  }

  #losesAck(): boolean {
    return this.#trouble.losesAcks > 0 && this.#trouble.losesAcks-- > 0;
  }

  #onAcknowledged(): void {
    if (this.#outbox.waiting < BACKLOG / 2) this.#resume("backlog");
    if (this.state === "ended" && this.#outbox.waiting === 0) this.#close("");
  }

  /** Nobody reads any more, so the service pauses publication; the command stands still once the pipe is full. [?] */
  #onLost(): void {
    if (this.state === "running" && this.#world.timings.execPausesAlone) this.#pause("nobody-connected");
  }

  /** An ended session is kept until a client has come for it, then as long as the agent waits. */
  #awaitLastAcks(): void {
    if (this.state !== "ended" || !this.#line.connected) return;
    clearTimeout(this.#patience);
    if (this.#outbox.waiting === 0) this.#close("");
    else this.#patience = setTimeout(() => this.#close(""), LAST_ACKS).unref();
  }

  #close(output: string): void {
    if (this.state === "closed") return;
    const running = this.state === "running";
    this.state = "closed";
    clearTimeout(this.#patience);
    this.#outbox.stop();
    if (running && this.#trouble.survives) for (const pause of [...this.#pauses]) this.#resume(pause);
    else if (running) this.#terminal?.kill();
    this.#lastWord = output;
    if (this.#line.connected) this.#sayLastWord(output);
  }

  #sayLastWord(output: string): void {
    this.#line.put(channelClosed(this.id, output, this.#world.clock.now()));
    this.#line.hangUp();
  }

  #pause(reason: Pause): void {
    this.#pauses.add(reason);
    this.#terminal?.pause();
  }

  #resume(reason: Pause): void {
    if (this.#pauses.delete(reason) && this.#pauses.size === 0) this.#terminal?.resume();
  }

  /** Twenty minutes without traffic end a session, and with it the command. [I] */
  #watchIdleness(): void {
    const limit =
      this.#trouble.idle === undefined ? this.#world.timings.execIdle : this.#trouble.idle * this.#world.clock.speed;
    const check = (): void => {
      if (this.state === "closed") return;
      const due = this.#active + limit;
      if (this.#world.clock.now() >= due) this.#close(IDLE);
      else this.#world.clock.at(due, check);
    };
    this.#world.clock.after(limit, check);
  }
}

const newToken = (): string => randomBytes(48).toString("base64");

function readJson(payload: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(payload.toString()) as Record<string, unknown>;
  } catch {
    return {}; // nonsense from a client has no effect
  }
}
