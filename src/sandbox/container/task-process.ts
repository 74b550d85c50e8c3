import type { Exit } from "../vulcan/process.ts";

/** What runs as a container: Vulcan, another program's stand-in, or a command. */
export interface TaskProcess {
  readonly log: readonly string[];
  /** The container's ports on which it listens. All lead to `port`. */
  readonly ports: readonly number[];
  /** Its loopback port, while it listens. */
  readonly port: number | undefined;
  /** Whether it ignores SIGTERM now. */
  readonly isDeaf: boolean;
  readonly started: Promise<void>;
  readonly exited: Promise<Exit>;
  passesHealthCheck(): boolean;
  /** How long its health page takes to answer (virtual s). */
  readonly healthSeconds: number;
  /** Sends SIGTERM, and SIGKILL after `grace` real ms. Resolves to the exit code. */
  terminate(grace: number): Promise<number>;
  kill(): void;
  /** Of Vulcan: notes in a table that clients with these ids are there. */
  heartbeat?(table: string, ids: readonly string[]): void;
  /** Of Vulcan: runs the scheduled scans. */
  scan?(): void;
}
