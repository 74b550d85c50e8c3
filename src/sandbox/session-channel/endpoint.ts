/** What a session leads to: a command on a terminal, or a port that is forwarded. */
export interface FarEnd {
  /** Of a command that has ended. */
  readonly exitCode?: number | undefined;
  /** Whether it takes input now; until it says `ready`, input waits without an acknowledgement. */
  readonly accepts: boolean;
  /** The payload of one frame of input; each comes once, in order. */
  take(payloadType: number | undefined, payload: Buffer): void;
  /** Nothing is read from it until `resume`. */
  pause(): void;
  resume(): void;
  /** The session is over. */
  kill(): void;
  /** The container has gone, or the world. */
  destroy(): void;
}

/** Who listens to a far end: its session. */
export interface Watcher {
  /** One frame of at most 1024 bytes, the most that the agent sends at once. [S] */
  send(payloadType: number, payload: Buffer): void;
  /** It takes input again. */
  ready(): void;
  /** It has come to its end, and what it sent is still to be acknowledged. */
  ended(): void;
  /** It cannot go on: the session is closed with these last words. */
  failed(words: string): void;
}
