import type { Exit } from "../vulcan/process.ts";

/** What runs as a task's essential container: Vulcan itself, or the command it was overridden with. */
export interface TaskProcess {
  readonly log: readonly string[];
  /** The loopback port it listens on, while it does. */
  readonly port: number | undefined;
  /** Hears no SIGTERM now. */
  readonly isDeaf: boolean;
  readonly started: Promise<void>;
  readonly exited: Promise<Exit>;
  passesHealthCheck(): boolean;
  /** How long its health page takes to answer (virtual s). */
  readonly healthSeconds: number;
  /** SIGTERM, and SIGKILL after `grace` real ms. Gives the exit code. */
  terminate(grace: number): Promise<number>;
  kill(): void;
}
