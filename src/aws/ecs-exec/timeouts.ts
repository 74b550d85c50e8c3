/** How patient a session is, in real milliseconds: it is about networks, whatever clock the target keeps. */
export interface ExecLimits {
  /** A ping this often; a socket that has left `missedPongs` unanswered is dropped. */
  readonly pingMs: number;
  readonly missedPongs: number;
  /** Nothing from the command for this long ends our side; AWS ends a session after 20 min without traffic. */
  readonly silenceMs: number;
  /** How long a lost socket is tried again before its session is given up. */
  readonly comeBackMs: number;
  /** DescribeTasks this often: the channel says nothing when its task stops. */
  readonly taskMs: number;
  /** How long a mutating command is tried to be started, and looked for again after it was lost. */
  readonly attachMs: number;
  /** A sign of life from whoever follows a mutating command, in rounds of about 0.2 s (1 s in the poorest images). */
  readonly beatRounds: number;
  /** More output than this is given up. */
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

/** A follower that has not shown a sign of life for this many rounds of its heartbeat is gone. */
export const FOLLOWER_SILENCE_MS = 120_000;
