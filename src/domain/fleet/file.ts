/** What a fleet file says: one runbook for many targets, in waves. Data alone: no conditions, no loops. */
export interface FleetFile {
  readonly runbook: string;
  /** Inputs as typed, the same for each target. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Names, globs and tags of the configuration, in the order of the file. */
  readonly targets: readonly string[];
  readonly waves: readonly WaveSpec[];
  readonly window?: FleetWindow;
}

/** When every plan of the fleet may begin; RFC 3339, UTC. */
export interface FleetWindow {
  readonly from: string;
  readonly until: string;
}

/** Some of the targets, which run side by side. */
export interface WaveSpec {
  readonly name: string;
  /** Names, globs and tags; absent: by `share`, or all that are left. */
  readonly targets?: readonly string[];
  /** Percent of all targets. */
  readonly share?: number;
  /** A person approves it before it begins. */
  readonly approval: boolean;
  /** How many run at once. */
  readonly concurrency: number;
  /** How many may fail before nothing more of it starts. */
  readonly tolerated: number;
}

export const WAVE_DEFAULTS = { approval: false, concurrency: 10, tolerated: 0 } as const;
