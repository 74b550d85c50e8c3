/** What a session connects to: a command on a terminal, or a forwarded port. */
export interface SessionEndpoint {
  /** Only of a command that has ended. */
  readonly exitCode?: number | undefined;
  /** Whether it accepts input now. If not, input waits without an acknowledgement until it calls `ready`. */
  readonly accepts: boolean;
  /** Takes the payload of one frame of input. Each comes once, in order. */
  take(payloadType: number | undefined, payload: Buffer): void;
  /** Nothing is read from it until `resume`. */
  pause(): void;
  resume(): void;
  /** The session is over. */
  kill(): void;
  /** The container or the world is gone. */
  destroy(): void;
}

/** What an endpoint reports to: its session. */
export interface Watcher {
  /** Sends one frame of at most 1024 bytes, the most that the agent sends at once. [S] */
  send(payloadType: number, payload: Buffer): void;
  /** The endpoint accepts input again. */
  ready(): void;
  /** The endpoint has ended. What it sent still has to be acknowledged. */
  ended(): void;
  /** The endpoint cannot continue. The session closes with this message. */
  failed(words: string): void;
}
