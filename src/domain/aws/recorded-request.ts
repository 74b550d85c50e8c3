import { formatDuration } from "../time.ts";

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

/** A clock that is off by more changes what an age or a window means. */
export const SKEW_WARN_SECONDS = 60;

/**
 * Seconds that this machine's clock is ahead of AWS's; negative where it is behind. The fastest answer is the most exact
 * one, and its header has whole seconds. Undefined where no answer said what time it is.
 */
export function clockSkew(requests: readonly RecordedRequest[]): number | undefined {
  const dated = requests.filter((request) => request.serverTime !== undefined);
  const [best] = [...dated].sort((a, b) => took(a) - took(b));
  if (best?.serverTime === undefined) return undefined;
  return ((best.sentAt + best.answeredAt) / 2 - best.serverTime - 500) / 1000;
}

export const took = ({ sentAt, answeredAt }: RecordedRequest): number => answeredAt - sentAt;

/** `this machine's clock is 4 min ahead of AWS's` */
export const skewText = (seconds: number): string =>
  `this machine's clock is ${formatDuration(Math.abs(seconds))} ${seconds > 0 ? "ahead of" : "behind"} AWS's`;
