/** The limits of a session, in real milliseconds: they are about networks, so the target's clock does not matter. */
export interface ExecLimits {
  /** The interval between pings. A socket with `missedPongs` unanswered pings is dropped. */
  readonly pingMs: number;
  readonly missedPongs: number;
  /** Our side ends after this long without anything from the command; AWS ends it after 20 min without traffic. */
  readonly silenceMs: number;
  /** How long we retry a lost socket before we give up its session. */
  readonly comeBackMs: number;
  /** The interval between calls of DescribeTasks: the channel does not report that its task stops. */
  readonly taskMs: number;
  /** How long we try to start a mutating command, or to find it again after it was lost. */
  readonly attachMs: number;
  /** Rounds between two heartbeats of a follower. A round takes about 0.2 s (1 s in the poorest images). */
  readonly beatRounds: number;
  /** We stop following a command that prints more than this. */
  readonly mostBytes: number;
}

export const DEFAULT_LIMITS: ExecLimits = {
  pingMs: 30_000,
  missedPongs: 2,
  silenceMs: 21 * 60_000,
  comeBackMs: 60_000,
  taskMs: 10_000,
  attachMs: 5 * 60_000,
  beatRounds: 50,
  mostBytes: 256 * 1024 * 1024,
};

/** A follower without a heartbeat for this long is gone. */
export const FOLLOWER_SILENCE_MS = 120_000;
