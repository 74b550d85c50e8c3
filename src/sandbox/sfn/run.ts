/** A run of a state machine, as it was started and stopped: nothing of it is carried out. */
export interface MachineRun {
  readonly arn: string;
  readonly name: string;
  readonly input: string;
  readonly startedAt: number;
  status: "RUNNING" | "ABORTED";
  stoppedAt?: number;
  cause?: string | undefined;
}
