/** One line as CloudWatch Logs keeps it. */
export interface LogEvent {
  readonly id: string;
  /** ms */
  readonly at: number;
  readonly message: string;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  /** Oldest first. */
  readonly events: LogEvent[];
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  /** Undefined: events never expire. Here none expires anyway. */
  retentionInDays: number | undefined;
  tags: Readonly<Record<string, string>>;
  /** By name. */
  readonly streams: Map<string, LogStream>;
}

/** By name. */
export type LogGroups = Map<string, LogGroup>;

export const newLogGroup = (name: string, createdAt: number): LogGroup => ({
  name,
  createdAt,
  retentionInDays: undefined,
  tags: {},
  streams: new Map(),
});
