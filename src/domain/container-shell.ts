import type { Serving } from "./aws/exec-target.ts";

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
  /** The same without escape sequences and overdrawn lines, safe to show and without secrets. */
  readonly text: string;
}

/**
 * How a command in a container ended. Never a boolean: a lost connection tells neither success nor failure, and then
 * something else has to tell what happened.
 */
export type ContainerOutcome =
  | { readonly kind: "exited"; readonly code: number; readonly output: ContainerOutput }
  /** `over`: how it ended is not known, but its process is no more. */
  | { readonly kind: "unknown"; readonly why: string; readonly over?: true; readonly output: ContainerOutput };

export interface ContainerRunOptions {
  /** Ends our side. A command that was started to change something goes on. */
  readonly signal?: AbortSignal;
  /** Each line as it comes, safe to show. */
  readonly onLine?: (line: string) => void;
}

/** Commands in one running container: a program and its arguments, never a line for a shell. */
export interface ContainerShell {
  /** A command that changes nothing. It dies with its connection. Throws OpsError where it was not started. */
  run(argv: readonly string[], options?: ContainerRunOptions): Promise<ContainerOutcome>;
  /**
   * A command that changes something: started at most once for a nonce, whatever happens to connections, and followed to
   * its end, from its first output on, whoever started it. Throws OpsError where it was certainly not started.
   */
  startOrAttach(nonce: string, argv: readonly string[], options?: ContainerRunOptions): Promise<ContainerOutcome>;
  /** The same without following it: answers once it runs, or ran before. `effect` of its OpsError tells the rest. */
  start(nonce: string, argv: readonly string[], options?: ContainerRunOptions): Promise<void>;
  /** Only follows it; `absent` where this container has never been asked to start it. */
  attach(
    nonce: string,
    argv: readonly string[],
    options?: ContainerRunOptions,
  ): Promise<ContainerOutcome | { readonly kind: "absent" }>;
}

export interface ServingShell extends Serving {
  readonly shell: Pick<ContainerShell, "run">;
}
