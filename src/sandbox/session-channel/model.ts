import type { Task } from "../ecs/model.ts";
import type { TaskContainer } from "../ecs/task-container.ts";

/** Where a session leads. */
export interface SessionTarget {
  readonly task: Task;
  readonly container: TaskContainer;
}

/** A session in a task, of ECS Exec or of a forwarded port, as the rest of the sandbox sees it. */
export interface ChannelSession extends SessionTarget {
  readonly id: string;
  /** The command. For a forwarded port: its document and destination. */
  readonly command: string;
  /** What a client must send to open the channel. ResumeSession renews it. */
  readonly token: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly state: "running" | "ended" | "closed";
  readonly exitCode: number | undefined;
  readonly faults: readonly string[];
  /** Returns a token to reconnect with, or an empty one if the session is over. */
  renewToken(): string;
  terminate(): void;
  /** The container is gone, and with it the session's endpoint. The client is not notified. */
  abandon(): void;
  /** The world is gone. */
  destroy(): void;
}
