import { randomUUID } from "node:crypto";
import type { Agent } from "node:http";
import { pause } from "./pause.ts";
import { type CoreEnd, SessionCore } from "./session-state.ts";
import type { ExecLimits } from "./timeouts.ts";
import { isSafeUrl, type OpenSocket, openSocket, type SocketClosed } from "./websocket.ts";

/** ExecuteCommand returns it; ResumeSession renews its token. */
export interface Ticket {
  readonly sessionId: string;
  readonly streamUrl: string;
  readonly tokenValue: string;
}

/** A new token; `over` if the session has ended; `refused` if these credentials may not resume sessions. */
export type ResumeAnswer = { readonly token: string } | "over" | "refused";

export type ChannelEnd =
  | { readonly kind: "closed"; readonly message: string; readonly flag?: number }
  | { readonly kind: "encrypted" }
  /** The state of the command is unknown. */
  | { readonly kind: "lost"; readonly why: string };

export interface ChannelPorts {
  output(bytes: Buffer): void;
  /** Only for a session without a terminal: input arrives from now on. */
  ready?(): void;
  resume(): Promise<ResumeAnswer>;
  /** The way out for a websocket; undefined: Node's own. */
  agent?(): Promise<Agent | undefined>;
  /** Epoch milliseconds, for headers. */
  now(): number;
}

const TICK_MS = 50;
const BACK_OFF_MS = [100, 500, 1000, 2000, 4000];
/** The service's code for a missing or a wrong token. */
const UNACCEPTABLE = 1003;
/** Programs that wrap lines read this width; the terminal itself never wraps. */
const COLUMNS = 500;
const ROWS = 50;

/** One session from its ticket to its end, over as many sockets as needed. */
export class Channel {
  readonly #ticket: Ticket;
  readonly #ports: ChannelPorts;
  readonly #limits: ExecLimits;
  readonly #core: SessionCore;
  readonly #leaving = new AbortController();
  #socket: OpenSocket | undefined;
  #heard = performance.now();
  #why = "";

  constructor(ticket: Ticket, ports: ChannelPorts, limits: ExecLimits) {
    this.#ticket = ticket;
    this.#ports = ports;
    this.#limits = limits;
    this.#core = new SessionCore({
      send: (frame) => this.#socket?.send(frame),
      output: (bytes) => ports.output(bytes),
      ready: () => ports.ready?.(),
      now: ports.now,
      elapsed: () => performance.now(),
      newId: () => randomUUID(),
    });
  }

  type(input: string | Buffer): void {
    this.#core.type(Buffer.from(input));
  }

  /** Ends our side; the session itself may continue. */
  leave(why: string): void {
    if (this.#leaving.signal.aborted) return;
    this.#why = why;
    this.#leaving.abort();
    this.#socket?.close();
  }

  /** Opens the channel and resolves when it has ended, for any reason. Call it once. */
  async follow(): Promise<ChannelEnd> {
    const { streamUrl, tokenValue } = this.#ticket;
    if (streamUrl === "" || tokenValue === "") return lost("AWS gave no address, or no token, of the session");
    if (!isSafeUrl(streamUrl)) return lost("AWS gave a stream URL that is not encrypted");
    const timer = setInterval(() => this.#tick(), TICK_MS);
    if (this.#ports.ready === undefined) this.#core.resize(COLUMNS, ROWS);
    try {
      return await this.#connectUntilTheEnd();
    } finally {
      clearInterval(timer);
      this.#socket?.close();
    }
  }

  async #connectUntilTheEnd(): Promise<ChannelEnd> {
    let token = this.#ticket.tokenValue;
    let downSince = performance.now();
    for (let attempt = 0; ; attempt++) {
      const opened = performance.now();
      const gone = await this.#connect(token);
      const end = this.#ended();
      if (end !== undefined) return end;
      if (this.#heard > opened) {
        attempt = 0;
        downSince = performance.now();
      }
      const next = await this.#comeBack(token, gone, attempt, downSince);
      if (typeof next !== "string") return next;
      token = next;
    }
  }

  async #connect(token: string): Promise<SocketClosed> {
    if (this.#leaving.signal.aborted) return { code: 1006, reason: "" };
    try {
      this.#socket = await this.#open(token);
    } catch (error) {
      return { code: 1006, reason: error instanceof Error ? error.message : "" };
    }
    if (this.#leaving.signal.aborted) this.#socket.close();
    return this.#socket.gone;
  }

  async #open(token: string): Promise<OpenSocket> {
    const { pingMs, missedPongs } = this.#limits;
    const agent = await this.#ports.agent?.();
    return openSocket(this.#ticket.streamUrl, token, {
      newId: () => randomUUID(),
      heartbeat: { pingMs, missed: missedPongs },
      onOpen: () => this.#core.reconnected(),
      onFrame: (frame) => this.#receive(frame),
      agent,
    });
  }

  #receive(frame: Buffer): void {
    this.#heard = performance.now();
    this.#core.receive(frame);
    if (this.#core.end !== undefined) this.#socket?.close();
  }

  /** A token to continue with, or the reason why there is none. */
  async #comeBack(old: string, gone: SocketClosed, attempt: number, downSince: number): Promise<string | ChannelEnd> {
    const how = `the connection was lost (${gone.code}${gone.reason === "" ? "" : `: ${gone.reason}`})`;
    for (let round = attempt; ; round++) {
      if (performance.now() - downSince > this.#limits.comeBackMs) return lost(`${how} and did not come back`);
      await pause(BACK_OFF_MS[Math.min(round, BACK_OFF_MS.length - 1)] ?? 0, this.#leaving.signal);
      if (this.#leaving.signal.aborted) return lost(this.#why);
      const resumed = await this.#ports.resume().catch(() => undefined);
      if (resumed === "over") return lost(`${how}, and AWS says that the session is over`);
      if (resumed === "refused" && gone.code === UNACCEPTABLE) {
        return lost(`${how}; these credentials may not resume a session (ssm:ResumeSession)`);
      }
      if (resumed === "refused") return old;
      if (resumed !== undefined) return resumed.token;
    }
  }

  #ended(): ChannelEnd | undefined {
    const end = this.#core.end;
    if (end !== undefined) return end.kind === "unanswered" ? UNANSWERED : this.#withExitCode(end);
    return this.#leaving.signal.aborted ? lost(this.#why) : undefined;
  }

  #withExitCode(end: Exclude<CoreEnd, { kind: "unanswered" }>): ChannelEnd {
    const code = this.#core.agentExitCode;
    if (end.kind !== "closed" || end.message !== "" || code === undefined) return end;
    return { kind: "closed", message: `The agent speaks of exit code ${code}, outside of the command's own output.` };
  }

  #tick(): void {
    this.#core.tick();
    if (this.#core.end !== undefined) this.#socket?.close();
    const silent = performance.now() - this.#heard;
    if (silent > this.#limits.silenceMs) {
      const damaged = this.#core.damaged > 0 ? `; ${this.#core.damaged} frames arrived damaged` : "";
      this.leave(`nothing has come for ${Math.round(silent / 1000)} s${damaged}`);
    }
  }
}

const lost = (why: string): ChannelEnd => ({ kind: "lost", why });
const UNANSWERED = lost("the agent has not answered for five minutes");
