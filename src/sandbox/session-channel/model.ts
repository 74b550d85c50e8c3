import type { Task } from "../ecs/model.ts";

/** A session in a task, of ECS Exec or of a forwarded port, as the rest of the sandbox sees it. */
export interface ChannelSession {
  readonly id: string;
  readonly task: Task;
  /** The command; of a forwarded port its document and destination. */
  readonly command: string;
  /** What a client must show to open the channel; renewed by ResumeSession. */
  readonly token: string;
  readonly state: "running" | "ended" | "closed";
  readonly exitCode: number | undefined;
  readonly faults: readonly string[];
  /** A token to come back with; empty when the session is over. */
  renewToken(): string;
  terminate(): void;
  /** The container has gone: what the session leads to with it, and the client hears nothing. */
  abandon(): void;
  /** The world has gone. */
  destroy(): void;
}
