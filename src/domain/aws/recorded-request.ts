/** One request as it went over the wire: what was asked for, what came of it, and when by both clocks. */
export interface RecordedRequest {
  /** As IAM writes it: `ecs:ListTasks`. */
  readonly action: string;
  /** The error's name; absent where it was answered. */
  readonly failure?: string;
  /** The server's clock in epoch ms, to the second; absent where nothing came back. */
  readonly serverTime?: number;
  /** This machine's clock before and after. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Told of every request; of one that is repeated, each time. */
export interface RequestRecorder {
  now(): number;
  saw(request: RecordedRequest): void;
}
