import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import type { Task } from "../ecs/model.ts";
import type { TaskContainer } from "../ecs/task-container.ts";
import type { Fault } from "../http/fault.ts";
import type { World } from "../world.ts";
import { type AgentMessage, decodeMessage, PAYLOAD } from "./agent-message.ts";
import { ClientConnection } from "./connection.ts";
import type { SessionEndpoint, Watcher } from "./endpoint.ts";
import { channelFaultsOf } from "./faults.ts";
import { IdleTimeout } from "./idle-timeout.ts";
import type { ChannelSession, SessionTarget } from "./model.ts";
import { readJson } from "./read-json.ts";
import { ReorderBuffer } from "./reorder-buffer.ts";
import { RetransmitQueue } from "./retransmit-queue.ts";
import { acknowledgement, channelClosed, outputFrame, publication } from "./service-frames.ts";

/** The agent waits this long (real ms) for acknowledgements when the command has ended. [S] */
const LAST_ACKS = 2000;

/** Above this number of unacknowledged frames we stop reading, until there are fewer than half. */
const BACKLOG = 4000;

/** How many frames of input wait for an endpoint that accepts none. The client has to resend further frames. */
const MOST_UNREAD = 10_000;

const IDLE = "Your session timed out due to inactivity and has been terminated.";

/** Why the endpoint is not being read. */
type Pause = "first-read" | "publication" | "nobody-connected" | "backlog";

/** One session: its endpoint, and the channel through which a client uses it. It lives without any client. */
export class Session implements ChannelSession, Watcher {
  readonly id: string;
  readonly task: Task;
  readonly container: TaskContainer;
  readonly command: string;
  readonly faults: readonly string[];
  token = newToken();
  readonly startedAt: number;
  endedAt: number | undefined;
  #state: ChannelSession["state"] = "running";
  readonly #world: World;
  readonly #trouble: ReturnType<typeof channelFaultsOf>;
  readonly #line: ClientConnection;
  readonly #outbox: RetransmitQueue;
  readonly #inbox = new ReorderBuffer();
  readonly #pauses = new Set<Pause>();
  readonly #idleness: IdleTimeout;
  #farEnd: SessionEndpoint | undefined;
  #unread: AgentMessage[] = [];
  #isAbandoned = false;
  #pausedOnce = false;
  #lastWord: string | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(world: World, id: string, { task, container }: SessionTarget, command: string, faults: readonly Fault[]) {
    this.#world = world;
    this.startedAt = world.clock.now();
    this.id = id;
    this.task = task;
    this.container = container;
    this.command = command;
    this.faults = faults.map(({ kind }) => kind);
    this.#trouble = channelFaultsOf(faults);
    this.#line = new ClientConnection(this.#trouble);
    this.#outbox = new RetransmitQueue(
      (frame, bytes) => this.#transmit(frame, bytes),
      () => this.#onAcknowledged(),
    );
    const { idle } = this.#trouble;
    // Twenty minutes without traffic end a session, and its endpoint with it. [I]
    const limit = idle === undefined ? world.timings.execIdle : idle * world.clock.speed;
    this.#idleness = new IdleTimeout(world.clock, limit, () => this.#close(IDLE));
  }

  get state(): ChannelSession["state"] {
    return this.#state;
  }

  set state(state: ChannelSession["state"]) {
    if (this.#state === "running" && state !== "running") this.endedAt = this.#world.clock.now();
    this.#state = state;
  }

  get exitCode(): number | undefined {
    return this.#farEnd?.exitCode;
  }

  /** Bytes at the end of a command's output that are to be lost. */
  get truncates(): number {
    return this.#trouble.truncates;
  }

  /** The endpoint has started, even if no client ever comes. It is first read after `firstRead` virtual ms. */
  begin(farEnd: SessionEndpoint, firstRead = 0): void {
    this.#farEnd = farEnd;
    if (this.state !== "running") farEnd.destroy(); // its task or its world ended while it started
    if (firstRead === 0) return;
    this.#pause("first-read");
    this.#world.clock.after(firstRead, () => this.#resume("first-read"));
  }

  /** The command cannot be started. The agent reports it a little later. */
  refuse(reason: string): void {
    this.#world.clock.after(this.#world.timings.execRefusal, () => this.#close(`Unable to start command: ${reason}`));
  }

  /** A client has opened the channel with the right token. It replaces any earlier client. */
  attach(socket: WebSocket): void {
    this.#line.connect(socket, () => this.#onLost());
    socket.on("message", (data: Buffer, binary: boolean) => {
      const message = binary ? decodeMessage(data) : undefined;
      if (message !== undefined) this.#receive(message);
    });
    this.#idleness.touch();
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
    this.#isAbandoned = true;
    this.#farEnd?.destroy();
    this.#outbox.stop();
    if (this.state === "running") this.state = "ended";
  }

  destroy(): void {
    this.state = "closed";
    this.#idleness.stop();
    clearTimeout(this.#patience);
    this.#outbox.stop();
    this.#farEnd?.destroy();
    this.#line.cut();
  }

  send(payloadType: number, payload: Buffer): void {
    if (this.state === "closed") return;
    this.#idleness.touch();
    const bytes = payloadType === PAYLOAD.output ? payload.length : 0;
    this.#outbox.send(bytes, (sequence) => outputFrame(payloadType, payload, sequence, this.#world.clock.now()));
    if (this.#outbox.waiting > BACKLOG) this.#pause("backlog");
  }

  ready(): void {
    const unread = this.#unread;
    this.#unread = [];
    for (const message of unread) this.#receive(message);
  }

  failed(words: string): void {
    this.#close(words);
  }

  ended(): void {
    if (this.state !== "running") return;
    this.state = "ended";
    this.#awaitLastAcks();
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
    if (message.type === "input_stream_data") this.#onInput(message);
  }

  /** Input is not acknowledged before the endpoint exists, nor after its container is gone. [S] */
  #onInput(message: AgentMessage): void {
    const farEnd = this.#farEnd;
    if (farEnd === undefined || this.#isAbandoned) return;
    this.#idleness.touch();
    if (!farEnd.accepts) {
      if (this.#unread.length < MOST_UNREAD) this.#unread.push(message);
      return;
    }
    const ready = this.#inbox.take(message);
    if (!this.#losesAck()) this.#line.put(acknowledgement(message, this.#world.clock.now()));
    for (const { payloadType, payload } of ready) farEnd.take(payloadType, payload);
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

  /** No client reads any more, so the service pauses publication. The command blocks once the pipe is full. [?] */
  #onLost(): void {
    if (this.state === "running" && this.#world.timings.execPausesAlone) this.#pause("nobody-connected");
  }

  /** An ended session is kept until a client connects, and then as long as the agent waits. */
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
    this.#idleness.stop();
    clearTimeout(this.#patience);
    this.#outbox.stop();
    if (running && this.#trouble.survives) for (const pause of [...this.#pauses]) this.#resume(pause);
    else if (running) this.#farEnd?.kill();
    this.#lastWord = output;
    if (this.#line.connected) this.#sayLastWord(output);
  }

  #sayLastWord(output: string): void {
    this.#line.put(channelClosed(this.id, output, this.#world.clock.now()));
    this.#line.hangUp();
  }

  #pause(reason: Pause): void {
    this.#pauses.add(reason);
    this.#farEnd?.pause();
  }

  #resume(reason: Pause): void {
    if (this.#pauses.delete(reason) && this.#pauses.size === 0) this.#farEnd?.resume();
  }
}

const newToken = (): string => randomBytes(48).toString("base64");
