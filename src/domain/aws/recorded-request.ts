/** One request as it was sent: its action, its result, and its time by both clocks. */
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

/** Receives every request. A repeated request is recorded each time. */
export interface RequestRecorder {
  now(): number;
  record(request: RecordedRequest): void;
}
