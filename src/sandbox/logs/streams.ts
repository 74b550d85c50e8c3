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

/** Streams by group and name. */
export type LogGroups = Map<string, Map<string, LogStream>>;
