import type { ServingTask } from "./aws/exec-target.ts";

/** Where commands run. */
export interface ExecPlace {
  readonly cluster: string;
  /** The task's id or ARN. */
  readonly task: string;
  readonly container: string;
}

/** What a command printed. */
export interface ContainerOutput {
  /** Standard output and error, as one stream and exact. */
  readonly bytes: Uint8Array;
  /** The same without escape sequences and overwritten lines; safe to show, without secrets. */
  readonly text: string;
}

/**
 * How a command in a container ended. Not a boolean: a lost connection proves neither success nor failure. Something
 * else must then show what happened.
 */
export type ContainerOutcome =
  | { readonly kind: "exited"; readonly code: number; readonly output: ContainerOutput }
  /** `over`: its process has ended, but how it ended is not known. */
  | { readonly kind: "unknown"; readonly why: string; readonly over?: true; readonly output: ContainerOutput };

export interface ContainerRunOptions {
  /** Ends our side. A command that was started to change something continues. */
  readonly signal?: AbortSignal;
  /** Each line as it comes, safe to show. */
  readonly onLine?: (line: string) => void;
}

/** Commands in one running container: a program and its arguments, never a line for a shell. */
export interface ContainerShell {
  /** A command that changes nothing. It dies with its connection. Throws OpsError where it was not started. */
  run(argv: readonly string[], options?: ContainerRunOptions): Promise<ContainerOutcome>;
  /**
   * A command that changes something. It starts at most once for a nonce, whatever happens to connections. Its output
   * is followed from start to end, whichever process started it. Throws OpsError where it certainly did not start.
   */
  startOrAttach(nonce: string, argv: readonly string[], options?: ContainerRunOptions): Promise<ContainerOutcome>;
  /** The same without following it. Resolves once it runs, or has run before. On an OpsError, see its `effect`. */
  start(nonce: string, argv: readonly string[], options?: ContainerRunOptions): Promise<void>;
  /** Only follows it; `absent` where this container has never been asked to start it. */
  attach(
    nonce: string,
    argv: readonly string[],
    options?: ContainerRunOptions,
  ): Promise<ContainerOutcome | { readonly kind: "absent" }>;
}

export interface ServingShell extends ServingTask {
  readonly shell: Pick<ContainerShell, "run">;
}
