import type { Caller } from "../target.ts";

/** The engine that carries a run: the one machine of the template, in the table's account and region. */
export interface FleetEngine {
  /** Whose credentials these are, in the table's account. */
  caller(): Promise<Caller>;
  /**
   * Starts an execution of the machine: of one that runs under that name, with the same input, the engine makes no second
   * one. `running`: one runs with another input, as a schedule gives it; `over`: one has run under that name before, and the
   * name is taken for 90 days. AWS: StartExecution, DescribeExecution.
   */
  start(name: string, input: string): Promise<"started" | "running" | "over">;
  /** Stops an execution and its workers. `over`: it is not running. AWS: StopExecution. */
  stop(name: string, cause: string): Promise<"stopped" | "over">;
  /** Answers a token. `gone`: the engine no longer waits for it. AWS: SendTaskSuccess, SendTaskFailure. */
  answer(token: string, rejected?: string): Promise<"told" | "gone">;
}
