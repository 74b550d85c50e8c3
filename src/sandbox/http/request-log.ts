import type { FaultKind } from "./fault.ts";
import type { Input } from "./input.ts";

/** One AWS call as the sandbox saw it. */
export interface RecordedRequest {
  /** Virtual time of arrival, ISO 8601. */
  readonly at: string;
  readonly service: string;
  readonly operation: string;
  /** Whether the operation changes the world when it succeeds. */
  readonly mutating: boolean;
  /** HTTP status sent, 0 when the connection was cut. */
  readonly status: number;
  /** Whether the operation took effect, whatever answer the client got. */
  readonly effective: boolean;
  readonly requestId: string;
  /** Same for all retries of one SDK call. */
  readonly invocationId?: string;
  /** What the client calls itself. */
  readonly userAgent?: string;
  readonly input: Input;
  readonly error?: string;
  readonly fault?: { readonly kind: FaultKind; readonly when: "before" | "after" };
}
