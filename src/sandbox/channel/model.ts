import type { Task } from "../ecs/model.ts";

/** A session of ECS Exec as the rest of the sandbox sees it. */
export interface ChannelSession {
  readonly id: string;
  readonly task: Task;
  readonly command: string;
  /** What a client must show to open the channel; renewed by ResumeSession. */
  readonly token: string;
  readonly state: "running" | "ended" | "closed";
  readonly exitCode: number | undefined;
  readonly faults: readonly string[];
  /** A token to come back with; empty when the session is over. */
  renewToken(): string;
  terminate(): void;
  /** The container has gone: the command with it, and the client hears nothing. */
  abandon(): void;
  /** The world has gone. */
  destroy(): void;
}
